import { isBlank, isLineEnd, isNameByte, isWordByte } from "./bytes.ts";
import { byteAt, isCallOfLiteral, isQuote } from "./look-ahead.ts";

/** Longer literals are not looked at. */
const longest = 400;

/**
 * Whether a literal on one line begins at a place that surely is what is given, and no key (`mayBeKey` of find-assignments.ts). `free`: nothing
 * that is written behind it can take its place.
 */
export function isNoKey(text: string, at: number, free: boolean): boolean {
  const quote = byteAt(text, at);
  if (quote !== 34 && quote !== 39) return false;
  const start = at + 1;
  // JSON has its values inside.
  if (byteAt(text, start) === 123) return false;
  let end = start;
  let plain = true;
  let least = 10;
  while (byteAt(text, end) !== quote) {
    const byte = byteAt(text, end);
    if (byte === 92 || byte === 0 || isLineEnd(byte) || end - start > longest) return false;
    if (!isKeyByte(byte)) plain = false;
    least = leastWith(byte, least);
    end++;
  }
  const next = byteAt(text, end + 1);
  if (end === start && next === quote) return false;
  if (quote === 39 && !free && next !== 44 && next !== 59 && next !== 41 && next !== 125 && !isLineEnd(next))
    return false;
  return !plain || end - start < least;
}

/** Letters, digits and + / = - _ : */
const isKeyByte = (byte: number): boolean =>
  isWordByte(byte) || byte === 43 || byte === 47 || byte === 61 || byte === 45 || byte === 58;

/** How long a key is at least that has a byte in it. */
function leastWith(byte: number, least: number): number {
  if (byte === 58) return 23;
  return least < 20 && (byte === 45 || byte === 95) ? 20 : least;
}

/** Whether a word without quotes begins at a place that surely is what is given, and no key. `typed`: it may be a type. */
export function isNoBareKey(text: string, at: number, typed: boolean): boolean {
  const first = byteAt(text, at);
  if (!isWordByte(first)) return false;
  let least = 10;
  let stop = at;
  while (stop < at + 24 && isKeyByte(byteAt(text, stop))) {
    least = leastWith(byteAt(text, stop++), least);
  }
  return stop - at < least && isShort(text, at, stop) && !isCallee(text, at) && !hasOther(text, at, typed);
}

/** Whether a word ends soon: in longer ones no names are looked for (`longWord` of find-assignments.ts). */
function isShort(text: string, start: number, from: number): boolean {
  for (let at = from; at < start + 64; at++) {
    const byte = byteAt(text, at);
    if (isBlank(byte) || isLineEnd(byte) || isQuote(byte) || byte === 60) return true;
    const next = byteAt(text, at + 1);
    // A template may hold spaces.
    if (byte === 0 || ((byte === 36 || byte === 123) && (next === 123 || next === 40))) return false;
  }
  return false;
}

/** Whether a call begins at a place of which a literal is the value. */
export function isCallee(text: string, at: number): boolean {
  let end = at;
  while (end < at + 80 && (isNameByte(byteAt(text, end)) || byteAt(text, end) === 58)) end++;
  if (end === at + 80 || (end - at <= 8 && isBlank(byteAt(text, end)) && mayBeKeyword(byteAt(text, at)))) return true;
  let open = end;
  while (open < end + 4 && isBlank(byteAt(text, open))) open++;
  if (byteAt(text, open) === 40 || (byteAt(text, open) === 123 && open === end)) return isCallOfLiteral(text, open);
  // `ConvertTo-SecureString "…"`
  return open > end && end - at >= 12 && (byteAt(text, end - 1) | 0x20) === 103;
}

/** The first letter of new, await, return, yield, try, lambda, function, typeof. */
const mayBeKeyword = (byte: number): boolean =>
  byte === 110 || byte === 97 || byte === 114 || byte === 121 || byte === 116 || byte === 108 || byte === 102;

/** Whether something on the line may take the place of a word: what stands after `||`, `??` or `or`, or after the `=` behind a type. */
export function hasOther(text: string, from: number, typed: boolean): boolean {
  for (let at = from; at < from + 120; at++) {
    const byte = byteAt(text, at);
    if (isLineEnd(byte) || byte === 59 || byte === 35) return false;
    const next = byteAt(text, at + 1);
    if (byte === 0 || (byte === 124 && next === 124) || (byte === 63 && (next === 63 || next === 58))) return true;
    if (byte === 32 && next === 111 && byteAt(text, at + 2) === 114 && byteAt(text, at + 3) === 32) return true;
    if (typed && byte === 61) return true;
  }
  return false;
}
