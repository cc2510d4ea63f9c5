// Whether something may be given to a name: the functions of src/core/scan/generic/may-be-given.ts, where they are explained.
import {
  byteAt,
  isBlank,
  isCallOfLiteral,
  isLineEnd,
  isNameByte,
  isQuote,
  isWordByte,
  mayOpenString,
  pastBlanks,
  pastSpace,
} from "./look-ahead.as";
import { isNoBareKey, isNoKey } from "./keys.as";
import { kindOfName, OF_KEY, OF_NOTHING, startOfSpaced } from "./kinds.as";

const LONGEST_NAME: i32 = 100;

let knownFrom: i32 = 0;
let knownTo: i32 = -1;
let known: bool = false;

/** Forgets the name that was asked for last: it stood in another text. */
export function forgetName(): void {
  knownTo = -1;
}

/** All places of one name get the same answer, which is kept for the name asked for last. */
export function mayBeGiven(text: usize, place: i32): bool {
  if (place >= knownFrom && place < knownTo) return known;
  let start = place;
  let end = place;
  while (place - start <= LONGEST_NAME && isNameByte(byteAt(text, start - 1))) start--;
  while (end - place <= LONGEST_NAME && isNameByte(byteAt(text, end))) end++;
  if (end - start > LONGEST_NAME) return true;
  knownFrom = start;
  knownTo = end;
  known = mayBeGivenTo(text, start, end);
  return known;
}

function mayBeGivenTo(text: usize, runStart: i32, runEnd: i32): bool {
  let start = runStart;
  let end = runEnd;
  while (start < end && isDashOrDot(byteAt(text, start))) start++;
  while (end > start && (isDashOrDot(byteAt(text, end - 1)) || byteAt(text, end - 1) == 36)) end--;
  const kind = kindOfName(text, start + (isEscaped(text, start) ? 1 : 0), end);
  // `\n` of an escaped line end.
  const first = byteAt(text, start) | 0x20;
  if (byteAt(text, start - 1) == 92 && (first == 110 || first == 114 || first == 116)) start++;
  let from = start;
  let inTable = false;
  for (let words = 0; words < 4; words++) {
    if ((kind != OF_NOTHING || from != start) && isToldBefore(text, from, end)) return true;
    if (isInTable(text, from)) inTable = true;
    // Words that may belong to the name, divided by a space: `Secret access key`.
    const before = byteAt(text, from - 1) == 32 ? startOfSpaced(text, from - 1) : -1;
    if (before < 0) break;
    from = before;
  }
  if (kind == OF_NOTHING && from == start) return false;
  return isToldAfter(text, start, from, end, inTable, kind == OF_KEY && from == start);
}

/** Whether the `n` of `\n`, or of the like, stands at a place. */
function isEscaped(text: usize, at: i32): bool {
  const byte = byteAt(text, at);
  return byteAt(text, at - 1) == 92 && (byte == 110 || byte == 114 || byte == 116);
}

function isDashOrDot(byte: i32): bool {
  return byte == 45 || byte == 46;
}
/** What stands before a name may tell: an element that begins, a dash of an option, a literal that the name is compared to, a variable of Terraform. */
export function isToldBefore(text: usize, start: i32, end: i32): bool {
  const before = byteAt(text, start - 1);
  if (before == 60 && isElement(text, end)) return true;
  if (before == 45 && (isBlank(byteAt(text, end)) || isCloser(byteAt(text, end)))) return true;
  if (isQuote(before) && isSpace(byteAt(text, start - 2)) && isBefore(text, start - 2, 101)) return true;
  return isCompared(text, start);
}

/** Whether the last byte before some white space is this one. */
function isBefore(text: usize, at: i32, byte: i32): bool {
  let before = at;
  while (at - before < 20 && isSpace(byteAt(text, before))) before--;
  return byteAt(text, before) == byte;
}

/** What `\s` matches. */
function isSpace(byte: i32): bool {
  return byte == 32 || byte == 160 || (byte >= 9 && byte <= 13);
}

/** `<name …>value</` */
function isElement(text: usize, end: i32): bool {
  for (let at = end; at <= end + 200; at++) {
    const byte = byteAt(text, at);
    if (byte == 62) return isClosed(text, at + 1);
    if (byte == 60 || isLineEnd(byte)) return false;
  }
  return false;
}

