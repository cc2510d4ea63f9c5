import { maxLengthOf, minLengthOf } from "../re2/measure.ts";
import type { RegexNode } from "../re2/node.ts";

/** Characters of base64, of both alphabets, one after the other, such as every match of a regex has somewhere. */
export type RequiredRun = {
  /** So many at least. */
  readonly length: number;
  /** So many bytes behind a place, or the beginning of the match, the run has them all, at most. */
  readonly end: number;
};

/** What is known of the runs in the matches of a regex. */
type Runs = {
  /** Nothing but such characters. */
  readonly isWhole: boolean;
  readonly shortest: number;
  readonly longest: number;
  /** Runs with which every match begins and ends, and the longest that it has anywhere. */
  readonly first: number;
  readonly last: number;
  readonly best: RequiredRun;
};

/** Shorter ones stand everywhere, and longer ones are told from each other no more. As in the kernel. */
export const shortestRun = 16;
const longestRun = 255;
/** Farther away they are not looked for. */
const farthest = 1020;

/**
 * The longest run that is known of the matches of a regex, told from a place so many bytes behind their beginning; `null` if none is long enough, or it may be
 * far away.
 */
export function nearRunOf(node: RegexNode, place: number): RequiredRun | null {
  const { length, end } = runsOf(node).best;
  const behind = Math.max(0, end - place);
  return length < shortestRun || behind > farthest ? null : { length: Math.min(length, longestRun), end: behind };
}

const none: RequiredRun = { length: 0, end: 0 };
const nothing: Runs = { isWhole: true, shortest: 0, longest: 0, first: 0, last: 0, best: none };

function runsOf(node: RegexNode): Runs {
  switch (node.kind) {
    case "empty":
    case "assert":
      return nothing;
    case "capture":
      return runsOf(node.of);
    case "concat":
      return node.parts.map(runsOf).reduce(inSequence, nothing);
    case "alternate":
      return node.options.map(runsOf).reduce(either);
    case "set": {
      const isWhole = node.points.every(([low, high]) => isOfBase64(low, high));
      const run = isWhole ? 1 : 0;
      const lengths = { shortest: minLengthOf(node), longest: maxLengthOf(node) ?? Infinity };
      return { isWhole, ...lengths, first: run, last: run, best: { length: run, end: run } };
    }
    case "repeat":
      return repeated(node);
  }
}

function repeated({ of, min, max }: Extract<RegexNode, { kind: "repeat" }>): Runs {
  const one = runsOf(of);
  const shortest = min === 0 ? 0 : min * one.shortest;
  const longest = max === 0 || one.longest === 0 ? 0 : (max ?? Infinity) * one.longest;
  if (one.isWhole)
    return { isWhole: true, shortest, longest, first: shortest, last: shortest, best: at(shortest, shortest) };
  const isThere = min > 0;
  const { first, last, best } = one;
  return isThere
    ? { isWhole: false, shortest, longest, first, last, best }
    : { isWhole: false, shortest, longest, first: 0, last: 0, best: none };
}

function inSequence(a: Runs, b: Runs): Runs {
  const shortest = a.shortest + b.shortest;
  return {
    isWhole: a.isWhole && b.isWhole,
    shortest,
    longest: a.longest + b.longest,
    first: a.isWhole ? a.shortest + b.first : a.first,
    last: b.isWhole ? a.last + b.shortest : b.last,
    best: [at(a.last + b.first, a.longest + b.first), at(b.best.length, a.longest + b.best.end)].reduce(longer, a.best),
  };
}

function either(a: Runs, b: Runs): Runs {
  return {
    isWhole: a.isWhole && b.isWhole,
    shortest: Math.min(a.shortest, b.shortest),
    longest: Math.max(a.longest, b.longest),
    first: Math.min(a.first, b.first),
    last: Math.min(a.last, b.last),
    best: at(Math.min(a.best.length, b.best.length), Math.max(a.best.end, b.best.end)),
  };
}

/** A run, if it is known where it is at most. */
const at = (length: number, end: number): RequiredRun => (end === Infinity ? none : { length, end });

const longer = (a: RequiredRun, b: RequiredRun): RequiredRun => (b.length > a.length ? b : a);

function isOfBase64(low: number, high: number): boolean {
  if (high >= 0x80) return false;
  for (let code = low; code <= high; code++) if (!/[A-Za-z0-9+/_-]/.test(String.fromCharCode(code))) return false;
  return true;
}
