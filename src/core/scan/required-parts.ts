import type { Candidate, CandidatePart } from "./candidate.ts";
import type { Layer } from "./decode/layer.ts";
import { createLineIndex, type LineIndex } from "./line-index.ts";
import type { RequiredPart } from "./rules/rule.ts";

// Of thousands of candidates in one file only the nearest are looked at, on either side.
const neighbors = 32;

/** A layer of a file, and what each rule finds in it, by its id, in order of offset. */
export type PartSource = { readonly layer: Layer; readonly candidatesOf: (ruleId: string) => readonly Candidate[] };

/** Finds the parts that candidates of a file's layers require. */
export type PartFinder = {
  /** Whether nothing in the whole file could be that part of what is found in that layer. */
  readonly lacks: (layer: Layer, ruleId: string) => boolean;
  /**
   * Completes a candidate with the parts its rule requires: of each, the nearest that is near enough and does not overlap the
   * candidate. `null` if one is missing that must not be.
   */
  readonly complete: (candidate: Candidate, layer: Layer) => Candidate | null;
};

/**
 * Looks in the layer of a candidate first, where distances are what a reader of the decoded text sees. One half of a credential
 * may be encoded and the other not, or in another way: then they stand in two layers, and how far they are from each other is
 * measured in the file itself.
 */
export function partFinder(sources: readonly PartSource[]): PartFinder {
  const root = sources[0]?.layer;
  const linesOf = remembered((layer: Layer) => createLineIndex(layer.text));
  const own = new Map(sources.map((source) => [source.layer, source]));
  const ownOf = (layer: Layer, id: string): readonly Candidate[] => own.get(layer)?.candidatesOf(id) ?? [];
  const inFile = remembered((id: string): readonly Placed[] =>
    sources.flatMap((source) => source.candidatesOf(id).map(placedOf(source))).toSorted((a, b) => a.start - b.start),
  );
  const nearest = (candidate: Candidate, layer: Layer, required: RequiredPart): CandidatePart | undefined => {
    const here = nearestOf(candidate, ownOf(layer, required.id), required, linesOf(layer));
    if (here !== undefined) return partOf(here, layer);
    if (sources.length < 2 || root === undefined) return undefined;
    const [start, end] = inRoot(layer, candidate.start, candidate.end);
    const there = nearestOf({ start, end }, inFile(required.id), required, linesOf(root));
    return there === undefined ? undefined : partOf(there.candidate, there.layer);
  };
  return {
    lacks: (layer, id) => ownOf(layer, id).length === 0 && (sources.length < 2 || inFile(id).length === 0),
    complete: (candidate, layer) => {
      const parts: CandidatePart[] = [];
      for (const required of candidate.rule.required) {
        const part = nearest(candidate, layer, required);
        if (part !== undefined) parts.push(part);
        else if (!required.optional) return null;
      }
      return { ...candidate, parts };
    },
  };
}

type Stretch = { readonly start: number; readonly end: number };

/** Where a candidate of a layer stands in the file itself. */
type Placed = Stretch & { readonly candidate: Candidate; readonly layer: Layer };

const placedOf =
  ({ layer }: PartSource) =>
  (candidate: Candidate): Placed => {
    const [start, end] = inRoot(layer, candidate.start, candidate.end);
    return { start, end, candidate, layer };
  };

function partOf({ rule, secret, start, end }: Candidate, layer: Layer): CandidatePart {
  return { rule, secret, start, end, layer };
}

/** The stretch of the file itself that a stretch of a layer comes from. */
function inRoot({ above }: Layer, start: number, end: number): readonly [start: number, end: number] {
  return above === null ? [start, end] : inRoot(above.layer, ...above.rangeOf(start, end));
}

function nearestOf<T extends Stretch>(
  candidate: Stretch,
  others: readonly T[],
  required: RequiredPart,
  lines: LineIndex,
): T | undefined {
  const near = around(candidate, others).filter((other) => isNear(candidate, other, required, lines));
  return near.toSorted((a, b) => distance(candidate, a) - distance(candidate, b))[0];
}

/** The neighbors of a stretch among others, which are in order of offset. */
function around<T extends Stretch>(candidate: Stretch, others: readonly T[]): readonly T[] {
  let low = 0;
  let high = others.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((others[middle]?.start ?? 0) < candidate.start) low = middle + 1;
    else high = middle;
  }
  return others.slice(Math.max(0, low - neighbors), low + neighbors);
}

function isNear(candidate: Stretch, other: Stretch, required: RequiredPart, lines: LineIndex): boolean {
  if (other.start < candidate.end && candidate.start < other.end) return false;
  const { withinLines, withinColumns } = required;
  const apart = (measure: (offset: number) => number): number =>
    Math.abs(measure(candidate.start) - measure(other.start));
  return (
    (withinLines === null || apart(lines.lineAt) <= withinLines) &&
    (withinColumns === null || apart(lines.columnAt) <= withinColumns)
  );
}

function distance(a: Stretch, b: Stretch): number {
  return Math.max(b.start - a.end, a.start - b.end);
}

function remembered<Key, Value>(make: (key: Key) => Value): (key: Key) => Value {
  const known = new Map<Key, Value>();
  return (key) => {
    const value = known.get(key) ?? make(key);
    known.set(key, value);
    return value;
  };
}