/** Whether a tag ends an element behind a value on one line. */
function isClosed(text: usize, start: i32): bool {
  const from = isLineEnd(byteAt(text, pastBlanks(text, start))) ? pastSpace(text, start) : start;
  let at = from;
  while (at < from + 2048 && byteAt(text, at) != 60 && !isLineEnd(byteAt(text, at))) {
    if (byteAt(text, at) == 0) return true;
    at++;
  }
  const close = pastSpace(text, at);
  return byteAt(text, close) == 60 && byteAt(text, close + 1) == 47;
}

/** `"…" ==` or `"….equals(` directly before a name. */
function isCompared(text: usize, start: i32): bool {
  let at = start - 1;
  const last = byteAt(text, at);
  // `$name`, `@name`, `this.name`, `self->name`
  if (last == 36 || last == 64) at--;
  else if (last == 46 || last == 62) return hasQuote(text, max(0, start - 45), start);
  while (start - at < 8 && isBlank(byteAt(text, at))) at--;
  const sign = byteAt(text, at);
  if (sign == 40) {
    const letter = byteAt(text, at - 1) | 0x20;
    return (letter == 115 || letter == 101 || letter == 113) && hasQuote(text, max(0, at - 24), at);
  }
  if (sign != 61 || (byteAt(text, at - 1) != 61 && byteAt(text, at - 1) != 33)) return false;
  while (start - at < 16 && (byteAt(text, at) == 61 || byteAt(text, at) == 33 || isBlank(byteAt(text, at)))) at--;
  return isQuote(byteAt(text, at));
}

function hasQuote(text: usize, from: i32, to: i32): bool {
  for (let at = from; at < to; at++) if (isQuote(byteAt(text, at))) return true;
  return false;
}

/** `[32] = "…"`. */
function isInBounds(text: usize, open: i32): bool {
  if (byteAt(text, open) != 91) return false;
  let at = open + 1;
  while (at < open + 21 && isWordByte(byteAt(text, at))) at++;
  if (byteAt(text, at) != 93) return false;
  at = pastBlanks(text, at + 1);
  return byteAt(text, at) == 61 && isQuote(byteAt(text, pastBlanks(text, at + 1)));
}

/** What stands after a name: `start` is where its last part begins, `from` where words divided by spaces may begin that belong to it. */
function isToldAfter(text: usize, start: i32, from: i32, end: i32, inTable: bool, plainKey: bool): bool {
  if (byteAt(text, end) == 38 || isInBounds(text, end)) return true;
  const quoted = pastQuote(text, end);
  let closed = quoted;
  while (closed < quoted + 6 && isCloser(byteAt(text, closed))) closed++;
  if (byteAt(text, closed) == 38) return true;
  closed = pastQuote(text, closed);
  const at = pastBlanks(text, closed);
  const byte = byteAt(text, at);
  const next = byteAt(text, at + 1);
  if (byte == 61 || byte == 58 || ((byte == 33 || byte == 43) && next == 61)) {
    const given = isGiven(text, start, end, at, quoted > end, plainKey);
    if (given != unknown) return given == yes;
  }
  if (byte == 124 && next == 124) return true;
  if (byte == 63 && (next == 63 || next == 61)) return true;
  if (byte == 60 && (next == 45 || next == 47)) return true;
  if (byte == 46 && isComparison(text, at + 1)) return true;
  if (byte == 116 && next == 111 && byteAt(text, at + 2) == 32 && isExpectation(text, at + 3)) return true;
  if (byteAt(text, closed) == 40 && isCallOfLiteral(text, closed))
    return !(plainKey && isNoKey(text, pastSpace(text, closed + 1), true));
  if (isPair(text, end, quoted)) return true;
  if (inTable && isCell(text, closed)) return true;
  if (byte == 44 && isListed(text, start, from, end, quoted > end)) {
    const open = pastSpace(text, at + 1);
    return mayOpenString(text, open) && !(plainKey && isNoKey(text, open, true));
  }
  if (quoted != end || at == end || isLineEnd(byte) || (plainKey && isNoKey(text, at, true))) return false;
  return isWord(text, start, from, end, at, plainKey);
}

