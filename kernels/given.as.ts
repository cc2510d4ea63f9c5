// What surely is given to a name: the functions of src/core/scan/generic/surely-given.ts, where they are explained; and whether it is known to be
// no value.
import {
  byteAt,
  isBlank,
  isLineEnd,
  isNameByte,
  isQuote,
  isWordByte,
  mayOpenString,
  pastBlanks,
  pastSpace,
} from "./look-ahead.as";
import { hasOther, isCallee } from "./keys.as";
import { startOfSpaced } from "./kinds.as";
import { isKnownPair } from "./lessons.as";
import {
  isCloser,
  isInTable,
  isListed,
  isPair,
  isToldBefore,
  mayBeConfig,
  mayBeGiven,
  pastQuote,
  pastSign,
} from "./names.as";

const LONGEST_NAME: i32 = 100;
const LONGEST_VALUE: i32 = 64;

let lastFrom: i32 = 0;
let lastTo: i32 = -1;
let last: bool = false;

/** Forgets the name that was asked for last: it stood in another text. */
export function forgetGiven(): void {
  lastTo = -1;
}

/** Whether something may be given to a name that is not known to be no value. All places of one name get the same answer. */
export function mayBeGivenAnew(text: usize, place: i32): bool {
  if (place >= lastFrom && place < lastTo) return last;
  if (!mayBeGiven(text, place)) return false;
  let start = place;
  let end = place;
  while (place - start <= LONGEST_NAME && isNameByte(byteAt(text, start - 1))) start--;
  while (end - place <= LONGEST_NAME && isNameByte(byteAt(text, end))) end++;
  if (end - start > LONGEST_NAME) return true;
  lastFrom = start;
  lastTo = end;
  last = !isSurelyNone(text, start, end);
  return last;
}

let valueStart: i32 = 0;
let valueEnd: i32 = 0;
let bare: bool = false;

function isSurelyNone(text: usize, runStart: i32, runEnd: i32): bool {
  let start = runStart;
  let end = runEnd;
  while (start < end && (byteAt(text, start) == 45 || byteAt(text, start) == 46)) start++;
  while (end > start && isAfterName(byteAt(text, end - 1))) end--;
  const before = byteAt(text, start - 1);
  if (start == end || before == 92 || isToldBefore(text, start, end) || isInTable(text, start)) return false;
  if (before == 32 && startOfSpaced(text, start - 1) >= 0) return false;
  if (!isValueAfter(text, start, end)) return false;
  return valueStart == valueEnd || isKnownPair(text, start, end, valueStart, valueEnd, bare);
}

function isAfterName(byte: i32): bool {
  return byte == 45 || byte == 46 || byte == 36;
}

/** As `valueAfter` in surely-given.ts; where the value stands is noted. */
function isValueAfter(text: usize, start: i32, end: i32): bool {
  if (byteAt(text, end) == 38 || byteAt(text, end) == 91) return false;
  const quoted = pastQuote(text, end);
  let closed = quoted;
  while (closed < quoted + 6 && isCloser(byteAt(text, closed))) closed++;
  if (byteAt(text, closed) == 38) return false;
  closed = pastQuote(text, closed);
  const at = pastBlanks(text, closed);
  const byte = byteAt(text, at);
  if (byte == 61 || byte == 58 || ((byte == 33 || byte == 43) && byteAt(text, at + 1) == 61))
    return isAfterSign(text, start, end, at, quoted > end);
  if (byteAt(text, closed) == 40) return !mayBePair(text, end) && isLiteralAt(text, pastSpace(text, closed + 1));
  if (byte != 44 || isPair(text, end, quoted) || !isListed(text, start, start, end, quoted > end)) return false;
  return isLiteralAt(text, pastSpace(text, at + 1));
}

function mayBePair(text: usize, end: i32): bool {
  const pair = (byteAt(text, end - 2) << 8) | byteAt(text, end - 1) | 0x2020;
  return pair == 0x7468 || pair == 0x616c || pair == 0x6c73 || pair == 0x696e;
}

function isAfterSign(text: usize, start: i32, end: i32, sign: i32, quoted: bool): bool {
  const second = byteAt(text, sign + 1);
  const colon = byteAt(text, sign) == 58;
  if (colon && (second == 58 || second == 47 || byteAt(text, start - 1) == 47)) return false;
  const at = pastBlanks(text, pastSign(text, sign));
  const typed = colon && !quoted;
  const byte = byteAt(text, at);
  if (byte == 34 || (byte == 39 && !typed)) return isLiteralAt(text, at);
  if (byte == 123) return isInBraces(text, at, colon && (quoted || sign == end));
  if (byte == 91 && !typed && byteAt(text, at + 1) != 91) return isLiteralAt(text, pastSpace(text, at + 1));
  if (colon && second == 45) return false;
  return isBareAt(text, start, at, typed, quoted);
}

function isInBraces(text: usize, at: i32, only: bool): bool {
  const first = pastSpace(text, at + 1);
  if (!only || mayOpenString(text, first)) return isLiteralAt(text, first);
  valueStart = at;
  valueEnd = at;
  return true;
}

function isLiteralAt(text: usize, at: i32): bool {
  const quote = byteAt(text, at);
  if (quote != 34 && quote != 39) return false;
  const start = at + 1;
  if (byteAt(text, start) == 123) return false;
  let end = start;
  while (byteAt(text, end) != quote) {
    const byte = byteAt(text, end);
    if (byte == 92 || byte == 0 || isLineEnd(byte) || end - start > LONGEST_VALUE) return false;
    end++;
  }
  valueStart = start;
  valueEnd = end;
  bare = false;
  return end != start || byteAt(text, end + 1) != quote;
}

function isBareAt(text: usize, start: i32, at: i32, typed: bool, quoted: bool): bool {
  if (!isWordByte(byteAt(text, at)) || mayOpenString(text, at)) return false;
  if (isCallee(text, at) || hasOther(text, at, typed)) return false;
  const isLine = !quoted && isOwnLine(text, start);
  const isCode = quoted || (!isLine && !mayBeConfig(text, start));
  let end = at;
  while (!endsAnyhow(byteAt(text, end))) {
    const byte = byteAt(text, end);
    if (byte == 0 || byte == 36 || byte == 92 || byte == 123 || end - at > LONGEST_VALUE) return false;
    if (!isLine && endsInCode(byte)) {
      const next = byteAt(text, end + 1);
      if (!isCode && !((byte == 44 || byte == 59) && (isBlank(next) || isLineEnd(next)))) return false;
      break;
    }
    end++;
  }
  bare = true;
  valueStart = at;
  valueEnd = end;
  if (!isLine) return byteAt(text, end - 1) != 46;
  while (end > at && (byteAt(text, end - 1) == 44 || byteAt(text, end - 1) == 59)) end--;
  valueEnd = end;
  return true;
}

function isOwnLine(text: usize, start: i32): bool {
  let at = start;
  while (start - at < 50 && isBlank(byteAt(text, at - 1))) at--;
  return at == 0 || isLineEnd(byteAt(text, at - 1));
}

function endsAnyhow(byte: i32): bool {
  return isBlank(byte) || isLineEnd(byte) || isQuote(byte) || byte == 60;
}

function endsInCode(byte: i32): bool {
  return byte == 38 || byte == 41 || byte == 44 || byte == 59 || byte == 62 || byte == 93 || byte == 124 || byte == 125;
}
