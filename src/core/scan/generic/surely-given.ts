import { isBlank, isLineEnd, isNameByte, isWordByte } from "./bytes.ts";
import { startOfSpaced } from "./kind-of-name.ts";
import { byteAt, isQuote, mayOpenString, pastBlanks, pastSpace } from "./look-ahead.ts";
import {
  isCloser,
  isInTable,
  isListed,
  isPair,
  isToldBefore,
  mayBeConfig,
  pastQuote,
  pastSign,
} from "./may-be-given.ts";
import { hasOther, isCallee } from "./may-be-key.ts";

/** A name, and the value that `findAssignments` finds for it. */
export type Given = {
  readonly nameStart: number;
  readonly nameEnd: number;
  readonly start: number;
  readonly end: number;
  /** Without quotes around it. */
  readonly bare: boolean;
};

/** As in find-names.ts. */
const longestName = 100;
/** Longer values are seldom met twice. */
const longestValue = 64;

/**
 * What surely is given to the name in which a place stands, in the forms that most have: a literal, or a word without quotes, behind a sign or a comma or
 * in brackets, all on one line. `null` where it is not sure. The plain form of the kernel in `kernels/given.as.ts`, with the same functions.
 */
export function surelyGiven(text: string, place: number): Given | null {
  let start = place;
  let end = place;
  while (place - start <= longestName && isNameByte(byteAt(text, start - 1))) start--;
  while (end - place <= longestName && isNameByte(byteAt(text, end))) end++;
  if (end - start > longestName) return null;
  while (start < end && (byteAt(text, start) === 45 || byteAt(text, start) === 46)) start++;
  while (end > start && isAfterName(byteAt(text, end - 1))) end--;
  const before = byteAt(text, start - 1);
  // A backslash may belong to the name.
  if (start === end || before === 92 || isToldBefore(text, start, end) || isInTable(text, start)) return null;
  if (before === 32 && startOfSpaced(text, start - 1) >= 0) return null;
  const span = valueAfter(text, start, end);
  return span === null ? null : { nameStart: start, nameEnd: end, ...span };
}

/** - . $ */
const isAfterName = (byte: number): boolean => byte === 45 || byte === 46 || byte === 36;

type ValueSpan = Pick<Given, "start" | "end" | "bare">;

function valueAfter(text: string, start: number, end: number): ValueSpan | null {
  if (byteAt(text, end) === 38 || byteAt(text, end) === 91) return null;
  const quoted = pastQuote(text, end);
  let closed = quoted;
  while (closed < quoted + 6 && isCloser(byteAt(text, closed))) closed++;
  if (byteAt(text, closed) === 38) return null;
  closed = pastQuote(text, closed);
  const at = pastBlanks(text, closed);
  const byte = byteAt(text, at);
  if (byte === 61 || byte === 58 || ((byte === 33 || byte === 43) && byteAt(text, at + 1) === 61))
    return afterSign(text, start, end, at, quoted > end);
  if (byteAt(text, closed) === 40) return mayBePair(text, end) ? null : literalAt(text, pastSpace(text, closed + 1));
  if (byte !== 44 || isPair(text, end, quoted) || !isListed(text, start, start, end, quoted > end)) return null;
  return literalAt(text, pastSpace(text, at + 1));
}

/** Whether a name may end as those whose value is the second in brackets: auth, credential, credentials, login. */
function mayBePair(text: string, end: number): boolean {
  const pair = (byteAt(text, end - 2) << 8) | byteAt(text, end - 1) | 0x2020;
  return pair === 0x7468 || pair === 0x616c || pair === 0x6c73 || pair === 0x696e;
}

function afterSign(text: string, start: number, end: number, sign: number, quoted: boolean): ValueSpan | null {
  const second = byteAt(text, sign + 1);
  const colon = byteAt(text, sign) === 58;
  // `a::b`, `scheme://`, `//some/path/auth:target`
  if (colon && (second === 58 || second === 47 || byteAt(text, start - 1) === 47)) return null;
  const at = pastBlanks(text, pastSign(text, sign));
  const typed = colon && !quoted;
  const byte = byteAt(text, at);
  // What begins with one quote, or with `[`, may be a type.
  if (byte === 34 || (byte === 39 && !typed)) return literalAt(text, at);
  if (byte === 123) return inBraces(text, at, colon && (quoted || sign === end));
  if (byte === 91 && !typed && byteAt(text, at + 1) !== 91) return literalAt(text, pastSpace(text, at + 1));
  if (colon && second === 45) return null;
  return bareAt(text, start, at, typed, quoted);
}

/** The literal that stands first in braces; nothing, where none does. `only`: what stands behind the sign is all that there can be. */
function inBraces(text: string, at: number, only: boolean): ValueSpan | null {
  const first = pastSpace(text, at + 1);
  return only && !mayOpenString(text, first) ? { start: at, end: at, bare: false } : literalAt(text, first);
}

/** A literal in quotes, without anything that would have to be read. */
function literalAt(text: string, at: number): ValueSpan | null {
  const quote = byteAt(text, at);
  if (quote !== 34 && quote !== 39) return null;
  const start = at + 1;
  // JSON has its values inside.
  if (byteAt(text, start) === 123) return null;
  let end = start;
  while (byteAt(text, end) !== quote) {
    const byte = byteAt(text, end);
    if (byte === 92 || byte === 0 || isLineEnd(byte) || end - start > longestValue) return null;
    end++;
  }
  return end === start && byteAt(text, end + 1) === quote ? null : { start, end, bare: false };
}

/** A word of which nothing else can be made, neither a call nor what stands behind `||`. */
function bareAt(text: string, start: number, at: number, typed: boolean, quoted: boolean): ValueSpan | null {
  if (!isWordByte(byteAt(text, at)) || mayOpenString(text, at)) return null;
  if (isCallee(text, at) || hasOther(text, at, typed)) return null;
  const isLine = !quoted && isOwnLine(text, start);
  const isCode = quoted || (!isLine && !mayBeConfig(text, start));
  let end = at;
  while (!endsAnyhow(byteAt(text, end))) {
    const byte = byteAt(text, end);
    // A template, an escape, the end of the text.
    if (byte === 0 || byte === 36 || byte === 92 || byte === 123 || end - at > longestValue) return null;
    if (!isLine && endsInCode(byte)) {
      const next = byteAt(text, end + 1);
      if (!isCode && !((byte === 44 || byte === 59) && (isBlank(next) || isLineEnd(next)))) return null;
      break;
    }
    end++;
  }
  if (!isLine) return byteAt(text, end - 1) === 46 ? null : { start: at, end, bare: true };
  while (end > at && (byteAt(text, end - 1) === 44 || byteAt(text, end - 1) === 59)) end--;
  return { start: at, end, bare: true };
}

/** Whether nothing but blanks stands before a name on its line: a value then goes on to the next space. */
function isOwnLine(text: string, start: number): boolean {
  let at = start;
  while (start - at < 50 && isBlank(byteAt(text, at - 1))) at--;
  return at === 0 || isLineEnd(byteAt(text, at - 1));
}

/** White space, quotes, < */
const endsAnyhow = (byte: number): boolean => isBlank(byte) || isLineEnd(byte) || isQuote(byte) || byte === 60;

/** & ) , ; > ] | } */
const endsInCode = (byte: number): boolean =>
  byte === 38 ||
  byte === 41 ||
  byte === 44 ||
  byte === 59 ||
  byte === 62 ||
  byte === 93 ||
  byte === 124 ||
  byte === 125;
