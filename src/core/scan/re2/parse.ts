import { complement, foldCase, lastCodePoint, type CodePoints } from "./code-points.ts";
import { atEnd, type Cursor, openCursor, sees, take, takeMatch, takePoint } from "./cursor.ts";
import { type Assertion, type RegexNode, RegexRefused } from "./node.ts";
import { takeBracketClass } from "./parse-class.ts";
import { takeCharEscape, takeClassEscape, takeQuoted } from "./parse-escape.ts";

// As in Go's regexp/syntax.
const maxRepeat = 1000;
const maxDepth = 1000;

/**
 * Parses the RE2 dialect of Go (https://github.com/google/re2/wiki/Syntax, and where Go differs, its regexp/syntax package).
 * Throws `RegexRefused` for what Go refuses too.
 */
export function parseRe2(source: string): { readonly node: RegexNode; readonly names: readonly (string | null)[] } {
  const cursor = openCursor(source);
  const node = takeAlternation(cursor);
  if (!atEnd(cursor)) throw new RegexRefused("this ) closes nothing", cursor.at);
  return { node, names: captureNames(node) };
}

function captureNames(node: RegexNode): readonly (string | null)[] {
  if (node.kind === "capture") return [node.name, ...captureNames(node.of)];
  if (node.kind === "repeat") return captureNames(node.of);
  if (node.kind === "concat") return node.parts.flatMap(captureNames);
  return node.kind === "alternate" ? node.options.flatMap(captureNames) : [];
}

function takeAlternation(cursor: Cursor): RegexNode {
  const options = [takeConcat(cursor)];
  while (take(cursor, "|")) options.push(takeConcat(cursor));
  return options.length === 1 && options[0] !== undefined ? options[0] : { kind: "alternate", options };
}

function takeConcat(cursor: Cursor): RegexNode {
  const parts: RegexNode[] = [];
  while (!atEnd(cursor) && !sees(cursor, "|") && !sees(cursor, ")")) {
    const start = cursor.at;
    const atoms = takeAtoms(cursor);
    const last = atoms.pop();
    parts.push(...atoms);
    if (last !== undefined) parts.push(takeRepeat(cursor, last));
    else if (takeRepeatOperator(cursor) !== null)
      throw new RegexRefused("this repetition has nothing to repeat", start);
  }
  if (parts.length === 0) return { kind: "empty" };
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : { kind: "concat", parts };
}

/** Usually one node; none for a flag setting such as `(?i)`, several for `\Q…\E`. */
function takeAtoms(cursor: Cursor): RegexNode[] {
  if (take(cursor, "(")) return takeGroup(cursor);
  if (take(cursor, "[")) return [{ kind: "set", points: takeBracketClass(cursor) }];
  if (take(cursor, ".")) return [set(cursor.flags.s ? [[0, lastCodePoint]] : complement([[10, 10]]))];
  if (take(cursor, "^")) return [assertion(cursor.flags.m ? "line-start" : "text-start")];
  if (take(cursor, "$")) return [assertion(cursor.flags.m ? "line-end" : "text-end")];
  if (take(cursor, "\\")) return takeEscape(cursor);
  if (sees(cursor, "*") || sees(cursor, "+") || sees(cursor, "?")) {
    throw new RegexRefused("this repetition has nothing to repeat", cursor.at);
  }
  return [literal(cursor, takePoint(cursor))];
}

const assertions: Readonly<Record<string, Assertion>> = {
  A: "text-start",
  z: "text-end",
  b: "word-boundary",
  B: "not-word-boundary",
};

function takeEscape(cursor: Cursor): RegexNode[] {
  const what = assertions[cursor.source.charAt(cursor.at)];
  if (what !== undefined) {
    cursor.at += 1;
    return [assertion(what)];
  }
  if (take(cursor, "Q")) return takeQuoted(cursor).map((code) => literal(cursor, code));
  const points = takeClassEscape(cursor);
  if (points !== null) return [set(cursor.flags.i ? foldCase(points) : points)];
  return [literal(cursor, takeCharEscape(cursor))];
}