export function isCloser(byte: i32): bool {
  return byte == 93 || byte == 41 || byte == 42 || byte == 63 || byte == 33 || byte == 125;
}

/** After a closing quote, plain or escaped. */
export function pastQuote(text: usize, at: i32): i32 {
  if (isQuote(byteAt(text, at))) return at + 1;
  let quote = at;
  while (quote < at + 8 && byteAt(text, quote) == 92) quote++;
  const byte = byteAt(text, quote);
  return quote > at && (byte == 34 || byte == 39) ? quote + 1 : at;
}

/** `.equals("…")`, `.isEqualTo(…)`, `.toBe(…)`, with a literal. */
function isComparison(text: usize, from: i32): bool {
  const first = byteAt(text, from);
  if (first != 101 && first != 105 && first != 116) return false;
  let at = from;
  while (at < from + 12 && isWordByte(byteAt(text, at))) at++;
  return byteAt(text, at) == 40 && mayOpenString(text, pastBlanks(text, at + 1));
}

/** `to eq(…`, `to be …`, with a literal. */
function isExpectation(text: usize, from: i32): bool {
  let at = from;
  while (at < from + 6 && isWordByte(byteAt(text, at))) at++;
  return mayBegin(text, from) || mayBegin(text, at);
}

/** A literal, in brackets or not. */
function mayBegin(text: usize, from: i32): bool {
  const at = isSpace(byteAt(text, from)) ? from + 1 : from;
  if (mayOpenString(text, pastBlanks(text, at)) || mayOpenString(text, from)) return true;
  return byteAt(text, at) == 40 && mayOpenString(text, pastBlanks(text, at + 1));
}

/** `name: PASSWORD`, then `value: …`; `>` that ends an element. */
export function isPair(text: usize, end: i32, quoted: i32): bool {
  const byte = byteAt(text, quoted);
  if (quoted == end && !isLineEnd(byte) && byteAt(text, end - 1) != 160) return false;
  if (byte == 62) return true;
  let at = quoted;
  while (at < quoted + 40 && (isSpace(byteAt(text, at)) || isQuote(byteAt(text, at)) || isDivider(byteAt(text, at))))
    at++;
  if (isValueWord(text, at)) return true;
  // `xml:value`
  const stop = at + 40;
  while (at < stop && isWordByte(byteAt(text, at))) at++;
  if (byteAt(text, at) != 58) return false;
  at++;
  return isValueWord(text, isQuote(byteAt(text, at)) ? at + 1 : at);
}

function isDivider(byte: i32): bool {
  return byte == 44 || byte == 59 || byte == 62;
}

/** Whether `value`, `default` or `secret` may begin here. */
function isValueWord(text: usize, at: i32): bool {
  const gram = (byteAt(text, at) << 16) | (byteAt(text, at + 1) << 8) | byteAt(text, at + 2) | 0x202020;
  return gram == 0x76616c || gram == 0x646566 || gram == 0x736563;
}

/** Whether a name may be a cell of a table of Markdown, by what stands before it; */
export function isInTable(text: usize, start: i32): bool {
  let at = start - 1;
  while (at >= start - 20 && isBesideCell(byteAt(text, at))) at--;
  return at < start - 1 && byteAt(text, at) == 124;
}

function isBesideCell(byte: i32): bool {
  return isBlank(byte) || byte == 42 || byte == 95 || byte == 96;
}
/** and by what stands after it. */
function isCell(text: usize, closed: i32): bool {
  let at = closed;
  while (at < closed + 6 && isBesideCell(byteAt(text, at))) at++;
  return byteAt(text, at) == 124;
}

/** Whether a name in a list of arguments may be followed by its value: in quotes, a symbol, or a constant. */
export function isListed(text: usize, start: i32, from: i32, end: i32, quoted: bool): bool {
  if (quoted || from != start) return true;
  const before = byteAt(text, start - 1);
  if (before == 58 || before == 123) return true;
  for (let at = start; at < end; at++) {
    const byte = byteAt(text, at);
    if (!((byte >= 65 && byte <= 90) || (byte >= 48 && byte <= 57) || byte == 95)) return false;
  }
  return true;
}

