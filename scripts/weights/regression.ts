import { peopleWeights } from "../../src/core/scan/judge/people-features.ts";
import { ceilingOf, floorOf, priorOf } from "./priors.ts";
import type { Sample } from "./sample.ts";

/** The weight of each feature, and that of the bias. */
export type Weights = ReadonlyMap<string, number>;
export const biasName = "bias";

/** A feature seen less often is not learned. */
const rare = 4;
const ridge = 1.5;
/** Pairs of features have less data each: they are held tighter. */
const pairRidge = 4;
const rounds = 60;

/** Where each weight may be, and how hard it is drawn to where. */
type Bounds = {
  readonly prior: Float64Array;
  readonly ceiling: Float64Array;
  readonly floor: Float64Array;
  readonly penalty: Float64Array;
};

type Row = {
  readonly ids: Int32Array;
  /** What weights that are set and not learned add up to. */
  readonly given: number;
  readonly isTrue: number;
  readonly weight: number;
};

/** Logistic regression with an L2 penalty, by AdaGrad over shuffled samples. The same samples in the same order give the same weights. */
export function train(samples: readonly Sample[]): Weights {
  const known = samples.filter(({ weight }) => weight > 0);
  const names = learnedNames(known);
  const ids = new Map(names.map((name, id) => [name, id]));
  const rows = known.map((sample): Row => ({
    ids: Int32Array.from([0, ...sample.features.flatMap((name) => ids.get(name) ?? [])]),
    given: sample.features.reduce((sum, name) => sum + (peopleWeights.get(name) ?? 0), 0),
    isTrue: sample.isTrue ? 1 : 0,
    weight: sample.weight,
  }));
  const bounds = boundsOf(names, known.length);
  const weights = bounds.prior.slice();
  const squares = new Float64Array(names.length).fill(1e-6);
  const shuffle = shuffler(12345);
  for (let round = 0; round < rounds; round++) {
    shuffle(rows);
    const rate = 0.15 / (1 + round / 15);
    for (const row of rows) step(row, weights, squares, bounds, rate);
  }
  return new Map(names.map((name, id) => [name, weights[id] ?? 0]));
}

/** The log-odds of a sample. */
export const scoreOf = (weights: Weights, { features }: Sample): number =>
  features.reduce(
    (sum, feature) => sum + (weights.get(feature) ?? peopleWeights.get(feature) ?? 0),
    weights.get(biasName) ?? 0,
  );

function learnedNames(samples: readonly Sample[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const sample of samples)
    for (const feature of sample.features) counts.set(feature, (counts.get(feature) ?? 0) + 1);
  const often = [...counts]
    .filter(([name]) => !peopleWeights.has(name))
    .filter(([name, count]) => count >= rare || priorOf(name) !== 0);
  return [biasName, ...often.map(([name]) => name)];
}

function boundsOf(names: readonly string[], count: number): Bounds {
  return {
    prior: Float64Array.from(names, priorOf),
    ceiling: Float64Array.from(names, ceilingOf),
    floor: Float64Array.from(names, floorOf),
    penalty: Float64Array.from(names, (name, id) =>
      id === 0 ? 0 : ((name.includes(" + ") ? pairRidge : ridge) * 10) / count,
    ),
  };
}

function step(
  { ids, given, isTrue, weight }: Row,
  weights: Float64Array,
  squares: Float64Array,
  bounds: Bounds,
  rate: number,
): void {
  let sum = given;
  for (const id of ids) sum += weights[id] ?? 0;
  const error = (1 / (1 + Math.exp(-sum)) - isTrue) * weight;
  for (const id of ids) {
    const now = weights[id] ?? 0;
    const gradient = error + (bounds.penalty[id] ?? 0) * (now - (bounds.prior[id] ?? 0));
    squares[id] = (squares[id] ?? 0) + gradient * gradient;
    const next = now - (rate * gradient) / Math.sqrt(squares[id] ?? 1);
    weights[id] = Math.max(bounds.floor[id] ?? -Infinity, Math.min(next, bounds.ceiling[id] ?? Infinity));
  }
}

/** Shuffles in place, each time anew, always the same way. */
function shuffler(seed: number): (rows: Row[]) => void {
  let state = seed;
  return (rows) => {
    for (let at = rows.length - 1; at > 0; at--) {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0;
      const other = state % (at + 1);
      const [a, b] = [rows[at], rows[other]];
      if (a !== undefined && b !== undefined) [rows[at], rows[other]] = [b, a];
    }
  };
}
