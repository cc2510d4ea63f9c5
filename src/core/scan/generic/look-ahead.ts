import { isBlank, isLineEnd, isNameByte } from "./bytes.ts";

/** Past the text there are zeros, as behind the texts that a kernel reads. */
export const byteAt = (text: string, at: number): number => (at < text.length && at >= 0 ? text.charCodeAt(at) : 0);

export const isQuote = (byte: number): boolean => byte === 34 || byte === 39 || byte === 96;

export function pastBlanks(text: string, from: number): number {
  let at = from;
  while (at < from + 200 && isBlank(byteAt(text, at))) at++;
  return at;
}

/** After white space with at most two line ends. */
export function pastSpace(text: string, from: number): number {
  let lines = 0;
  let at = from;
  while (at < from + 200) {
    const byte = byteAt(text, at);
    if (byte === 10 && ++lines > 2) return at;
    if (!isBlank(byte) && !isLineEnd(byte)) return at;
    at++;
  }
  return at;
}

/** Whether a string literal may begin at a place, in any of the ways that `readString` knows. */
export function mayOpenString(text: string, at: number): boolean {
  const byte = byteAt(text, at);
  if (isQuote(byte)) return true;
  const second = byteAt(text, at + 1);
  const third = byteAt(text, at + 2);
  // &quot; &apos; &#34;
  if (byte === 38) return second === 113 || second === 97 || second === 35;
  if (byte === 92) return opensEscaped(text, at);
  if ((second === 34 || second === 39 || third === 34 || third === 39) && isPrefix(byte)) return true;
  // q % [ # r R u
  if (byte !== 113 && byte !== 37 && byte !== 91 && byte !== 35 && byte !== 114 && byte !== 82 && byte !== 117)
    return false;
  for (let next = at + 1; next < at + 5; next++) {
    const opener = byteAt(text, next);
    if (opener === 40 || opener === 123 || opener === 91 || opener === 124 || opener === 33 || opener === 34)
      return true;
  }
  return false;
}

/** Whether a quote stands behind backslashes. */
function opensEscaped(text: string, from: number): boolean {
  let at = from;
  while (at < from + 8 && byteAt(text, at) === 92) at++;
  return byteAt(text, at) === 34 || byteAt(text, at) === 39;
}

/** What may stand before a quote and belong to it: b B r R u U f F L @ $, and what goes on with `#`, `[` and the like. */
const isPrefix = (byte: number): boolean =>
  (byte | 0x20) === 98 ||
  (byte | 0x20) === 114 ||
  (byte | 0x20) === 117 ||
  (byte | 0x20) === 102 ||
  byte === 76 ||
  byte === 64 ||
  byte === 36 ||
  byte === 35;

/** `(` and a literal, or one call deeper. */
export function isCallOfLiteral(text: string, at: number): boolean {
  const open = pastSpace(text, at + 1);
  if (mayOpenString(text, open)) return true;
  let end = open;
  while (end < open + 80 && isNameByte(byteAt(text, end))) end++;
  return byteAt(text, end) === 40 && mayOpenString(text, pastSpace(text, end + 1));
}
