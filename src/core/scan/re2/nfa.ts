import { type CodePoints, lastCodePoint, sizeOf, within } from "./code-points.ts";
import type { Assertion, RegexNode } from "./node.ts";
import { type ByteRange, utf8Sequences } from "./utf8-ranges.ts";

/** One instruction of a nondeterministic automaton over bytes; numbers are indices of instructions. */
export type Instruction =
  | { readonly kind: "byte"; readonly ranges: readonly ByteRange[]; readonly next: number }
  | { readonly kind: "split"; readonly nexts: readonly number[] }
  | { readonly kind: "assert"; readonly what: Assertion; readonly next: number }
  /** Notes where a group begins (an even slot, twice its number) or ends. */
  | { readonly kind: "mark"; readonly slot: number; readonly next: number }
  /** Forgets some groups, from the first to the last: another round of what they are in begins. */
  | { readonly kind: "clear"; readonly first: number; readonly last: number; readonly next: number }
  | { readonly kind: "match" };

export type Nfa = { readonly instructions: readonly Instruction[]; readonly start: number };

/** Counted repetitions are written out; a rule that needs more instructions than this is refused. */
const maxInstructions = 8_000;

/** The automaton that reads a match; `null` if it would be too large. */
export function forwardNfa(node: RegexNode): Nfa | null {
  return nfaOf(node, false);
}

/** The same with its groups. What a `split` leads to first is preferred. */
export function matchingNfa(node: RegexNode): Nfa | null {
  return nfaOf(node, true);
}

/** Whether the automaton that reads a match with its groups is not too large. Nothing is built. */
export function isSmallEnough(node: RegexNode): boolean {
  return sizeOfNode(node) < maxInstructions;
}

function sizeOfNode(node: RegexNode): number {
  switch (node.kind) {
    case "empty":
      return 0;
    case "set":
      return sizeOfSet(node.points);
    case "assert":
      return 1;
    case "capture":
      return 2 + sizeOfNode(node.of);
    case "concat":
      return node.parts.reduce((sum, part) => sum + sizeOfNode(part), 0);
    case "alternate":
      return node.options.reduce((sum, option) => sum + sizeOfNode(option), 1);
    case "repeat": {
      const [first, last] = groupsIn(node.of);
      const round = sizeOfNode(node.of) + (last < first ? 0 : 1);
      return node.min * round + ((node.max ?? node.min + 1) - node.min) * (1 + round);
    }
  }
}

function nfaOf(node: RegexNode, withGroups: boolean): Nfa | null {
  if (!isSmallEnough(node)) return null;
  const program: Instruction[] = [{ kind: "match" }];
  const start = compile(node, 0, program, withGroups);
  return { instructions: program, start };
}

function add(program: Instruction[], instruction: Instruction): number {
  return program.push(instruction) - 1;
}

/** Compiles a node so that it goes on at `next` when it has been read, and gives where that begins. */
function compile(node: RegexNode, next: number, program: Instruction[], withGroups: boolean): number {
  switch (node.kind) {
    case "empty":
      return next;
    case "set":
      return compileSet(node.points, next, program);
    case "concat":
      return node.parts.reduceRight((after, part) => compile(part, after, program, withGroups), next);
    case "alternate":
      return add(program, {
        kind: "split",
        nexts: node.options.map((option) => compile(option, next, program, withGroups)),
      });
    case "capture": {
      if (!withGroups) return compile(node.of, next, program, withGroups);
      const end = add(program, { kind: "mark", slot: 2 * node.index + 1, next });
      const start = compile(node.of, end, program, withGroups);
      return add(program, { kind: "mark", slot: 2 * node.index, next: start });
    }
    case "assert":
      return add(program, { kind: "assert", what: node.what, next });
    case "repeat":
      return compileRepeat(node, next, program, withGroups);
  }
}

function compileRepeat(
  node: Extract<RegexNode, { kind: "repeat" }>,
  next: number,
  program: Instruction[],
  withGroups: boolean,
): number {
  const [first, last] = withGroups ? groupsIn(node.of) : noGroups;
  const round = (after: number): number => {
    const body = compile(node.of, after, program, withGroups);
    return last < first ? body : add(program, { kind: "clear", first, last, next: body });
  };
  const choice = (body: number): readonly number[] => (node.greedy ? [body, next] : [next, body]);
  let at = next;
  if (node.max === null) {
    at = add(program, { kind: "split", nexts: [] });
    // The loop is closed when its body is known.
    program[at] = { kind: "split", nexts: choice(round(at)) };
  }
  for (let optional = node.min; optional < (node.max ?? 0); optional++) {
    at = add(program, { kind: "split", nexts: choice(round(at)) });
  }
  for (let copy = 0; copy < node.min; copy++) at = round(at);
  return at;
}

const noGroups: readonly [first: number, last: number] = [Infinity, 0];

/** The numbers of the first and the last group in a node. */
function groupsIn(node: RegexNode): readonly [first: number, last: number] {
  switch (node.kind) {
    case "empty":
    case "set":
    case "assert":
      return noGroups;
    case "capture":
      return together([[node.index, node.index], groupsIn(node.of)]);
    case "repeat":
      return groupsIn(node.of);
    case "concat":
      return together(node.parts.map(groupsIn));
    case "alternate":
      return together(node.options.map(groupsIn));
  }
}

const together = (
  each: readonly (readonly [first: number, last: number])[],
): readonly [first: number, last: number] => [
  Math.min(...each.map(([first]) => first)),
  Math.max(...each.map(([, last]) => last)),
];

function compileSet(points: CodePoints, next: number, program: Instruction[]): number {
  const options = bytesOfSet(points).map((sequence) =>
    sequence.reduceRight((after, ranges) => add(program, { kind: "byte", ranges, next: after }), next),
  );
  return options.length === 1 ? (options[0] ?? next) : add(program, { kind: "split", nexts: options });
}

function sizeOfSet(points: CodePoints): number {
  const sequences = bytesOfSet(points);
  return sequences.reduce((sum, sequence) => sum + sequence.length, sequences.length === 1 ? 0 : 1);
}

/** What a set reads: one of these sequences of bytes. */
function bytesOfSet(points: CodePoints): readonly (readonly (readonly ByteRange[])[])[] {
  if (points.every(([, high]) => high < 0x80)) return [[points]];
  const ascii = within(points, 0, 0x7f);
  const above = within(points, 0x80, lastCodePoint);
  if (sizeOf(above) === lastCodePoint - 0x7f) return [[[...ascii, [0x80, 0xff]]]];
  const sequences = utf8Sequences(above).map((sequence) => sequence.map((range) => [range]));
  return ascii.length > 0 ? [...sequences, [ascii]] : sequences;
}
