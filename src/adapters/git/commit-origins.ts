import type { CommitOrigin, CommitOrigins } from "../../flows/ports/commit-origins.ts";
import { readObjects } from "./read-objects.ts";
import { type RefReach, refReach } from "./ref-reach.ts";
import { lookUp, type Repository } from "./repository.ts";

/** So many refs are named. */
const mostRefs = 10;

/** Reads authors from the objects, and which refs lead to them from all commits, which are listed when first asked. */
export function createCommitOrigins(repository: Repository): CommitOrigins {
  const known = new Map<string, CommitOrigin>();
  let reach: Promise<RefReach> | undefined;
  return async (commits) => {
    const wanted = [...new Set(commits)].filter((sha) => !known.has(sha));
    if (wanted.length > 0) {
      const here = (await lookUp(repository, wanted)).flatMap((info) => info?.sha ?? []);
      const refsOf = (await (reach ??= refReach(repository)))(here);
      for await (const object of readObjects(repository, here)) {
        if (object.kind === "corrupt") continue;
        const refs = refsOf.get(object.sha) ?? [];
        known.set(object.sha, { ...writtenBy(object.bytes), refs: refs.slice(0, mostRefs), refCount: refs.length });
      }
    }
    return known;
  };
}

/** `author NAME <ADDRESS> SECONDS ZONE`, of a tag `tagger`, before the first empty line. */
function writtenBy(object: Buffer): Pick<CommitOrigin, "author" | "email" | "date"> {
  const end = object.indexOf("\n\n");
  const head = object.toString("utf8", 0, end < 0 ? object.length : end);
  const line = /^(?:author|tagger) (.*?) ?<([^<>\n]*)> (-?\d{1,15})/m.exec(head);
  if (line === null) return { author: "", email: "", date: null };
  const date = new Date(Number(line[3]) * 1000);
  return {
    author: line[1] ?? "",
    email: line[2] ?? "",
    date: Number.isNaN(date.getTime()) ? null : date.toISOString(),
  };
}
