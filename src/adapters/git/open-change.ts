import type { Commit } from "../../core/change/change.ts";
import type { Unread } from "../../core/verdict/coverage.ts";
import type { HeadFiles } from "./blob-places.ts";
import type { RangePlan } from "./change-range.ts";
import { completeBlobs } from "./complete-blobs.ts";
import { fetchChange, type FetchedChange } from "./fetch-change.ts";
import { readHeadFiles } from "./head-files.ts";
import { listCommits } from "./list-commits.ts";
import {
  brokenCommit,
  isRefusal,
  listNewBlobs,
  listTaggedBlobs,
  type ListOptions,
  type NewBlobs,
} from "./list-new-blobs.ts";
import { addNotes } from "./notes.ts";
import type { BlobList } from "./read-blobs.ts";
import type { Remote } from "./remote.ts";
import { lookUp, type Repository } from "./repository.ts";

export type DefaultTip = { readonly sha: string; readonly excluded: boolean };

/** A change whose objects are all here, apart from those that `blobs.problems` and `unlisted` name. */
export type OpenedChange = {
  readonly kind: "opened";
  readonly commits: readonly Commit[];
  /** Where the default branch is, if that was asked, and whether all it leads to was left out of the commits. */
  readonly defaultTip: DefaultTip | null;
  /** The annotated tag that was pushed, and those it leads through. */
  readonly tags: readonly string[];
  readonly submodules: number;
  readonly blobs: BlobList;
  /** Commits of which it is not known (wholly) what they bring. */
  readonly unlisted: readonly Unread[];
};

type OpenOptions = ListOptions & { readonly maxBlobBytes: number };

/** Fetches a change and lists what it brings. Where `onFailure` is "throw", anything the cache cannot give is an error. */
export async function openChangeIn(
  repository: Repository,
  remote: Remote,
  plan: RangePlan,
  options: OpenOptions,
): Promise<OpenedChange | { readonly kind: "head-gone" }> {
  const fetched = await fetchChange(repository, remote, plan, options.maxBlobBytes);
  if (fetched.kind === "head-gone") return fetched;
  const head = await peelHead(repository, plan);
  const isCommit = head.type === "commit";
  await addNotes(repository.gitDir, isCommit ? [head.sha, ...fetched.tips] : fetched.tips, {});

  const commits = isCommit ? await listCommits(repository, head.sha, fetched.excluded) : [];
  const ids = commits.map(({ sha }) => sha);
  const list = isCommit
    ? await listNewBlobs(repository, ids, options)
    : await listTaggedBlobs(repository, head, plan, options.maxListBytes);
  const [files, problems] = await Promise.all([
    headFiles(repository, head, list, options),
    completeBlobs(repository, remote, list.blobs.shas(), { ...fetched, head: plan.head }, options),
  ]);
  return {
    kind: "opened",
    commits,
    defaultTip: tipOf(fetched),
    tags: await tagsAt(repository, plan),
    submodules: list.submodules,
    blobs: {
      shas: Array.from(list.blobs.shas()),
      placesOf: (sha) => list.blobs.placesOf(sha, files.known),
      problems,
    },
    unlisted: [...list.unlisted, ...files.unlisted],
  };
}

function tipOf({ defaultTip: sha, excluded }: FetchedChange): DefaultTip | null {
  return sha === null ? null : { sha, excluded: excluded.includes(sha) };
}

/** What the head is behind its tag. Only a tag can be anything else than a commit. */
async function peelHead(
  repository: Repository,
  plan: RangePlan,
): Promise<{ readonly sha: string; readonly type: string }> {
  if (!plan.headRef.startsWith("refs/tags/")) return { sha: plan.head, type: "commit" };
  const kinds = ["commit", "tree", "blob"].map((type) => `${plan.head}^{${type}}`);
  // A commit is found as its tree as well, so the first answer is the one.
  const found = (await lookUp(repository, kinds)).find((info) => info !== null);
  if (found === undefined) throw new Error(`Expected the tag ${plan.head} to name a commit, a tree or a blob.`);
  return found;
}

/** A tag may name another tag, and so on: each has a message of its own. */
async function tagsAt(repository: Repository, { head, headRef }: RangePlan): Promise<readonly string[]> {
  const tags: string[] = [];
  if (!headRef.startsWith("refs/tags/")) return tags;
  for (let sha: string | undefined = head; sha !== undefined;) {
    const [info] = await lookUp(repository, [sha]);
    if (info?.type !== "tag") break;
    tags.push(sha);
    const text = (await repository.run(["cat-file", "tag", sha])).toString("latin1");
    sha = /^object ([0-9a-f]+)\n/.exec(text)?.[1];
  }
  return tags;
}

async function headFiles(
  repository: Repository,
  head: { readonly sha: string; readonly type: string },
  list: NewBlobs,
  options: OpenOptions,
): Promise<{ readonly known: HeadFiles; readonly unlisted: readonly Unread[] }> {
  if (head.type === "blob") return { known: { shaAt: () => head.sha }, unlisted: [] };
  try {
    const known = await readHeadFiles(repository, head.sha, list.blobs.paths(), list.ofLast, options.maxListBytes);
    return { known, unlisted: [] };
  } catch (error) {
    if (options.onFailure === "throw" || !isRefusal(error)) throw error;
    const named = list.unlisted.some(({ commit }) => commit === head.sha);
    return { known: { shaAt: () => undefined }, unlisted: named ? [] : [brokenCommit(head.sha)] };
  }
}
