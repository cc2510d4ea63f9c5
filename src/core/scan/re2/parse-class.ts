import { complement, foldCase, normalized, type CodePoints } from "./code-points.ts";
import { atEnd, type Cursor, sees, take, takeMatch, takePoint } from "./cursor.ts";
import { posixClasses } from "./named-classes.ts";
import { RegexRefused } from "./node.ts";
import { takeCharEscape, takeClassEscape } from "./parse-escape.ts";

/** A bracket expression, its opening `[` taken already, with case folding and negation worked in. */
export function takeBracketClass(cursor: Cursor): CodePoints {
  const start = cursor.at - 1;
  const negative = take(cursor, "^");
  const ranges: (readonly [number, number])[] = [];
  for (let first = true; first || !sees(cursor, "]"); first = false) {
    if (atEnd(cursor)) throw new RegexRefused("this [ has no closing ]", start);
    ranges.push(...takeMember(cursor));
  }
  take(cursor, "]");
  const points = cursor.flags.i ? foldCase(normalized(ranges)) : normalized(ranges);
  return negative ? complement(points) : points;
}

function takeMember(cursor: Cursor): CodePoints {
  const posix = takePosixClass(cursor) ?? takeEscapedClass(cursor);
  if (posix !== null) return posix;
  const start = cursor.at;
  const low = takeClassChar(cursor);
  const dash = takeMatch(cursor, /-(?!\])/y);
  if (dash === null) return [[low, low]];
  if (atEnd(cursor)) throw new RegexRefused("this [ has no closing ]", start);
  const high = takeClassChar(cursor);
  if (high < low) throw new RegexRefused(`the range ${cursor.source.slice(start, cursor.at)} is upside down`, start);
  return [[low, high]];
}

function takePosixClass(cursor: Cursor): CodePoints | null {
  const start = cursor.at;
  const found = takeMatch(cursor, /\[:(\^?)([^\]:]*):\]/y);
  if (found === null) return null;
  const points = posixClasses[found[2] ?? ""];
  if (points === undefined) throw new RegexRefused(`there is no class ${found[0]}`, start);
  return found[1] === "^" ? complement(points) : points;
}

function takeEscapedClass(cursor: Cursor): CodePoints | null {
  if (!sees(cursor, "\\")) return null;
  cursor.at += 1;
  const points = takeClassEscape(cursor);
  if (points === null) cursor.at -= 1;
  return points;
}

function takeClassChar(cursor: Cursor): number {
  return take(cursor, "\\") ? takeCharEscape(cursor) : takePoint(cursor);
}
