import type { Change } from "../../core/change/change.ts";
import { checkedObjectId, checkedRefName } from "./object-id.ts";

/** How a change is found at the remote and told from what was there before. */
export type RangePlan = {
  readonly head: string;
  /** The ref that leads to the head, should the server not give it by id. */
  readonly headRef: string;
  /** The commit the change starts from, if one is known. */
  readonly base: string | null;
  readonly defaultRef: string;
  /** Whether what is on the default branch is old: always, only when the base cannot be had, or never. */
  readonly againstDefault: "always" | "without-base" | "never";
};

/**
 * Plans the range of a change. New in a push to another branch or a tag is what is not on the default branch, and what was not
 * on the ref before; on the default branch itself only the ref's own past counts; in a pull request and in a merge group its base.
 */
export function planRange(change: Change): RangePlan {
  const head = checkedObjectId(change.head);
  const defaultRef = checkedRefName(`refs/heads/${change.repo.defaultBranch}`);
  const { source } = change;
  if (source.kind === "pull-request") {
    if (!Number.isSafeInteger(source.number))
      throw new Error(`Expected a pull request's number, found ${source.number}.`);
    const headRef = `refs/pull/${source.number}/head`;
    return { head, headRef, base: checkedObjectId(source.baseSha), defaultRef, againstDefault: "without-base" };
  }
  const headRef = checkedRefName(source.ref);
  if (source.kind === "merge-group")
    return { head, headRef, base: checkedObjectId(source.baseSha), defaultRef, againstDefault: "without-base" };
  const base = source.before === null ? null : checkedObjectId(source.before);
  return { head, headRef, base, defaultRef, againstDefault: headRef === defaultRef ? "never" : "always" };
}
