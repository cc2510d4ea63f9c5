import { complement, normalized, type CodePoints, lastCodePoint, sizeOf, within } from "./code-points.ts";
import type { Assertion, RegexNode } from "./node.ts";
import { type ByteRange, utf8Sequences } from "./utf8-ranges.ts";

/** What a JavaScript regex is written for. `maxUnbounded` caps `*`, `+` and `{n,}`; see `translate.ts`. */
export type EmitOptions = { readonly maxUnbounded: number };

/** Writes a parsed regex as the source of a JavaScript regex (no flags) that works on byte strings. */
export function emitJs(node: RegexNode, options: EmitOptions): string {
  switch (node.kind) {
    case "empty":
      return "";
    case "set":
      return emitSet(node.points);
    case "concat":
      return node.parts.map((part) => emitPart(part, options)).join("");
    case "alternate":
      return node.options.map((option) => emitJs(option, options)).join("|");
    case "repeat":
      return emitRepeat(node, options);
    case "capture":
      return `(${emitJs(node.of, options)})`;
    case "assert":
      return assertions[node.what];
  }
}

function emitPart(node: RegexNode, options: EmitOptions): string {
  return node.kind === "alternate" ? `(?:${emitJs(node, options)})` : emitJs(node, options);
}

// JavaScript's own (?m) also stops at \r, U+2028 and U+2029.
const assertions: Readonly<Record<Assertion, string>> = {
  "text-start": "^",
  "text-end": "$",
  "line-start": "(?<![^\\n])",
  "line-end": "(?![^\\n])",
  "word-boundary": "\\b",
  "not-word-boundary": "\\B",
};

function emitRepeat(node: Extract<RegexNode, { kind: "repeat" }>, options: EmitOptions): string {
  const inner = emitJs(node.of, options);
  const single = node.of.kind === "capture" || (node.of.kind === "set" && !inner.includes("|"));
  const atom = single || /^\(\?:[^()]*\)$/.test(inner) ? inner : `(?:${inner})`;
  return `${atom}${quantifier(node.min, node.max, options)}${node.greedy ? "" : "?"}`;
}

function quantifier(min: number, max: number | null, { maxUnbounded }: EmitOptions): string {
  if (max === null) return Number.isFinite(maxUnbounded) ? `{${min},${min + maxUnbounded}}` : `{${min},}`;
  if (min === 0 && max === 1) return "?";
  return min === max ? `{${min}}` : `{${min},${max}}`;
}

/**
 * A set of characters as a class of bytes. A set that holds everything above ASCII (`.`, `[^"]`) takes any byte there, one at a
 * time; a set with particular characters above ASCII becomes an alternation of their UTF-8 forms.
 */
function emitSet(points: CodePoints): string {
  const ascii = within(points, 0, 0x7f);
  const above = within(points, 0x80, lastCodePoint);
  if (sizeOf(above) === lastCodePoint - 0x7f) return emitBytes(normalized([...ascii, [0x80, 0xff]]));
  const sequences = utf8Sequences(above).map((sequence) => sequence.map((range) => emitBytes([range])).join(""));
  const options = [...(ascii.length > 0 ? [emitBytes(ascii)] : []), ...sequences];
  if (options.length === 0) return "(?!)";
  return options.length === 1 && ascii.length > 0 ? options.join("") : `(?:${options.join("|")})`;
}

function emitBytes(ranges: readonly ByteRange[]): string {
  const [first] = ranges;
  if (first !== undefined && ranges.length === 1 && first[0] === first[1]) return emitByte(first[0]);
  if (sizeOf(ranges) === 256) return "[^]";
  const outside = within(complement(ranges), 0, 0xff);
  const negative = sizeOf(ranges) > 128;
  const members = (negative ? outside : ranges).map(([low, high]) =>
    low === high ? emitByte(low) : `${emitByte(low)}${high === low + 1 ? "" : "-"}${emitByte(high)}`,
  );
  return `[${negative ? "^" : ""}${members.join("")}]`;
}

function emitByte(byte: number): string {
  const char = String.fromCharCode(byte);
  return /[0-9A-Za-z_]/.test(char) ? char : `\\x${byte.toString(16).padStart(2, "0")}`;
}
