import type { Unread } from "../../core/verdict/coverage.ts";
import { defaultLimits } from "./code-reader.ts";
import { listCommits } from "./list-commits.ts";
import { listNewBlobs } from "./list-new-blobs.ts";
import type { PlacedBlob } from "./read-placed-blobs.ts";
import { lookUp, type Repository } from "./repository.ts";

/** What came in with the commits of `ref..HEAD`, or that there is no such commit. */
export type Since =
  | {
      readonly kind: "listed";
      readonly commits: number;
      readonly blobs: readonly PlacedBlob[];
      readonly unlisted: readonly Unread[];
    }
  | { readonly kind: "unknown"; readonly name: string };

/** Every blob that the commits bring which HEAD leads to and `ref` does not: also those that later commits take away again. */
export async function listNewSince(repository: Repository, ref: string): Promise<Since> {
  if (/[\s\0]/.test(ref)) return { kind: "unknown", name: ref };
  const [base = null, head = null] = await lookUp(repository, [`${ref}^{commit}`, "HEAD^{commit}"]);
  if (base === null) return { kind: "unknown", name: ref };
  if (head === null) return { kind: "unknown", name: "HEAD" };
  const commits = await listCommits(repository, head.sha, [base.sha]);
  const { maxListBytes, maxDiffMemoryMiB } = defaultLimits;
  const list = await listNewBlobs(
    repository,
    commits.map(({ sha }) => sha),
    { onFailure: "isolate", maxListBytes, maxDiffMemoryMiB },
  );
  const { blobs } = list;
  return { kind: "listed", commits: commits.length, blobs: Array.from(blobs.placed()), unlisted: list.unlisted };
}
