// What a name may be of: the functions of src/core/scan/generic/kind-of-name.ts, where they are explained.

export const OF_NOTHING: i32 = 0;
export const OF_KEY: i32 = 1;
export const OF_CREDENTIAL: i32 = 2;

const IS_CREDENTIAL: u32 = 1;
const IS_KEY: u32 = 2;
const IS_QUALIFIER: u32 = 4;
const IS_TAIL: u32 = 8;
const IS_SPACED: u32 = 16;
const BITS: u32 = 31;
const SLOT_BITS: u32 = 10;
const SLOTS: u32 = 1 << 10;
const TAIL_LENGTH: i32 = 5;

let words: usize = 0;

/** Where the hashes of the words lie. */
export function useWords(at: usize): void {
  words = at;
}

function byteAt(text: usize, at: i32): i32 {
  return <i32>load<u8>(text + at);
}

function isSmall(byte: i32): bool {
  return byte >= 97 && byte <= 122;
}

function isCapital(byte: i32): bool {
  return byte >= 65 && byte <= 90;
}

function knownOf(text: usize, start: i32, end: i32): u32 {
  let hash: u32 = 0x811c9dc5;
  for (let at = start; at < end; at++) hash = (hash ^ (<u32>(byteAt(text, at) | 0x20))) * 0x01000193;
  let slot = hash >> (32 - SLOT_BITS);
  let one = load<u32>(words + ((<usize>slot) << 2));
  while (one != 0 && (one & ~BITS) != (hash & ~BITS)) {
    slot = (slot + 1) & (SLOTS - 1);
    one = load<u32>(words + ((<usize>slot) << 2));
  }
  return one & BITS;
}

export function kindOfName(text: usize, start: i32, end: i32): i32 {
  let kind = OF_NOTHING;
  let qualified = false;
  let at = start;
  while (at < end) {
    if (byteAt(text, at) >= 0x80) return OF_CREDENTIAL;
    const stop = endOfWord(text, at, end);
    if (stop == at) {
      at++;
      continue;
    }
    const known = knownOf(text, at, stop);
    if ((known & IS_CREDENTIAL) != 0 || hasTail(text, at, stop)) {
      kind = OF_CREDENTIAL;
      qualified = true;
    } else if ((known & IS_KEY) != 0 || endsInKey(text, at, stop)) {
      kind = qualified || ((known & IS_KEY) == 0 && isQualifying(text, at, stop - 3)) ? OF_CREDENTIAL : OF_KEY;
      qualified = true;
    } else if ((known & IS_QUALIFIER) != 0) qualified = true;
    at = stop;
  }
  return kind;
}

function endOfWord(text: usize, start: i32, end: i32): i32 {
  let at = start;
  while (at < end && isCapital(byteAt(text, at))) at++;
  if (at - start > 1) return at < end && isSmall(byteAt(text, at)) ? at - 1 : at;
  while (at < end && isSmall(byteAt(text, at))) at++;
  return at;
}

function hasTail(text: usize, start: i32, end: i32): bool {
  if (end - start <= 3) return false;
  if (lastThree(text, end) == 0x707764) return true;
  return end - start > TAIL_LENGTH && (knownOf(text, end - TAIL_LENGTH, end) & IS_TAIL) != 0;
}

function endsInKey(text: usize, start: i32, end: i32): bool {
  return end - start > 3 && lastThree(text, end) == 0x6b6579;
}

function lastThree(text: usize, end: i32): i32 {
  return (byteAt(text, end - 3) << 16) | (byteAt(text, end - 2) << 8) | byteAt(text, end - 1) | 0x202020;
}

function isQualifying(text: usize, start: i32, end: i32): bool {
  return (knownOf(text, start, end) & (IS_CREDENTIAL | IS_KEY | IS_QUALIFIER)) != 0;
}

export function startOfSpaced(text: usize, end: i32): i32 {
  let start = end;
  while (end - start <= 12 && isSmall(byteAt(text, start - 1) | 0x20)) start--;
  if (start == end || isWordEnd(byteAt(text, start - 1))) return -1;
  return (knownOf(text, start, end) & IS_SPACED) == 0 ? -1 : start;
}

function isWordEnd(byte: i32): bool {
  return byte == 95 || (byte >= 48 && byte <= 57);
}
