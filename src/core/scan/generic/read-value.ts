import type { Quoting } from "./named-value.ts";
import { isBlank, isLineEnd, isNameByte, isWordByte, skipBlanks } from "./bytes.ts";
import { readString } from "./read-string.ts";

/** A value as found after a name. */
export type FoundValue = {
  readonly start: number;
  readonly end: number;
  readonly quoting: Quoting;
  readonly wrapper: string;
};

const longestBare = 2048;
const longestCallee = 80;
const encoded = /[A-Za-z0-9+/=]{32,256}/y;
const keywords = /^(?:new|await|return|yield|try|lambda|function|typeof)$/;

/**
 * Reads the value that begins at `at`: a string literal, the first literal inside a call or list, the fallback after `||`, or a bare
 * word. `wholeLine`: the place is one where a bare value reaches to the next space (a line of configuration), so that
 * brackets and commas may belong to it.
 */
export function readValue(text: string, at: number, wholeLine: boolean): FoundValue | null {
  const literal = readString(text, at) ?? brokenLine(text, at) ?? block(text, at);
  if (literal !== null) return { start: literal.start, end: literal.end, quoting: literal.quoting, wrapper: "" };
  const code = text.charCodeAt(at);
  if (code === 91 && text[at + 1] === "]") return insideCall(text, at + 2);
  if (code === 91 || code === 123 || code === 40) return insideBracket(text, at, code === 40 ? "" : "[");
  return insideCall(text, at) ?? fallback(text, at) ?? bareValue(text, at, wholeLine);
}

