import { type CodePoints, lastCodePoint, sizeOf, within } from "./code-points.ts";
import type { Assertion, RegexNode } from "./node.ts";
import { type ByteRange, utf8Sequences } from "./utf8-ranges.ts";

/** One instruction of a nondeterministic automaton over bytes; numbers are indices of instructions. */
export type Instruction =
  | { readonly kind: "byte"; readonly ranges: readonly ByteRange[]; readonly next: number }
  | { readonly kind: "split"; readonly nexts: readonly number[] }
  | { readonly kind: "assert"; readonly what: Assertion; readonly next: number }
  | { readonly kind: "match" };

export type Nfa = { readonly instructions: readonly Instruction[]; readonly start: number };

// Counted repetitions are written out; a rule that needs more than this is matched without its automaton.
const maxInstructions = 50_000;

/** In which order the parts of a match are read. */
type Order = "forward" | "reversed";

/** The automaton that reads a match from its end to its beginning; `null` if it would be too large. */
export function reversedNfa(node: RegexNode): Nfa | null {
  return nfaOf(node, "reversed");
}

/** The automaton that reads a match as it stands; `null` if it would be too large. */
export function forwardNfa(node: RegexNode): Nfa | null {
  return nfaOf(node, "forward");
}

function nfaOf(node: RegexNode, order: Order): Nfa | null {
  const program: Instruction[] = [{ kind: "match" }];
  try {
    const start = compile(node, 0, program, order);
    return { instructions: program, start };
  } catch (error) {
    if (error instanceof TooLarge) return null;
    throw error;
  }
}

class TooLarge extends Error {}

function add(program: Instruction[], instruction: Instruction): number {
  if (program.length >= maxInstructions) throw new TooLarge();
  return program.push(instruction) - 1;
}

/** Compiles a node so that it goes on at `next` when it has been read, and gives where that begins. Reversed, the first part is read last. */
function compile(node: RegexNode, next: number, program: Instruction[], order: Order): number {
  switch (node.kind) {
    case "empty":
      return next;
    case "set":
      return compileSet(node.points, next, program, order);
    case "concat":
      return inOrder(node.parts, order).reduce((after, part) => compile(part, after, program, order), next);
    case "alternate":
      return add(program, {
        kind: "split",
        nexts: node.options.map((option) => compile(option, next, program, order)),
      });
    case "capture":
      return compile(node.of, next, program, order);
    case "assert":
      return add(program, { kind: "assert", what: node.what, next });
    case "repeat":
      return compileRepeat(node, next, program, order);
  }
}

/** What is compiled first is read last. */
function inOrder<Part>(parts: readonly Part[], order: Order): readonly Part[] {
  return order === "reversed" ? parts : parts.toReversed();
}

function compileRepeat(
  node: Extract<RegexNode, { kind: "repeat" }>,
  next: number,
  program: Instruction[],
  order: Order,
): number {
  let at = next;
  if (node.max === null) {
    at = add(program, { kind: "split", nexts: [] });
    // The loop is closed when its body is known.
    program[at] = { kind: "split", nexts: [compile(node.of, at, program, order), next] };
  }
  for (let optional = node.min; optional < (node.max ?? 0); optional++) {
    at = add(program, { kind: "split", nexts: [compile(node.of, at, program, order), next] });
  }
  for (let copy = 0; copy < node.min; copy++) at = compile(node.of, at, program, order);
  return at;
}

function compileSet(points: CodePoints, next: number, program: Instruction[], order: Order): number {
  const ascii = within(points, 0, 0x7f);
  const above = within(points, 0x80, lastCodePoint);
  if (sizeOf(above) === lastCodePoint - 0x7f)
    return add(program, { kind: "byte", ranges: [...ascii, [0x80, 0xff]], next });
  const options = utf8Sequences(above).map((sequence) =>
    inOrder(sequence, order).reduce(
      (after, range) => add(program, { kind: "byte", ranges: [range], next: after }),
      next,
    ),
  );
  if (ascii.length > 0) options.push(add(program, { kind: "byte", ranges: ascii, next }));
  return options.length === 1 ? (options[0] ?? next) : add(program, { kind: "split", nexts: options });
}