function takeGroup(cursor: Cursor): RegexNode[] {
  const start = cursor.at - 1;
  const outer = cursor.flags;
  const name = takeMatch(cursor, /\?P?<(\w+)>/y)?.[1] ?? null;
  const capturing = name !== null || !sees(cursor, "?");
  if (!capturing && takeFlags(cursor, start) === "setting") return [];
  const index = capturing ? (cursor.captures += 1) : 0;
  cursor.depth += 1;
  if (cursor.depth > maxDepth) throw new RegexRefused(`groups nest deeper than ${maxDepth}`, start);
  const of = takeAlternation(cursor);
  cursor.depth -= 1;
  if (!take(cursor, ")")) throw new RegexRefused("this ( has no closing )", start);
  cursor.flags = outer;
  return [capturing ? { kind: "capture", of, index, name } : of];
}

/** `(?i-s)` up to its `)` or `(?i-s:` up to its colon; the flags hold from here on. */
function takeFlags(cursor: Cursor, start: number): "setting" | "group" {
  const found = takeMatch(cursor, /\?([imsU]*)(?:(-)([imsU]+))?([:)])/y);
  if (found === null) {
    throw new RegexRefused(groupRefusal(cursor.source.slice(start, start + 4)), start);
  }
  const on = found[1] ?? "";
  const off = found[3] ?? "";
  const flag = (name: "i" | "s" | "m" | "U"): boolean =>
    !off.includes(name) && (on.includes(name) || cursor.flags[name]);
  cursor.flags = { i: flag("i"), s: flag("s"), m: flag("m"), U: flag("U") };
  return found[4] === ")" ? "setting" : "group";
}

function groupRefusal(opening: string): string {
  if (/^\(\?(?:=|!|<=|<!)/.test(opening)) return "RE2 has no lookahead or lookbehind";
  if (opening.startsWith("(?>")) return "RE2 has no atomic groups";
  return `"${opening}" does not open a group that RE2 knows`;
}

type Repetition = { readonly min: number; readonly max: number | null; readonly greedy: boolean };

function takeRepeat(cursor: Cursor, of: RegexNode): RegexNode {
  const repetition = takeRepeatOperator(cursor);
  if (repetition === null) return of;
  const next = cursor.at;
  if (takeRepeatOperator(cursor) !== null) throw new RegexRefused("a repetition cannot itself be repeated", next);
  const node: RegexNode = { kind: "repeat", of, ...repetition };
  if (timesOf(node) > maxRepeat) throw new RegexRefused(`nested repetitions repeat more than ${maxRepeat} times`, next);
  return node;
}

/** How many times the innermost part of nested counted repetitions is repeated. */
function timesOf(node: RegexNode): number {
  switch (node.kind) {
    case "repeat":
      return Math.max(1, node.max ?? node.min) * timesOf(node.of);
    case "capture":
      return timesOf(node.of);
    case "concat":
      return Math.max(...node.parts.map(timesOf));
    case "alternate":
      return Math.max(...node.options.map(timesOf));
    case "empty":
    case "set":
    case "assert":
      return 1;
  }
}

/** `*`, `+`, `?`, `{n,m}` and their lazy forms; `null` (nothing taken) if none stands here. */
function takeRepeatOperator(cursor: Cursor): Repetition | null {
  const start = cursor.at;
  const found = takeMatch(cursor, /(?:([*+?])|\{(0|[1-9]\d*)(?:(,)(0|[1-9]\d*)?)?\})(\??)/y);
  if (found === null) return null;
  const greedy = (found[5] === "") !== cursor.flags.U;
  if (found[1] !== undefined) return { min: found[1] === "+" ? 1 : 0, max: found[1] === "?" ? 1 : null, greedy };
  const min = Number(found[2]);
  const max = found[3] === undefined ? min : found[4] === undefined ? null : Number(found[4]);
  if (min > maxRepeat || (max ?? 0) > maxRepeat)
    throw new RegexRefused(`RE2 repeats at most ${maxRepeat} times`, start);
  if (max !== null && max < min) throw new RegexRefused("this repetition is upside down", start);
  return { min, max, greedy };
}

function set(points: CodePoints): RegexNode {
  return { kind: "set", points };
}

function assertion(what: Assertion): RegexNode {
  return { kind: "assert", what };
}

function literal(cursor: Cursor, code: number): RegexNode {
  const points: CodePoints = [[code, code]];
  return set(cursor.flags.i ? foldCase(points) : points);
}
