import type { Unread } from "../../core/verdict/coverage.ts";
import { defaultLimits } from "./code-reader.ts";
import { listNewBlobs } from "./list-new-blobs.ts";
import { messageIn } from "./message.ts";
import { readObjects } from "./read-objects.ts";
import type { PlacedBlob, PlacedContent } from "./read-placed-blobs.ts";
import type { Repository } from "./repository.ts";

/** Everything that all refs of a repository lead to. */
export type History = {
  /** Parents first. */
  readonly commits: readonly string[];
  /** Annotated tags. */
  readonly tags: readonly string[];
  readonly blobs: readonly PlacedBlob[];
  readonly unlisted: readonly Unread[];
};

/** Lists the commits that any ref (branches, tags, stashes, notes) and HEAD lead to, with every blob at every path that they bring. */
export async function listHistory(repository: Repository): Promise<History> {
  const [commits, tags, shallow] = await Promise.all([
    linesOf(repository, ["rev-list", "--topo-order", "--reverse", "--all", ...(await headIfAny(repository))]),
    linesOf(repository, ["for-each-ref", "--format=%(objecttype) %(objectname)"]),
    linesOf(repository, ["rev-parse", "--is-shallow-repository"]),
  ]);
  const { maxDiffMemoryMiB } = defaultLimits;
  // Nobody else's memory: a person asked for all of it.
  const options = { onFailure: "isolate", maxListBytes: Number.MAX_SAFE_INTEGER, maxDiffMemoryMiB } as const;
  const { blobs, unlisted } = await listNewBlobs(repository, commits, options);
  return {
    commits,
    tags: tags.flatMap((line) => (line.startsWith("tag ") ? [line.slice("tag ".length)] : [])),
    blobs: Array.from(blobs.placed()),
    unlisted: shallow[0] === "true" ? [...unlisted, cutOff] : unlisted,
  };
}

const cutOff: Unread = {
  path: "(history)",
  reason: "missing-object",
  detail: "This clone is shallow: older commits are not here. “git fetch --unshallow” brings them.",
};

/** What people wrote about commits and tags: each once, called after what it is. */
export async function* readMessages(
  repository: Repository,
  { commits, tags }: Pick<History, "commits" | "tags">,
): AsyncGenerator<PlacedContent, void, undefined> {
  const tagged = new Set(tags);
  for await (const object of readObjects(repository, [...commits, ...new Set(tags)])) {
    const { sha } = object;
    const place = { sha, path: tagged.has(sha) ? "(tag message)" : "(commit message)", commit: sha };
    if (object.kind === "corrupt")
      yield { kind: "unread", ...place, reason: "corrupt", detail: "Git cannot unpack this object; try git fsck." };
    else yield { kind: "read", ...place, bytes: messageIn(object.bytes) };
  }
}

/** HEAD may be a commit that no ref leads to, or none yet. */
async function headIfAny(repository: Repository): Promise<readonly string[]> {
  return (await linesOf(repository, ["rev-parse", "--verify", "--quiet", "HEAD", "--"]).catch(() => [])).slice(0, 1);
}

const linesOf = async (repository: Repository, args: readonly string[]): Promise<readonly string[]> =>
  (await repository.run(args))
    .toString("latin1")
    .split("\n")
    .filter((line) => line !== "");
