import type { CodePoints } from "./code-points.ts";
import { maxLengthOf, minLengthOf } from "./measure.ts";
import type { RegexNode } from "./node.ts";

/**
 * An upper bound of the steps a backtracking engine takes to find that no match begins at a place, if an open repetition goes so many rounds
 * beyond its minimum at most. `Infinity`: too many to be counted.
 *
 * Such an engine tries what comes after a part once for each way to leave the part at which the next byte fits. How many these are is counted
 * as the places at which the part may end, times the ways to come to each of them.
 */
export function backtrackingCostOf(node: RegexNode, mostRounds: number): number {
  return ofSequence(partsOf(node), anything, mostRounds).steps;
}

/** Whether something is repeated that may match without reading: then engines differ in what its last round was. */
export function repeatsNothing(node: RegexNode): boolean {
  switch (node.kind) {
    case "empty":
    case "set":
    case "assert":
      return false;
    case "capture":
      return repeatsNothing(node.of);
    case "concat":
      return node.parts.some(repeatsNothing);
    case "alternate":
      return node.options.some(repeatsNothing);
    case "repeat":
      return (node.max !== 1 && minLengthOf(node.of) === 0) || repeatsNothing(node.of);
  }
}

/** A set of bytes: a bit for each of ASCII, and one for all others, which are not told apart. */
type Bytes = Uint32Array;

/** What may be read first; `isNullable`: nothing need be read, and then anything may come. */
type First = { readonly bytes: Bytes; readonly isNullable: boolean };

const noBytes: Bytes = new Uint32Array(5);
const anything: First = { bytes: noBytes, isNullable: true };

type Cost = {
  readonly steps: number;
  /** At so many places what comes next can go on. */
  readonly ends: number;
  /** In so many ways each of them is come to. */
  readonly ways: number;
};

const partsOf = (node: RegexNode): readonly RegexNode[] => {
  if (node.kind === "capture") return partsOf(node.of);
  return node.kind === "concat" ? node.parts.flatMap(partsOf) : [node];
};

function ofSequence(parts: readonly RegexNode[], next: First, mostRounds: number): Cost {
  const firsts = firstsOf(parts, next);
  const read = parts.map(bytesIn);
  const before: number[] = [];
  let [steps, ends, ways] = [0, 1, 1];
  let spread = 1;
  for (const [at, part] of parts.entries()) {
    const after = firsts[at + 1] ?? anything;
    const own = ofPart(part, after, mostRounds);
    const ownSpread = longestOf(part, mostRounds) - minLengthOf(part) + 1;
    before.push(ends);
    steps += ends * ways * own.steps;
    ways *= own.ways * Math.min(ends, ownSpread);
    spread += ownSpread - 1;
    ends = Math.min(ends * own.ends, spread, endsOfRun(read, at, after, before));
  }
  return { steps, ends, ways };
}

/** What may be read first from each part on, and after the last. */
function firstsOf(parts: readonly RegexNode[], next: First): readonly First[] {
  const firsts = [next];
  for (const part of parts.toReversed()) firsts.push(inTurn(firstOf(part), firsts.at(-1) ?? anything));
  return firsts.toReversed();
}

/**
 * Where parts read nothing that may be read after them, all that begins at one place ends at one: where the run of what they read ends. `before`: at how
 * many places each part begins.
 */
function endsOfRun(read: readonly Bytes[], last: number, after: First, before: readonly number[]): number {
  let least = Infinity;
  for (let at = last; at >= 0 && !after.isNullable && !touches(read[at] ?? noBytes, after.bytes); at--)
    least = Math.min(least, before[at] ?? Infinity);
  return least;
}

function ofPart(node: RegexNode, next: First, mostRounds: number): Cost {
  switch (node.kind) {
    case "empty":
    case "assert":
    case "set":
      return { steps: 1, ends: 1, ways: 1 };
    case "capture":
    case "concat":
      return ofSequence(partsOf(node), next, mostRounds);
    case "alternate":
      return ofOptions(node.options, next, mostRounds);
    case "repeat":
      return ofRounds(node, next, mostRounds);
  }
}

function ofOptions(options: readonly RegexNode[], next: First, mostRounds: number): Cost {
  const each = options.map((option) => ofSequence(partsOf(option), next, mostRounds));
  const steps = each.reduce((sum, one) => sum + one.steps, each.length);
  // Of options that begin with different bytes one goes on.
  const leads = options.map((option) => leadOf(option, next));
  const isApart = leads.every((one, at) => leads.slice(at + 1).every((other) => areApart(one, other)));
  const together = (numbers: readonly number[]): number =>
    isApart ? Math.max(...numbers) : numbers.reduce((sum, number) => sum + number, 0);
  return {
    steps,
    ends: together(each.map(({ ends }) => ends)),
    ways: together(each.map((one) => one.ends * one.ways)),
  };
}

