import type { Decoder } from "./decoder.ts";

/** At least 8 characters of ASCII, each beside a zero byte. */
const run = /(?:[\t\n\r\x20-\x7e]\x00){8,}|(?:\x00[\t\n\r\x20-\x7e]){8,}/g;

/** Stretches of UTF-16 inside something else: programs, databases, old Office documents, encoded commands. */
export const utf16Decoder: Decoder = {
  name: "utf-16",
  *find(text) {
    if (!text.includes("\0")) return;
    for (const { 0: found, index } of text.matchAll(run)) {
      yield { start: index, end: index + found.length, decoded: found.replaceAll("\0", "") };
    }
  },
};
