// Whether a value may be named after a provider: the functions of src/core/scan/provider-named/may-be-named.ts, where they are explained.

const MIX: u32 = 0x9e3779b1;
const REACH: i32 = 100;

let beginnings: usize = 0;
let ends: usize = 0;
let names: usize = 0;

/** Where the tables of the names lie. */
export function useNames(beginningsAt: usize, endsAt: usize, namesAt: usize): void {
  beginnings = beginningsAt;
  ends = endsAt;
  names = namesAt;
}

const letters = memory.data(512);
const starts = memory.data(512);
let count: i32 = 0;
let between: i32 = 0;
let divider: i32 = 0;

/** Names and credential words at the beginning of a run that are longer are not looked at. */
const LONGEST_NAMES: i32 = 100;

/**
 * Whether a value in a run that begins at a place may be named after a provider: `false` is the proof that it is not, wherever the text begins that
 * may name it. The plain form of the kernel in `kernels/providers.as.ts`, with the same functions.
 */
export function mayBeNamed(text: usize, start: i32): bool {
  const from = windowStart(text, start);
  count = 0;
  between = 0;
  divider = 0;
  read(text, from, from, start);
  let isAlone = endsWithName();
  // `acme-secret-3f1b…`: the value may begin behind any of the words.
  let stop = start;
  for (let next = pastWord(text, stop); next > stop; next = pastWord(text, stop)) {
    read(text, from, stop, next);
    stop = next;
    if (endsWithName()) isAlone = true;
    if (stop > start + LONGEST_NAMES) return true;
  }
  close();
  return hasName() && (isAlone || hasCredentialWord());
}

/** Where the text may begin that names what begins at a place. */
function windowStart(text: usize, start: i32): i32 {
  const least = max(0, start - REACH);
  let at = start;
  while (at > least && byteAt(text, at - 1) != 10) {
    if (isLetterOrDigit(byteAt(text, at - 1))) return lineStart(text, at, least);
    at--;
  }
  while (at > least && isSpace(byteAt(text, at - 1))) at--;
  return at > least && isOpen(byteAt(text, at - 1)) ? lineStart(text, at, least) : start;
}

function lineStart(text: usize, from: i32, least: i32): i32 {
  let at = from;
  while (at > least && byteAt(text, at - 1) != 10) at--;
  return at;
}

function isSpace(byte: i32): bool {
  return byte == 32 || byte == 160 || (byte >= 9 && byte <= 13);
}

/** > : = ( , | { [ \\ */
function isOpen(byte: i32): bool {
  if (byte == 62 || byte == 58 || byte == 61 || byte == 40 || byte == 44) return true;
  return byte == 124 || byte == 123 || byte == 91 || byte == 92;
}

function byteAt(text: usize, at: i32): i32 {
  return <i32>load<u8>(text + at);
}

function letterAt(at: i32): i32 {
  return <i32>load<u8>(letters + at);
}

function fourAt(at: i32): u32 {
  return load<u32>(letters + at);
}

function hashOf(four: u32): u32 {
  return (four * MIX) >> 16;
}

function has(table: usize, hash: u32): bool {
  return (((<i32>load<u8>(table + (hash >> 3))) >> (hash & 7)) & 1) == 1;
}

function startsAt(at: i32): bool {
  return load<u8>(starts + at) == 1;
}

function isSmall(byte: i32): bool {
  return byte >= 97 && byte <= 122;
}

function isCapital(byte: i32): bool {
  return byte >= 65 && byte <= 90;
}

function isDigit(byte: i32): bool {
  return byte >= 48 && byte <= 57;
}

function isLetterOrDigit(byte: i32): bool {
  return isSmall(byte | 0x20) || isDigit(byte);
}

/** After a word and the signs behind it, if both are there. */
function pastWord(text: usize, from: i32): i32 {
  if (!isSmall(byteAt(text, from)) && !isCapital(byteAt(text, from))) return from;
  let end = from;
  while (end < from + 25 && (isSmall(byteAt(text, end)) || isCapital(byteAt(text, end)) || isDigit(byteAt(text, end))))
    end++;
  let at = end;
  while (at < from + 30 && (byteAt(text, at) == 45 || byteAt(text, at) == 46 || byteAt(text, at) == 95)) at++;
  return at > end ? at : from;
}

/** Adds the letters between two places of a text that is read from `from` on; a line end divides phrases. */
function read(text: usize, from: i32, start: i32, stop: i32): void {
  for (let at = start; at < stop; at++) {
    const byte = byteAt(text, at);
    const isLetter = isSmall(byte) || isCapital(byte);
    if (!isLetter && !isDigit(byte)) {
      between++;
      divider = byte;
      continue;
    }
    const single = between == 0 || (between == 1 && (divider == 32 || divider == 95 || divider == 46 || divider == 45));
    if (!single && count > 0) {
      store<u8>(starts + count, 1);
      store<u8>(letters + count, 10);
      count++;
    }
    store<u8>(starts + count, between > 0 || at == from || isHump(text, at) ? 1 : 0);
    store<u8>(letters + count, <u8>(isLetter ? byte | 0x20 : byte));
    count++;
    between = 0;
  }
}

/** Behind the letters nothing goes on. */
function close(): void {
  for (let at = count; at < count + 8; at++) {
    store<u8>(starts + at, 1);
    store<u8>(letters + at, 10);
  }
}

/** Whether a name begins with a word and ends with one, or a word follows that makes it one of a credential. */
function hasName(): bool {
  for (let at = 0; at + 4 <= count; at++)
    if (startsAt(at) && has(beginnings, hashOf(fourAt(at))) && isName(at)) return true;
  return false;
}

