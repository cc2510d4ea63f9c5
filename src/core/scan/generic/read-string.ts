import type { Quoting } from "./named-value.ts";
import { isLineEnd, isWordByte } from "./bytes.ts";

/** A string literal: where its content stands, how it was quoted, and the offset after its closing quote. */
export type StringLiteral = {
  readonly start: number;
  readonly end: number;
  readonly quoting: Quoting;
  readonly after: number;
};

const longestString = 4096;
const entities = ["&quot;", "&#34;", "&#39;", "&apos;", "&#x27;", "&#x22;"];
const prefix = /^(?:[bBrRuUfFL]{1,2}|@\$?|\$)$/;
/** How a string is opened that is not quoted: Perl's and Ruby's `q(`, `%q{`, Lua's `[[`, the raw strings of Rust, Swift and C++. */
const openers = /(?:qq?|%[qQ])[ ]?([({[|!])|\[\[(?=[^\s[\]"'])|r?(#{1,3})"|u8?R"\(|R"\(/y;
const closers: Readonly<Record<string, string>> = { "(": ")", "{": "}", "[": "]", "|": "|", "!": "!" };

/** Reads the string literal at `at`, with prefixes such as `b"`, `r'`, `@"`, `$'`; `null` if there is none or it does not end. */
export function readString(text: string, at: number): StringLiteral | null {
  const first = text[at];
  if (first === undefined) return null;
  if (first === '"' || first === "'" || first === "`") return readQuoted(text, at, first);
  if (first === "\\") return readEscaped(text, at);
  if (first === "&") return readEntity(text, at);
  const other = readUnquoted(text, at, first);
  if (other !== null) return other;
  for (let length = 1; length <= 2; length++) {
    const quote = text[at + length];
    if (quote !== '"' && quote !== "'") continue;
    return prefix.test(text.slice(at, at + length)) ? readQuoted(text, at + length, quote) : null;
  }
  return null;
}

/** The forms of `openers`, on one line. */
function readUnquoted(text: string, at: number, first: string): StringLiteral | null {
  if (!"q%[r#Ru".includes(first)) return null;
  openers.lastIndex = at;
  const opened = openers.exec(text);
  if (opened === null) return null;
  const hashes = opened[2] ?? "";
  const close =
    hashes !== "" ? `"${hashes}` : opened[1] !== undefined ? (closers[opened[1]] ?? "") : first === "[" ? "]]" : ')"';
  const start = openers.lastIndex;
  const end = text.slice(start, start + longestString).indexOf(close);
  if (end < 0 || text.slice(start, start + end).includes("\n")) return null;
  return { start, end: start + end, quoting: "double", after: start + end + close.length };
}

function readQuoted(text: string, at: number, quote: '"' | "'" | "`"): StringLiteral | null {
  const quoting = quote === '"' ? "double" : quote === "'" ? "single" : "backtick";
  const triple = quote.repeat(3);
  if (text.startsWith(triple, at)) {
    const end = text.slice(at + 3, at + 3 + longestString).indexOf(triple);
    return end < 0 ? null : { start: at + 3, end: at + 3 + end, quoting, after: at + 6 + end };
  }
  const stop = Math.min(text.length, at + 1 + longestString);
  for (let end = at + 1; end < stop; end++) {
    const code = text.charCodeAt(end);
    if (code === 92) end++;
    else if (code === quote.charCodeAt(0)) return { start: at + 1, end, quoting, after: end + 1 };
    else if (isLineEnd(code) && quote !== "`") return null;
  }
  return null;
}

/** `\"…\"` and `\\\"…\\\"`: a string in text that is itself inside a string. It ends at the same escaped quote. */
function readEscaped(text: string, at: number): StringLiteral | null {
  let slashes = 0;
  while (slashes < 8 && text[at + slashes] === "\\") slashes++;
  const quote = text[at + slashes];
  if (quote !== '"' && quote !== "'") return null;
  const start = at + slashes + 1;
  const stop = Math.min(text.length, start + longestString);
  for (let end = start; end < stop; end++) {
    const char = text[end];
    if (char === quote) {
      let before = 0;
      while (before < slashes && text[end - 1 - before] === "\\") before++;
      return { start, end: end - before, quoting: "escaped", after: end + 1 };
    }
    if (isLineEnd(text.charCodeAt(end))) return null;
  }
  return null;
}

function readEntity(text: string, at: number): StringLiteral | null {
  const entity = entities.find((one) => text.startsWith(one, at));
  if (entity === undefined) return null;
  const start = at + entity.length;
  const inside = text.slice(start, start + longestString);
  const end = inside.indexOf(entity);
  if (end < 0 || inside.slice(0, end).includes("\n")) return null;
  return { start, end: start + end, quoting: "entity", after: start + end + entity.length };
}

/** The offset after a closing quote at `at` (plain, escaped or an entity), or `at` if there is none. */
export function skipQuote(text: string, at: number): number {
  const first = text[at];
  if (first === '"' || first === "'" || first === "`") return at + 1;
  if (first === "\\") {
    let quote = at;
    while (quote < at + 8 && text[quote] === "\\") quote++;
    return text[quote] === '"' || text[quote] === "'" ? quote + 1 : at;
  }
  if (first === "&") return at + (entities.find((one) => text.startsWith(one, at))?.length ?? 0);
  return at;
}

/** Whether a string literal begins at `at`; cheap. */
export function isStringStart(text: string, at: number): boolean {
  const first = text[at];
  if (first === '"' || first === "'" || first === "`") return true;
  if (first === "\\") return skipQuote(text, at) > at;
  if (first === "&") return skipQuote(text, at) > at;
  return isWordByte(text.charCodeAt(at)) || first === "@" || first === "$" ? readString(text, at) !== null : false;
}
