import { lastCodePoint, within } from "./code-points.ts";
import type { RegexNode } from "./node.ts";
import { utf8Of } from "../byte-text.ts";

/** The least number of bytes a regex matches; assertions count as nothing. */
export function minLengthOf(node: RegexNode): number {
  switch (node.kind) {
    case "set":
      return Math.min(...node.points.map(([low]) => utf8Of(low).length), Infinity);
    case "concat":
      return node.parts.reduce((sum, part) => sum + minLengthOf(part), 0);
    case "alternate":
      return Math.min(...node.options.map(minLengthOf));
    case "repeat":
      return node.min === 0 ? 0 : node.min * minLengthOf(node.of);
    case "capture":
      return minLengthOf(node.of);
    case "empty":
    case "assert":
      return 0;
  }
}

/** The greatest number of bytes a regex matches; `null`: as many as there are. */
export function maxLengthOf(node: RegexNode): number | null {
  switch (node.kind) {
    case "set":
      return within(node.points, 0x80, lastCodePoint).length === 0 ? 1 : 4;
    case "concat":
      return sumOf(node.parts.map(maxLengthOf));
    case "alternate":
      return node.options.map(maxLengthOf).reduce((a, b) => (a === null || b === null ? null : Math.max(a, b)), 0);
    case "repeat":
      return node.max === null ? null : sumOf([maxLengthOf(node.of)], node.max);
    case "capture":
      return maxLengthOf(node.of);
    case "empty":
    case "assert":
      return 0;
  }
}

function sumOf(lengths: readonly (number | null)[], times = 1): number | null {
  return lengths.reduce((sum, length) => (sum === null || length === null ? null : sum + length * times), 0);
}