/** A value after a blank. */
function isWord(text: usize, start: i32, from: i32, end: i32, at: i32, plainKey: bool): bool {
  const byte = byteAt(text, at);
  if (mayOpenString(text, at)) return true;
  if (isSaying(byte, byteAt(text, at + 1)) && hasQuote(text, at, at + 120)) return true;
  if (plainKey && isNoBareKey(text, at, false)) return false;
  let digits = 0;
  let stop = at;
  while (stop < at + 2048) {
    const one = byteAt(text, stop);
    if (isBlank(one) || isLineEnd(one) || isQuote(one) || one == 60) break;
    const next = byteAt(text, stop + 1);
    // The end of the text, or a zero in it.
    if (one == 0) return true;
    if ((one == 36 && (next == 123 || next == 40)) || (one == 123 && next == 123)) return true;
    if (one >= 48 && one <= 57) digits++;
    stop++;
  }
  if (stop - at >= 16 && digits > 0) return true;
  return isLineEnd(byteAt(text, pastBlanks(text, stop))) && (from != start || isDirective(text, start, end));
}

/** is, was, will be, are, for, of */
function isSaying(byte: i32, next: i32): bool {
  return (
    (byte == 105 && next == 115) ||
    (byte == 119 && (next == 97 || next == 105)) ||
    (byte == 97 && next == 114) ||
    (byte == 102 && next == 111) ||
    (byte == 111 && next == 102)
  );
}
/** Whether a name is as long as one of those that are settings by themselves, or stands after a command that sets. */
function isDirective(text: usize, start: i32, end: i32): bool {
  const length = end - start;
  const first = byteAt(text, start) | 0x20;
  const isLikely = first == 112 || first == 115 || first == 114 || first == 109 || first == 98;
  if (isLikely && (length == 4 || length == 6 || length == 8 || length == 10 || length == 11)) return true;
  if (!isBlank(byteAt(text, start - 1))) return false;
  let at = start - 1;
  while (start - at < 12 && isBlank(byteAt(text, at))) at--;
  const pair = (byteAt(text, at - 1) << 8) | byteAt(text, at);
  // \set ENV ARG setenv setx define; set -x
  if (pair == 0x6574 || pair == 0x4e56 || pair == 0x5247 || pair == 0x6e76) return true;
  if (pair == 0x7478 || pair == 0x6e65) return true;
  return byteAt(text, at - 1) == 45 || byteAt(text, at - 2) == 45 || byteAt(text, at - 3) == 45;
}

const no: i32 = 0;
const yes: i32 = 1;
/** Not as a value after a sign, but perhaps otherwise. */
const unknown: i32 = 2;

/** After `=` or `:` nearly everything is a value; but not a short word without quotes, if the name is none of a password. */
function isGiven(text: usize, start: i32, end: i32, sign: i32, quoted: bool, plainKey: bool): i32 {
  const colon = byteAt(text, sign) == 58;
  const second = byteAt(text, sign + 1);
  // `a::b`, `scheme://`
  if (colon && (second == 58 || second == 47)) return unknown;
  const at = pastBlanks(text, pastSign(text, sign));
  const byte = byteAt(text, at);
  if (isLineEnd(byte)) {
    const next = pastSpace(text, at);
    if (plainKey && isNoKey(text, next, true)) return no;
    return mayOpenString(text, next) && !isWordByte(byteAt(text, next)) ? yes : unknown;
  }
  if (mayBePassword(text, start, end)) return yes;
  if (
    isBracket(byte) &&
    !mayOpenString(text, pastSpace(text, at + 1)) &&
    !isList(text, at) &&
    !(colon && !quoted && mayBeType(text, at))
  )
    return unknown;
  if (plainKey && (isNoKey(text, at, !colon || quoted) || isNoBareKey(text, at, colon && !quoted))) return no;
  let stop = at;
  while (stop < at + 12 && isLetter(byteAt(text, stop))) stop++;
  if (stop == at || stop >= at + 12) return yes;
  return isEndOfWord(text, start, stop, colon, quoted) ? no : yes;
}

