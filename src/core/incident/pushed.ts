/** A branch of a repository of the installation. */
export type BranchName = { readonly repoId: number; readonly name: string };

/** A push that a secret was seen in. */
export type Pushed = {
  /** When, as GitHub says; null: it does not. */
  readonly at: string | null;
  /** Null: something else than a branch, such as a tag. */
  readonly branch: BranchName | null;
  /** Whether the push brought the secret to its branch; false: the branch had it already, and the push only built on it. */
  readonly brought: boolean;
};

/** A branch is one more thing to know; who makes a hundred from it tells nothing new. */
const mostBranches = 50;

/** The branches that are known, then this one. The same list if it is no news. */
export function withBranch(known: readonly BranchName[], branch: BranchName | null): readonly BranchName[] {
  if (branch === null || known.length >= mostBranches) return known;
  const isKnown = known.some(({ repoId, name }) => repoId === branch.repoId && name === branch.name);
  return isKnown ? known : [...known, branch];
}

/** GitHub's clock and ours may differ by so much. */
const clockDifferenceMs = 10_000;

/** Whether what GitHub dates so was after a moment of our own clock, or may have been. */
export const mayBeAfter = (at: string, moment: string): boolean =>
  Date.parse(at) + clockDifferenceMs >= Date.parse(moment);

/** The later of two times; null: none. */
export const latest = (a: string | null, b: string | null): string | null => (a === null || (b ?? "") > a ? b : a);
