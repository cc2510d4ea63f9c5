import type { PostureResult, Standing } from "./evaluate.ts";
import { standingsOf, type Standings } from "./stored-posture.ts";

/** What changed between two times, by claim. */
export type Changes = {
  readonly better: readonly string[];
  readonly worse: readonly string[];
};

/** The further down, the worse. What is let be is not as good as what is true, and not known is not as bad as false. */
const order: readonly Standing[] = ["pass", "not-applicable", "waived", "inconclusive", "fail"];

/** A claim that was not there before, or is not there any more, has not changed. */
export function changesSince(before: Standings, now: readonly PostureResult[]): Changes {
  const changed = Object.entries(standingsOf(now)).flatMap(([claim, standing]) => {
    const was = before[claim];
    return was === undefined ? [] : [{ claim, by: rank(standing) - rank(was) }];
  });
  return {
    better: changed.filter(({ by }) => by < 0).map(({ claim }) => claim),
    worse: changed.filter(({ by }) => by > 0).map(({ claim }) => claim),
  };
}

const rank = (standing: Standing): number => {
  const at = order.indexOf(standing);
  // That it does not apply any more is neither.
  return at === 1 ? 0 : at;
};