function isBracket(byte: i32): bool {
  return byte == 91 || byte == 123 || byte == 40;
}
/** `[]string{"…"}`, and what looks like a type of YAML or TypeScript before a value. */
function isList(text: usize, at: i32): bool {
  return byteAt(text, at) == 91 && (byteAt(text, at + 1) == 93 || byteAt(text, at + 1) == 91);
}

/** Whether what begins at a place may be a type, before a `=` and the value. */
function mayBeType(text: usize, from: i32): bool {
  for (let at = from; at < from + 62 && !isLineEnd(byteAt(text, at)); at++) if (byteAt(text, at) == 61) return true;
  return false;
}

/** After `=`, `==`, `==`, `=>`, `:`, `:=`, `:-`. */
export function pastSign(text: usize, sign: i32): i32 {
  const second = byteAt(text, sign + 1);
  if (byteAt(text, sign) == 43) return sign + 2;
  if (byteAt(text, sign) == 58) return second == 61 || second == 45 ? sign + 2 : sign + 1;
  if (second == 62) return sign + 2;
  if (second != 61) return sign + 1;
  return byteAt(text, sign + 2) == 61 ? sign + 3 : sign + 2;
}

function isLetter(byte: i32): bool {
  return byte == 95 || (byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122);
}

/** Whether a bare word surely ends here, and nothing on its line can be a value in its place. */
function isEndOfWord(text: usize, start: i32, stop: i32, colon: bool, quoted: bool): bool {
  const byte = byteAt(text, stop);
  if (isLineEnd(byte)) return true;
  if (byte == 41 || byte == 93 || byte == 125)
    return isQuiet(text, stop, colon) && (quoted || !mayBeConfig(text, start));
  if (byte == 44 || byte == 59) {
    const next = byteAt(text, stop + 1);
    return (isBlank(next) || isLineEnd(next)) && isQuiet(text, stop, colon);
  }
  return isBlank(byte) && isQuiet(text, stop, colon);
}

/** Whether the rest of a line has nothing of which a literal, a call or a type could be made. */
function isQuiet(text: usize, from: i32, colon: bool): bool {
  for (let at = from; at < from + 160; at++) {
    const byte = byteAt(text, at);
    if (isLineEnd(byte)) return true;
    // " ' ` & \ [ % q ( { #, and the end of the text or a zero in it
    if (byte == 0) return false;
    if (isQuote(byte) || byte == 38 || byte == 92 || byte == 91 || byte == 37 || byte == 113) return false;
    if (byte == 40 || byte == 35 || (colon && byte == 61)) return false;
    if (byte == 123 && !isBlank(byteAt(text, at - 1))) return false;
  }
  return false;
}

/** Whether nothing but names, blanks and signs of comments stands before on the line: there a bare value goes on to the next space. */
export function mayBeConfig(text: usize, start: i32): bool {
  for (let at = start - 1; at >= start - 62; at--) {
    const byte = byteAt(text, at);
    if (byte == 0 || isLineEnd(byte)) return true;
    const sign = byte == 35 || byte == 59 || byte == 47 || byte == 33 || byte == 42;
    if (!sign && !isNameByte(byte) && !isBlank(byte)) return false;
  }
  return false;
}

/** Whether a name may be that of a password, whatever the language. */
function mayBePassword(text: usize, start: i32, end: i32): bool {
  for (let at = start; at < end; at++) {
    const byte = byteAt(text, at);
    if (byte >= 0x80) return true;
    const gram = (byte << 16) | (byteAt(text, at + 1) << 8) | byteAt(text, at + 2) | 0x202020;
    const pair = gram >> 8;
    // pa ps pw
    if (pair == 0x7061 || pair == 0x7073 || pair == 0x7077) return true;
    // mdp rau(th) (ke)nnw (se)nha (wac)htw (ha)slo (lo)zin (sa)las (lose)nor (c)lav (co)ntr
    if (gram == 0x6d6470 || gram == 0x726175 || gram == 0x6e6e77 || gram == 0x6e6861 || gram == 0x687477) return true;
    if (gram == 0x736c6f || gram == 0x7a696e || gram == 0x6c6173 || gram == 0x6e6f72) return true;
    if (gram == 0x6c6176 || gram == 0x6e7472) return true;
  }
  return false;
}
