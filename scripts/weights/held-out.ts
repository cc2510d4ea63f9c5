import { type Sample } from "./sample.ts";
import { scoreOf, train } from "./regression.ts";

/** A sample with its log-odds. */
export type Scored = { readonly sample: Sample; readonly score: number };

/** Scores all samples, each by weights that were trained without its group: repositories and trees are dealt to so many folds. */
export function heldOutScores(samples: readonly Sample[], folds: number): readonly Scored[] {
  const groups = [...new Set(samples.map(({ group }) => group))].sort();
  const foldOf = new Map(groups.map((group, at) => [group, (at * 7) % folds]));
  return Array.from({ length: folds }, (_, fold) => {
    const isOut = ({ group }: Sample): boolean => foldOf.get(group) === fold;
    const weights = train(samples.filter((sample) => !isOut(sample)));
    return samples.filter(isOut).map((sample) => ({ sample, score: scoreOf(weights, sample) }));
  }).flat();
}
