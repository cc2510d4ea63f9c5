import { complement, type CodePoints, lastCodePoint } from "./code-points.ts";
import { type Cursor, sees, take, takeMatch, takePoint } from "./cursor.ts";
import { perlClass, unicodeClass } from "./named-classes.ts";
import { RegexRefused } from "./node.ts";

const controls: Readonly<Record<string, number>> = { a: 7, f: 12, t: 9, n: 10, r: 13, v: 11 };

/** After a backslash: a class such as `\d` or `\p{Greek}`, or `null` with nothing taken. */
export function takeClassEscape(cursor: Cursor): CodePoints | null {
  const letter = cursor.source.charAt(cursor.at);
  if (letter === "p" || letter === "P") return takeUnicodeClass(cursor);
  const points = perlClass(letter);
  if (points !== null) cursor.at += 1;
  return points;
}

function takeUnicodeClass(cursor: Cursor): CodePoints {
  const start = cursor.at;
  const found = takeMatch(cursor, /[pP](?:\{(\^?)([^}]*)\}|(.))/suy);
  const name = found?.[2] ?? found?.[3] ?? "";
  const points = unicodeClass(name);
  if (found === null || points === null) {
    throw new RegexRefused(`there is no Unicode class "${name}": use a general category or a script`, start);
  }
  const negative = found[0].startsWith("P") !== (found[1] === "^");
  return negative ? complement(points) : points;
}

/** After a backslash: one character (`\n`, `\x{41}`, `\101`, `\.`). */
export function takeCharEscape(cursor: Cursor): number {
  const start = cursor.at;
  if (cursor.at >= cursor.source.length) throw new RegexRefused("a backslash stands at the end", start - 1);
  if (sees(cursor, "x")) return takeHex(cursor);
  const octal = takeMatch(cursor, /0[0-7]{0,2}|[1-7][0-7]{1,2}/y);
  if (octal !== null) return Number.parseInt(octal[0], 8);
  const code = takePoint(cursor);
  const char = String.fromCodePoint(code);
  const control = controls[char];
  if (control !== undefined) return control;
  if (code < 0x80 && !/[0-9A-Za-z]/.test(char)) return code;
  throw new RegexRefused(refusalOf(char), start - 1);
}

function takeHex(cursor: Cursor): number {
  const start = cursor.at;
  const found = takeMatch(cursor, /x(?:\{([0-9A-Fa-f]+)\}|([0-9A-Fa-f]{2}))/y);
  const code = Number.parseInt(found?.[1] ?? found?.[2] ?? "", 16);
  if (!(code <= lastCodePoint)) throw new RegexRefused("\\x needs two hex digits or {hex digits}", start - 1);
  return code;
}

function refusalOf(char: string): string {
  if (/[1-9]/.test(char)) return `\\${char}: RE2 has no backreferences`;
  if (char === "Z") return "\\Z is not RE2: write \\z";
  if (char === "C") return "\\C (a single byte) is not supported by Go";
  return `there is no escape \\${char}`;
}

/** After `\Q`: the text up to `\E` or the end, taken as it stands. */
export function takeQuoted(cursor: Cursor): readonly number[] {
  const points: number[] = [];
  while (cursor.at < cursor.source.length && !take(cursor, "\\E")) points.push(takePoint(cursor));
  return points;
}
