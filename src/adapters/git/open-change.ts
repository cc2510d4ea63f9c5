import type { Commit } from "../../core/change/change.ts";
import type { Unread } from "../../core/verdict/coverage.ts";
import type { RangePlan } from "./change-range.ts";
import { completeBlobs } from "./complete-blobs.ts";
import { fetchChange } from "./fetch-change.ts";
import { GitFailed } from "./git-process.ts";
import { readHeadFiles } from "./head-files.ts";
import type { HeadFiles } from "./blob-places.ts";
import { listCommits } from "./list-commits.ts";
import { listNewBlobs, listTaggedBlobs, type NewBlobs } from "./list-new-blobs.ts";
import { addNotes } from "./notes.ts";
import type { BlobList } from "./read-blobs.ts";
import type { Remote } from "./remote.ts";
import { lookUp, type Repository } from "./repository.ts";

/** A change whose objects are all here, apart from those that `blobs.problems` and `unlisted` name. */
export type OpenedChange = {
  readonly kind: "opened";
  readonly commits: readonly Commit[];
  readonly submodules: number;
  readonly blobs: BlobList;
  /** Commits of which it is not known (wholly) what they bring. */
  readonly unlisted: readonly Unread[];
};

/**
 * Fetches a change and lists what it brings. In a cache that is not `fresh` any failure is thrown, as it may be the cache's;
 * in a fresh one it is the repository's, and what cannot be listed is said instead.
 */
export async function openChangeIn(
  repository: Repository,
  remote: Remote,
  plan: RangePlan,
  options: { readonly maxBlobBytes: number; readonly fresh: boolean },
): Promise<OpenedChange | { readonly kind: "head-gone" }> {
  const fetched = await fetchChange(repository, remote, plan, options.maxBlobBytes);
  if (fetched.kind === "head-gone") return fetched;
  const head = await peelHead(repository, plan);
  const isCommit = head.type === "commit";
  await addNotes(repository.gitDir, isCommit ? [head.sha, ...fetched.tips] : fetched.tips, {});

  const commits = isCommit ? await listCommits(repository, head.sha, fetched.excluded) : [];
  const onFailure = options.fresh ? "isolate" : "throw";
  const list = isCommit
    ? await listNewBlobs(
        repository,
        commits.map(({ sha }) => sha),
        onFailure,
      )
    : await listTaggedBlobs(repository, head, plan);
  const [files, problems] = await Promise.all([
    headFiles(repository, head, list, onFailure),
    completeBlobs(repository, remote, list.blobs, fetched, options.maxBlobBytes),
  ]);
  return {
    kind: "opened",
    commits,
    submodules: list.submodules,
    blobs: {
      shas: Array.from(list.blobs.shas()),
      placesOf: (sha) => list.blobs.placesOf(sha, files.files),
      problems,
    },
    unlisted: [...list.unlisted, ...files.unlisted].map(unlistedCommit),
  };
}

/** What the head is behind its tag. Only a tag can be anything else than a commit. */
async function peelHead(
  repository: Repository,
  plan: RangePlan,
): Promise<{ readonly sha: string; readonly type: string }> {
  if (!plan.headRef.startsWith("refs/tags/")) return { sha: plan.head, type: "commit" };
  const [commit = null, tree = null] = await lookUp(repository, [`${plan.head}^{commit}`, `${plan.head}^{tree}`]);
  const [blob = null] = commit === null && tree === null ? await lookUp(repository, [`${plan.head}^{blob}`]) : [];
  const found = commit ?? tree ?? blob;
  if (found === null) throw new Error(`Expected the tag ${plan.head} to name a commit, a tree or a blob.`);
  return found;
}

async function headFiles(
  repository: Repository,
  head: { readonly sha: string; readonly type: string },
  list: NewBlobs,
  onFailure: "throw" | "isolate",
): Promise<{ readonly files: HeadFiles; readonly unlisted: readonly string[] }> {
  if (head.type === "blob") return { files: { shaAt: () => head.sha }, unlisted: [] };
  try {
    return { files: await readHeadFiles(repository, head.sha, list.blobs.paths()), unlisted: [] };
  } catch (error) {
    if (onFailure === "throw" || !(error instanceof GitFailed) || error.why !== "exit") throw error;
    return { files: { shaAt: () => undefined }, unlisted: list.unlisted.includes(head.sha) ? [] : [head.sha] };
  }
}

function unlistedCommit(sha: string): Unread {
  const detail = "A tree of this commit is missing or corrupt, so that what it brings in is not known.";
  return { path: sha, commit: sha, reason: "corrupt", detail };
}
