/** A repository as one installation of the app sees it. `repoId` survives renames and transfers; owner and name do not. */
export type RepoRef = {
  readonly installationId: number;
  readonly repoId: number;
  readonly owner: string;
  readonly name: string;
  readonly defaultBranch: string;
  /** A public place never receives path, rule, mask or fingerprint in an issue. */
  readonly visibility: "public" | "private" | "internal";
};

/** What made us look: it decides which commits are new. */
export type ChangeSource =
  | {
      readonly kind: "push";
      readonly ref: string;
      /** null: the ref is new */
      readonly before: string | null;
      readonly by?: BroughtBy;
      /** When it was pushed, as GitHub says; absent: that was not kept. */
      readonly at?: string;
    }
  | {
      readonly kind: "pull-request";
      readonly number: number;
      readonly baseRef: string;
      readonly baseSha: string;
      readonly by?: BroughtBy;
    }
  /** What a merge queue is about to merge: `ref` is the queue's own branch. */
  | {
      readonly kind: "merge-group";
      readonly ref: string;
      readonly baseSha: string;
      /** The branch it is to be merged into; absent: that was not kept. */
      readonly baseRef?: string;
    };

/** Logins of who pushed it or asks to pull it: they brought in whatever it holds. Absent: that was not kept. */
type BroughtBy = readonly string[];

/** A change under judgement: the commits that lead to `head` and are new by its source. */
export type Change = { readonly repo: RepoRef; readonly head: string; readonly source: ChangeSource };

/**
 * Names the question that was asked about a head commit: several (a push, one or more pull requests) can be open on one
 * commit, and the check run answers all of them together. Stable across redeliveries.
 */
export function scopeOf(source: ChangeSource): string {
  switch (source.kind) {
    case "push":
      return `push:${source.ref}`;
    case "pull-request":
      return `pull-request:${source.number}:${source.baseSha}`;
    case "merge-group":
      return `merge-group:${source.baseSha}`;
  }
}

/** The branch by whose configuration a change is judged. */
export function baseBranchOf({ repo, source }: Change): string {
  const base = source.kind === "push" ? "" : (source.baseRef ?? "");
  return base === "" ? repo.defaultBranch : base;
}

/** Names a change: two deliveries about the same question are one piece of work. */
export const changeKey = ({ repo, head, source }: Change): string => `${repo.repoId}:${head}:${scopeOf(source)}`;

/** Names a retry of a change: it waits beside a scan that somebody asks for meanwhile, and neither stands in for the other. */
export const retryKey = (change: Change, retry: number): string => `${changeKey(change)}:retry-${retry}`;

/** A commit of a change. Times are ISO 8601 in UTC. */
export type Commit = {
  readonly sha: string;
  readonly parents: readonly string[];
  readonly authorName: string;
  readonly authorEmail: string;
  readonly committedAt: string;
  /** First line of the message. It is text a person wrote: never stored or shown without being scanned. */
  readonly subject: string;
};

/** Stands in the place of a path where a commit's message is meant. No file can be called so: it would need a leading slash. */
export const commitMessagePath = "/commit message";

/** The same for the message of an annotated tag. */
export const tagMessagePath = "/tag message";

/** Whether a path stands for what somebody wrote about a commit or a tag, and not for a file. */
export const isMessagePath = (path: string): boolean => path === commitMessagePath || path === tagMessagePath;

/** Where a blob stands in the change. */
export type Place = {
  /** UTF-8; a name that is not valid UTF-8 is quoted the way git does: `"caf\351.txt"`. */
  readonly path: string;
  /** The oldest commit of the change that brought this blob to this path; for the message of a tag, the tag itself. */
  readonly commit: string;
  /** Whether the head commit still has this very blob at this path. */
  readonly atHead: boolean;
};
