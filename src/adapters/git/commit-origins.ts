import type { CommitOrigin, CommitOrigins } from "../../flows/ports/commit-origins.ts";
import type { CommitGraph } from "./commit-graph.ts";
import type { ObjectStore } from "./pack/object-store.ts";
import { openStoreOf } from "./pack/open-store.ts";
import { readObjects } from "./read-objects.ts";
import { contentIn } from "./read-stored-objects.ts";
import { type RefReach, refReach } from "./ref-reach.ts";
import { lookUp, type Repository } from "./repository.ts";

/** So many refs are named. */
const mostRefs = 10;

/**
 * Reads authors from the objects, and which refs lead to them from all commits, which are listed when first asked: unless `graph` has them by then.
 */
export function createCommitOrigins(repository: Repository, graph: () => CommitGraph | null): CommitOrigins {
  const known = new Map<string, CommitOrigin>();
  let reach: Promise<RefReach> | undefined;
  let store: Promise<ObjectStore | null> | undefined;
  return async (commits) => {
    const wanted = [...new Set(commits)].filter((sha) => !known.has(sha));
    if (wanted.length === 0) return known;
    const refsOf = (await (reach ??= refReach(repository, graph())))(wanted, mostRefs);
    for await (const [sha, bytes] of contentsOf(repository, wanted, await (store ??= openStoreOf(repository)))) {
      const refs = refsOf.get(sha);
      known.set(sha, { ...writtenBy(bytes), refs: refs?.names ?? [], refCount: refs?.count ?? 0 });
    }
    return known;
  };
}

/** Those that are here. What cannot be read as it lies on the disk, git is asked for. */
async function* contentsOf(
  repository: Repository,
  shas: readonly string[],
  store: ObjectStore | null,
): AsyncGenerator<readonly [sha: string, bytes: Buffer], void, undefined> {
  const rest: string[] = [];
  for (const sha of shas) {
    const bytes = store === null ? null : contentIn(store, sha);
    if (bytes === null) rest.push(sha);
    else yield [sha, bytes];
  }
  const here = (await lookUp(repository, rest)).flatMap((info) => info?.sha ?? []);
  if (here.length === 0) return;
  for await (const object of readObjects(repository, here))
    if (object.kind === "content") yield [object.sha, object.bytes];
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