/** What is read first, second and so on, as far as that is so whatever is matched. */
function leadOf(node: RegexNode, next: First): readonly First[] {
  const lead: First[] = [];
  const parts = partsOf(node);
  const firsts = firstsOf(parts, next);
  for (const [at, part] of parts.entries()) {
    const first = firsts[at];
    if (first !== undefined && part.kind !== "empty" && part.kind !== "assert") lead.push(first);
    if (part.kind !== "set" && part.kind !== "empty" && part.kind !== "assert") return lead;
  }
  return [...lead, next];
}

const areApart = (a: readonly First[], b: readonly First[]): boolean =>
  a.some((first, at) => {
    const other = b[at];
    return other !== undefined && !overlap(first, other);
  });

function ofRounds(node: Extract<RegexNode, { kind: "repeat" }>, next: First, mostRounds: number): Cost {
  const most = node.max ?? node.min + mostRounds;
  if (most === 0) return { steps: 1, ends: 1, ways: 1 };
  const again = firstOf(node.of);
  const once = ofSequence(partsOf(node.of), most > 1 ? inTurn(again, next) : next, mostRounds);
  const choices = overlap(again, next) ? most - node.min + 1 : 1;
  if (most === 1) return { steps: once.steps + 1, ends: once.ends + choices - 1, ways: once.ways };
  if (once.ends * once.ways === 1 && !again.isNullable)
    return { steps: most * (once.steps + 1), ends: choices, ways: 1 };
  // Rounds that can be cut in several ways multiply.
  const all = Math.max(2, once.ends * once.ways) ** most;
  return { steps: all * (once.steps + 1), ends: all, ways: all };
}

function firstOf(node: RegexNode): First {
  switch (node.kind) {
    case "empty":
    case "assert":
      return anything;
    case "set":
      return { bytes: bytesOf(node.points), isNullable: false };
    case "capture":
      return firstOf(node.of);
    case "concat":
      return firstsOf(node.parts, anything)[0] ?? anything;
    case "alternate": {
      const each = node.options.map(firstOf);
      return { bytes: union(each.map(({ bytes }) => bytes)), isNullable: each.some(({ isNullable }) => isNullable) };
    }
    case "repeat": {
      const { bytes, isNullable } = firstOf(node.of);
      return { bytes, isNullable: isNullable || node.min === 0 };
    }
  }
}

const inTurn = (first: First, after: First): First =>
  first.isNullable ? { bytes: union([first.bytes, after.bytes]), isNullable: after.isNullable } : first;

const overlap = (a: First, b: First): boolean => a.isNullable || b.isNullable || touches(a.bytes, b.bytes);

/** Everything that a node may read. */
function bytesIn(node: RegexNode): Bytes {
  switch (node.kind) {
    case "empty":
    case "assert":
      return noBytes;
    case "set":
      return bytesOf(node.points);
    case "capture":
    case "repeat":
      return bytesIn(node.of);
    case "concat":
      return union(node.parts.map(bytesIn));
    case "alternate":
      return union(node.options.map(bytesIn));
  }
}

const allOthers = 0x80;

function bytesOf(points: CodePoints): Bytes {
  const bytes = new Uint32Array(noBytes.length);
  for (const [low, high] of points) {
    for (let code = Math.min(low, allOthers); code <= Math.min(high, allOthers); code++)
      bytes[code >> 5] = (bytes[code >> 5] ?? 0) | (1 << (code & 31));
  }
  return bytes;
}

function union(sets: readonly Bytes[]): Bytes {
  const all = new Uint32Array(noBytes.length);
  for (const set of sets) for (let at = 0; at < all.length; at++) all[at] = (all[at] ?? 0) | (set[at] ?? 0);
  return all;
}

const touches = (a: Bytes, b: Bytes): boolean => a.some((word, at) => (word & (b[at] ?? 0)) !== 0);

function longestOf(node: RegexNode, mostRounds: number): number {
  if (node.kind !== "repeat" || node.max !== null) return maxLengthOf(node) ?? Infinity;
  return (node.min + mostRounds) * (maxLengthOf(node.of) ?? Infinity);
}
