import type { Change, Commit } from "../../core/change/change.ts";
import type { ParentDiff } from "../../core/verdict/known-before.ts";

/** What a change was made on. It is asked only where something was found, and for the commits that brought it. */
export type ChangePast = {
  /**
   * Those of the change's commits that its base branch has by now, as after a merge of that branch. None where it has the head as well:
   * then the change itself is merged, and what it brought stays new.
   */
  readonly onBase: (change: Change, commits: readonly Commit[], signal: AbortSignal) => Promise<ReadonlySet<string>>;
  /**
   * Those of the commits (or annotated tags) that a push brought to its ref. All of them where what the ref led to before cannot be
   * had: then nobody can say that it had them.
   */
  readonly broughtBy: (change: Change, commits: readonly string[], signal: AbortSignal) => Promise<ReadonlySet<string>>;
  /** What each commit has otherwise than each of its parents, in their order. Those that cannot be compared, or with too much, are left out. */
  readonly diffsOf: (
    change: Change,
    commits: readonly Pick<Commit, "sha" | "parents">[],
    signal: AbortSignal,
  ) => Promise<ReadonlyMap<string, readonly ParentDiff[]>>;
};
