import type { Instruction } from "./nfa.ts";
import type { ByteRange } from "./utf8-ranges.ts";

/** What stands beside a place of a text, as far as assertions care; `edge`: nothing. */
export type Side = "edge" | "newline" | "word" | "other";

/** What a byte is to an assertion. */
export function sideOf(byte: number): Side {
  if (byte === 0x0a) return "newline";
  return isWord(byte) ? "word" : "other";
}

function isWord(byte: number): boolean {
  return (
    (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x5a) || byte === 0x5f || (byte >= 0x61 && byte <= 0x7a)
  );
}

/** Whether a byte is in one of the ranges. */
export function inRanges(ranges: readonly ByteRange[], byte: number): boolean {
  return ranges.some(([low, high]) => byte >= low && byte <= high);
}

/** Bytes that an automaton cannot tell apart, as classes: the class of each byte, and one byte of each class. */
export type ByteClasses = { readonly classOf: Uint8Array; readonly members: readonly number[] };

export function byteClassesOf(instructions: readonly Instruction[]): ByteClasses {
  const sets = new Map<string, readonly ByteRange[]>();
  for (const instruction of instructions) {
    if (instruction.kind === "byte") sets.set(instruction.ranges.join(";"), instruction.ranges);
  }
  const distinct = [...sets.values()];
  const borders = new Uint8Array(257);
  for (const border of bordersOfSides) borders[border] = 1;
  for (const [low, high] of distinct.flat()) {
    borders[low] = 1;
    borders[high + 1] = 1;
  }
  const classes = new Map<string, number>();
  const classOf = new Uint8Array(256);
  const members: number[] = [];
  let last = 0;
  for (let byte = 0; byte < 256; byte++) {
    // Between two borders all bytes are alike.
    if (byte === 0 || borders[byte] === 1) {
      const signature = `${sideOf(byte)} ${distinct.map((ranges) => (inRanges(ranges, byte) ? 1 : 0)).join("")}`;
      last = classes.get(signature) ?? members.push(byte) - 1;
      classes.set(signature, last);
    }
    classOf[byte] = last;
  }
  return { classOf, members };
}

/** Where bytes begin that are something else to an assertion than the one before. */
const bordersOfSides = Array.from({ length: 255 }, (_, at) => at + 1).filter((at) => sideOf(at) !== sideOf(at - 1));
