import type { Decoder } from "./decoder.ts";

/** At least 8 characters of ASCII, each beside a zero byte. */
const leastLength = 16;

/** Stretches of UTF-16 inside something else: programs, databases, old Office documents, encoded commands. */
export const utf16Decoder: Decoder = {
  name: "utf-16",
  *find(text) {
    // Every stretch that is long enough has two bytes at one of these places.
    for (let at = 0; at + 1 < text.length; at += leastLength - 2) {
      if (!isPair(text, at)) continue;
      let start = at;
      while (start > 0 && isPair(text, start - 1)) start -= 1;
      let end = at + 2;
      while (end < text.length && isPair(text, end - 1)) end += 1;
      end -= (end - start) % 2;
      if (end - start >= leastLength) yield { start, end, decoded: text.slice(start, end).replaceAll("\0", "") };
      // Looked through to its end.
      at = Math.max(at, end - (leastLength - 2));
    }
  },
};

/** Whether of two bytes one is zero and the other a character. */
function isPair(text: string, at: number): boolean {
  const [first, second] = [text.charCodeAt(at), text.charCodeAt(at + 1)];
  return first === 0 ? isPlain(second) : second === 0 && isPlain(first);
}

const isPlain = (code: number): boolean =>
  (code >= 0x20 && code <= 0x7e) || code === 0x09 || code === 0x0a || code === 0x0d;
