import { RegexRefused } from "./node.ts";

/** The flags in force at a place of the regex. RE2's `U` swaps greedy and lazy. */
export type Flags = { readonly i: boolean; readonly s: boolean; readonly m: boolean; readonly U: boolean };

/** Reads a regex from left to right; what is mutable about parsing lives here. */
export type Cursor = {
  readonly source: string;
  at: number;
  flags: Flags;
  captures: number;
  depth: number;
};

export function openCursor(source: string): Cursor {
  return {
    source,
    at: 0,
    flags: { i: false, s: false, m: false, U: false },
    captures: 0,
    depth: 0,
  };
}

export function atEnd(cursor: Cursor): boolean {
  return cursor.at >= cursor.source.length;
}

/** Whether `text` comes next. */
export function sees(cursor: Cursor, text: string): boolean {
  return cursor.source.startsWith(text, cursor.at);
}

/** Takes `text` if it comes next. */
export function take(cursor: Cursor, text: string): boolean {
  if (!sees(cursor, text)) return false;
  cursor.at += text.length;
  return true;
}

/** Takes what a sticky regex matches here, or nothing. */
export function takeMatch(cursor: Cursor, sticky: RegExp): RegExpExecArray | null {
  sticky.lastIndex = cursor.at;
  const found = sticky.exec(cursor.source);
  if (found !== null) cursor.at += found[0].length;
  return found;
}

/** Takes the next code point; the caller has checked that there is one. */
export function takePoint(cursor: Cursor): number {
  const code = cursor.source.codePointAt(cursor.at);
  if (code === undefined) throw new RegexRefused("the regex ends too early", cursor.at);
  cursor.at += code > 0xffff ? 2 : 1;
  return code;
}
