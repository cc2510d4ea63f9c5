import { toByteText } from "../byte-text.ts";
import type { Decoder } from "./decoder.ts";
import { changesNothing } from "./escaped.ts";
import { runsFrom } from "./runs-from.ts";

/** RFC 3986 §2.1, and what JavaScript's `escape` makes of characters outside Latin-1. */
const run = /(?:%[0-9a-fA-F]{2})+|(?:%u[0-9a-fA-F]{4})+/y;

/** Percent-encoding, as in URLs and forms. */
export const percentDecoder: Decoder = {
  name: "percent",
  *find(text) {
    for (const { 0: found, index } of runsFrom("%", run, text)) {
      const decoded = found.startsWith("%u")
        ? toByteText(found.replace(/%u(....)/g, (_, digits: string) => codeUnit(digits)))
        : found.replace(/%(..)/g, (_, digits: string) => codeUnit(digits));
      if (!changesNothing(decoded)) yield { start: index, end: index + found.length, decoded };
    }
  },
};

const codeUnit = (digits: string): string => String.fromCharCode(Number.parseInt(digits, 16));