const LONGEST_NAME: i32 = 24;
const FIRST_HASH: u32 = 0x811c9dc5;
const SLOT_BITS: u32 = 14;
const SLOTS: u32 = 1 << 14;

function isName(from: i32): bool {
  const stop = min(count, from + LONGEST_NAME);
  let hash = FIRST_HASH;
  for (let at = from; at < stop && letterAt(at) != 10; at++) {
    hash = (hash ^ (<u32>letterAt(at))) * 0x01000193;
    if (at == from) continue;
    const found = slotOf(hash);
    if (found == 0) continue;
    if (isFollowed(at + 1) || ((found & 1) == 0 && startsAt(at + 1))) return true;
  }
  return false;
}

/** What is known of a hash; 0: it is of no name. */
function slotOf(hash: u32): u32 {
  let slot = hash >> (32 - SLOT_BITS);
  let one = load<u32>(names + ((<usize>slot) << 2));
  while (one != 0 && one >> 1 != hash >> 1) {
    slot = (slot + 1) & (SLOTS - 1);
    one = load<u32>(names + ((<usize>slot) << 2));
  }
  return one;
}

/** Whether a word that makes a name that of a credential may begin here. */
function isFollowed(at: i32): bool {
  const first = <u32>(letterAt(at) - 97);
  const second = <u32>(letterAt(at + 1) - 97);
  return first < 26 && second < 26 && ((load<u32>(followerPairs + ((<usize>first) << 2)) >> second) & 1) == 1;
}

/** As in may-be-named.ts: ac ad ap au be bo cl cr ds jw ke li lo ma or pa pe pr pu pw re se te tk to us we wr */
const followerPairs = memory.data<u32>([
  0x10800c, 0x4010, 0x20800, 0x40000, 0, 0, 0, 0, 0, 0x400000, 0x10, 0x4100, 0x1, 0, 0x20000, 0x520011, 0, 0x10, 0x10,
  0x4410, 0x40000, 0, 0x20010, 0, 0, 0,
]);

/** Whether the letters end with what may be a name, or with a word that stands between a name and its value where a client is made. */
function endsWithName(): bool {
  if (count < 4) return false;
  if (has(ends, hashOf(fourAt(count - 4)))) return true;
  const last = fourAt(count - 3) & 0xffffff;
  // new, init, initialize, setup, configure, client
  if (last == 0x77656e || last == 0x74696e || last == 0x657a69) return true;
  return last == 0x707574 || last == 0x657275 || last == 0x746e65;
}

/** Whether a word of a camelCase name begins here. */
function isHump(text: usize, at: i32): bool {
  if (!isCapital(byteAt(text, at))) return false;
  const last = byteAt(text, at - 1);
  return isSmall(last) || isDigit(last) || (isCapital(last) && isSmall(byteAt(text, at + 1)));
}

/** Whether a credential word may begin with two letters: a bit of the second for each first. */
function isPair(four: u32): bool {
  const first = (four & 0xff) - 0x61;
  const second = ((four >> 8) & 0xff) - 0x61;
  return first < 26 && second < 26 && ((load<u32>(pairs + ((<usize>first) << 2)) >> second) & 1) == 1;
}

// ac ap au, be, cr, ds, jw, ke, lo, pa pr pw, se, tk to
const pairs = memory.data<u32>([
  (1 << 2) | (1 << 15) | (1 << 20),
  1 << 4,
  1 << 17,
  1 << 18,
  0,
  0,
  0,
  0,
  0,
  1 << 22,
  1 << 4,
  1 << 14,
  0,
  0,
  0,
  1 | (1 << 17) | (1 << 22),
  0,
  0,
  1 << 4,
  (1 << 10) | (1 << 14),
  0,
  0,
  0,
  0,
  0,
  0,
]);

/** Whether one of the words that make a name that of a credential may stand among the letters. */
function hasCredentialWord(): bool {
  for (let at = 0; at + 3 <= count; at++) {
    const four = fourAt(at);
    if (!isPair(four)) continue;
    const three = four & 0xffffff;
    const fourth = letterAt(at + 3);
    // key pwd jwt tkn dsn
    if (three == 0x79656b || three == 0x647770 || three == 0x74776a || three == 0x6e6b74) return true;
    if (three == 0x6e7364) return true;
    // toke(n) bear(er) secr(et) pass cred priv(ate) acces(s) login
    if (three == 0x6b6f74 && fourth == 101) return true;
    if (three == 0x616562 && fourth == 114) return true;
    if (three == 0x636573 && fourth == 114) return true;
    if (three == 0x736170 && fourth == 115) return true;
    if (three == 0x657263 && fourth == 100) return true;
    if (three == 0x697270 && fourth == 118) return true;
    if (three == 0x636361 && fourth == 101 && letterAt(at + 4) == 115) return true;
    if (three == 0x676f6c && fourth == 105 && letterAt(at + 4) == 110) return true;
    // api(?!s), pat(?![a-z]): the letter may belong to a name that begins there.
    if (three == 0x697061 && (fourth != 115 || startsAt(at + 3))) return true;
    if (three == 0x746170 && (!isSmall(fourth) || startsAt(at + 3))) return true;
    // aut(h), not author and authent
    if (three == 0x747561 && fourth == 104 && !goesOn(at + 4)) return true;
  }
  return false;
}

/** `or` or `ent`, of the same word. */
function goesOn(at: i32): bool {
  if (startsAt(at) || startsAt(at + 1)) return false;
  if (letterAt(at) == 111) return letterAt(at + 1) == 114;
  return letterAt(at) == 101 && letterAt(at + 1) == 110 && letterAt(at + 2) == 116 && !startsAt(at + 2);
}
