import type { ChangeFinding, Verdict } from "../verdict/verdict.ts";
import { holds, isAbout, isWaiting, type Suppression } from "./suppression.ts";

/** The credential was shown to be dead, and its incident is closed: nothing that it opens is left to guard. */
export type DeadKey = { readonly state: "dead"; readonly at: string; readonly shownBy: "probe" | "attestation" };

/** A finding that was left out of the judgement, and what says so. */
export type SuppressedFinding = { readonly found: ChangeFinding; readonly by: Suppression | DeadKey };

/** A verdict with what is suppressed left out of it. */
export type JudgedAgain = {
  readonly verdict: Verdict;
  readonly suppressed: readonly SuppressedFinding[];
  /** What was asked for about that which still blocks, and is not answered. */
  readonly waiting: readonly Suppression[];
};

/**
 * Decides a verdict again from what was found: what a suppression that holds now is about, and what is dead, does not block and is
 * shown as such. What was not read stays unread, so nothing that was incomplete becomes a pass.
 */
export function judgeAgain(
  verdict: Verdict,
  suppressions: readonly Suppression[],
  deadKeyOf: (found: ChangeFinding) => DeadKey | null,
  repoId: number,
  now: string,
): JudgedAgain {
  const holding = suppressions.filter((one) => holds(one, now));
  const by = (found: ChangeFinding): SuppressedFinding["by"] | null =>
    holding.find((one) => isAbout(one, found.finding, repoId)) ?? deadKeyOf(found);
  const suppressed = [...verdict.blocking, ...verdict.notices].flatMap((found) => {
    const suppression = by(found);
    return suppression ? [{ found, by: suppression }] : [];
  });
  const blocking = verdict.blocking.filter((found) => by(found) === null);
  const waiting = suppressions.filter(
    (one) => isWaiting(one, now) && blocking.some(({ finding }) => isAbout(one, finding, repoId)),
  );
  if (suppressed.length === 0) return { verdict, suppressed, waiting };
  const { unread } = verdict.coverage;
  const outcome = blocking.length > 0 ? "block" : unread.length > 0 ? "incomplete" : "pass";
  const notices = verdict.notices.filter((found) => by(found) === null);
  return { verdict: { ...verdict, outcome, blocking, notices }, suppressed, waiting };
}