const blockStart =
  /(?:<<[-~]?["']?([A-Za-z_]\w{0,30})["']?|[|>][+-]?)[ \t]*\r?\n[ \t]*([^\s:]{4,200})[ \t]*\r?\n(?=[ \t]*(\w*))/y;

/** A here-document or a YAML block whose text is one word on one line. */
function block(text: string, at: number): ReturnType<typeof readString> {
  if (text[at] !== "<" && text[at] !== "|" && text[at] !== ">") return null;
  blockStart.lastIndex = at;
  const found = blockStart.exec(text);
  if (found === null || (found[1] !== undefined && found[1] !== found[3])) return null;
  const start = text.indexOf(found[2] ?? "", at + found[0].indexOf("\n"));
  const end = start + (found[2]?.length ?? 0);
  return { start, end, quoting: "double", after: end };
}

/** A quote that does not close on its line, with nothing but encoded data after it: the first line of a long value. */
function brokenLine(text: string, at: number): ReturnType<typeof readString> {
  const quote = text[at];
  if (quote !== "'" && quote !== '"') return null;
  encoded.lastIndex = at + 1;
  const end = encoded.test(text) ? encoded.lastIndex : at;
  return isLineEnd(text.charCodeAt(end))
    ? { start: at + 1, end, quoting: quote === "'" ? "single" : "double", after: end }
    : null;
}

/** `["…"`, `("…"`: the first literal directly after the bracket. */
function insideBracket(text: string, at: number, wrapper: string): FoundValue | null {
  const literal = readString(text, skipSpace(text, at + 1));
  return literal === null ? null : { start: literal.start, end: literal.end, quoting: literal.quoting, wrapper };
}

/** `Some("…")`, `aws.String("…")`, `new Secret("…")`, `ConvertTo-SecureString "…"`: the first literal argument. */
function insideCall(text: string, at: number): FoundValue | null {
  const stop = Math.min(text.length, at + longestCallee);
  let start = at;
  let end = at;
  for (;;) {
    while (end < stop && (isNameByte(text.charCodeAt(end)) || text[end] === ":")) end++;
    if (end === start || !isBlank(text.charCodeAt(end)) || !keywords.test(text.slice(start, end))) break;
    start = skipBlanks(text, end);
    end = start;
  }
  if (end === start || end >= stop) return null;
  const callee = text.slice(start, end);
  let open = skipBlanks(text, end, 4);
  if (text[open] === "(" || (text[open] === "{" && open === end)) open = skipSpace(text, open + 1);
  else if (open === end || !/securestring$/i.test(callee)) return null;
  const literal = readString(text, open) ?? nestedLiteral(text, open);
  return literal === null
    ? null
    : { start: literal.start, end: literal.end, quoting: literal.quoting, wrapper: callee };
}

/** One call deeper: `wrap(Buffer.from("…"))`. */
export function nestedLiteral(text: string, at: number): ReturnType<typeof readString> {
  let end = at;
  const stop = Math.min(text.length, at + longestCallee);
  while (end < stop && isNameByte(text.charCodeAt(end))) end++;
  return end > at && text[end] === "(" ? readString(text, skipSpace(text, end + 1)) : null;
}

/** `process.env.SECRET || "…"`, `ENV["X"] ?? '…'`, `get(x) or "…"`: the literal after the operator, on the same line. */
function fallback(text: string, at: number): FoundValue | null {
  const stop = Math.min(text.length, at + 120);
  for (let mark = at; mark < stop; mark++) {
    const code = text.charCodeAt(mark);
    if (isLineEnd(code) || code === 59 || code === 35) return null;
    const width = operatorWidth(text, mark, code);
    if (width === 0) continue;
    const literal = readString(text, skipBlanks(text, mark + width));
    if (literal !== null) return { start: literal.start, end: literal.end, quoting: literal.quoting, wrapper: "||" };
  }
  return null;
}

function operatorWidth(text: string, at: number, code: number): number {
  if (code === 124 && text[at + 1] === "|") return 2;
  if (code === 63 && (text[at + 1] === "?" || text[at + 1] === ":")) return 2;
  return code === 32 && text.startsWith(" or ", at) ? 4 : 0;
}

/** A value without quotes: to the next space, quote or bracket that cannot belong to it. */
function bareValue(text: string, at: number, wholeLine: boolean): FoundValue | null {
  const stop = Math.min(text.length, at + longestBare);
  let end = at;
  while (end < stop && !endsBare(text, end, wholeLine)) end = templateEnd(text, end) ?? end + 1;
  while (end > at && (text[end - 1] === "," || text[end - 1] === ";")) end--;
  if (!wholeLine) while (end > at && text[end - 1] === ".") end--;
  return end === at ? null : { start: at, end, quoting: "none", wrapper: "" };
}

/** The end of `${…}`, `{{…}}`, `$(…)` that begins here, on this line. */
function templateEnd(text: string, at: number): number | null {
  if (text[at] !== "$" && text[at] !== "{") return null;
  const next = text[at + 1];
  const close = text[at] === "{" ? (next === "{" ? "}}" : null) : next === "{" ? "}" : next === "(" ? ")" : null;
  if (close === null) return null;
  const inside = text.slice(at, at + 120);
  const end = inside.indexOf(close);
  return end < 0 || inside.slice(0, end).includes("\n") ? null : at + end + close.length;
}

function endsBare(text: string, at: number, wholeLine: boolean): boolean {
  const code = text.charCodeAt(at);
  if (isLineEnd(code) || isBlank(code)) return true;
  // " ' ` < : never part of a bare value.
  if (code === 34 || code === 39 || code === 96 || code === 60) return true;
  if (code === 92) {
    const next = text.charCodeAt(at + 1);
    // n r t
    return !isWordByte(next) || next === 110 || next === 114 || next === 116;
  }
  if (wholeLine) return false;
  // & ) , ; > ] | }
  return (
    code === 38 ||
    code === 41 ||
    code === 44 ||
    code === 59 ||
    code === 62 ||
    code === 93 ||
    code === 124 ||
    code === 125
  );
}

/** Skips spaces, tabs and at most two line ends. */
export function skipSpace(text: string, at: number): number {
  let lines = 0;
  const stop = Math.min(text.length, at + 200);
  for (; at < stop; at++) {
    const code = text.charCodeAt(at);
    if (code === 10 && ++lines > 2) return at;
    if (!isBlank(code) && !isLineEnd(code)) return at;
  }
  return at;
}
