// What may be encoded in a text, and its long runs. The plain forms are in src/core/scan/decode and src/core/scan/engine/spotter.ts.
import { hashRun, isKnown } from "./lessons.as";
import { mayBeOpaque } from "./opaque.as";
import { mayBePrefixed } from "./prefixed.as";
import { mayBeNamed } from "./providers.as";
import { forgetRuns, LEAST_NOTED, noteRun } from "./runs.as";
import { MOST_AT_PLACE, dottedProbes, probe } from "./words.as";

// As in src/core/scan/decode/all-decoders.ts.
const BASE64: u32 = 1;
const HEX: u32 = 2;
const PERCENT: u32 = 4;
const ESCAPES: u32 = 8;
const HTML: u32 = 16;
const UTF16: u32 = 32;

/** Shortest run of base64 digits that is looked at: with padding; and without. */
const LEAST_PADDED: i32 = 8;
const LEAST: i32 = 16;
const LEAST_HEX: i32 = 24;
const LEAST_ARRAY: i32 = 12;
/** As in `dottedRun` of spotter.ts. */
const LEAST_DOTTED: i32 = 16;
/** As in src/core/scan/provider-named/opaque-values.ts. */
const LEAST_WORD: i32 = 12;
const MANY_LETTERS: i32 = 20;

let flags: u32 = 0;
let lastElement: i32 = 0;
let elements: i32 = 0;

/** How many hits at long runs after a dot the last call of `encodings` saw. */
export let dotted: i32 = 0;

/** How many runs the last call of `encodings` saw that a machine could have made and a provider may name, and close before those. */
export let opaque: i32 = 0;

let places: usize = 0;
let opaquePlaces: usize = 0;
let roomForPlaces: i32 = 0;
let textLength: i32 = 0;

/**
 * Bits of what may be encoded in a text; each that is missing is a proof. Writes the hits at dots before long runs of digits, and where runs
 * begin that a machine could have made, as far as there is room: so many of either; and, for `findWords`, what runs there are.
 */
export function encodings(text: usize, length: i32, out: usize, room: i32, runs: usize): u32 {
  flags = 0;
  dotted = 0;
  opaque = 0;
  unnamedCount = 0;
  opaquePlaces = out + ((<usize>room) << 3);
  places = out;
  textLength = length;
  roomForPlaces = room;
  lastElement = -100;
  elements = 0;
  wordStart = NO_WORD;
  forgetRuns(runs, length);
  let run: i32 = -1;
  const low = v128.load(lowClasses);
  const high = v128.load(highClasses);
  const nibble = v128.load(constants);
  const fromUnderscore = v128.load(constants, 16);
  const fromPercent = v128.load(constants, 32);
  const number = v128.load(constants, 48);
  const fromLetter = v128.load(constants, 160);
  let digitBefore: u64 = 0;
  for (let at = 0; at < length; at += 64) {
    const place = text + at;
    const a = classesOf(v128.load(place), low, high, nibble);
    const b = classesOf(v128.load(place, 16), low, high, nibble);
    const c = classesOf(v128.load(place, 32), low, high, nibble);
    const d = classesOf(v128.load(place, 48), low, high, nibble);
    let digits = joined(
      topBits(a, fromUnderscore),
      topBits(b, fromUnderscore),
      topBits(c, fromUnderscore),
      topBits(d, fromUnderscore),
    );
    const words = joined(
      topBits(a, fromPercent),
      topBits(b, fromPercent),
      topBits(c, fromPercent),
      topBits(d, fromPercent),
    );
    const numbers = joined(same(a, number), same(b, number), same(c, number), same(d, number));
    const letters = joined(
      topBits(a, fromLetter),
      topBits(b, fromLetter),
      topBits(c, fromLetter),
      topBits(d, fromLetter),
    );
    const special = joined(specials(place), specials(place + 16), specials(place + 32), specials(place + 48));
    const equal = v128.load(constants, 64);
    const padding = joined(
      same(v128.load(place), equal),
      same(v128.load(place, 16), equal),
      same(v128.load(place, 32), equal),
      same(v128.load(place, 48), equal),
    );
    if (special != 0) lookAtSpecials(text, at, length, special);
    const padded = padding & ((digits << 1) | digitBefore);
    if (padded != 0) lookAtPadded(text, at, padded);
    digitBefore = digits >> 63;
    lookForWords(text, at, words, numbers, letters);
    if (run >= 0) {
      const lead = <i32>ctz(~digits);
      if (lead == 64) continue;
      if (at + lead - run >= LEAST) lookAtRun(text, run, at + lead);
      run = -1;
      digits &= ~(((<u64>1) << lead) - 1);
    }
    const trail = <i32>clz(~digits);
    if (trail > 0) {
      run = at + 64 - trail;
      if (trail == 64) continue;
      digits &= ~(<u64>0) >> trail;
    }
    let starts = digits & (digits >> 1);
    starts &= starts >> 2;
    starts &= starts >> 4;
    starts &= starts >> 8;
    while (starts != 0) {
      const start = <i32>ctz(starts);
      const size = <i32>ctz(~(digits >> start));
      lookAtRun(text, at + start, at + start + size);
      starts &= start + size < 64 ? ~(<u64>0) << (start + size) : 0;
    }
  }
  if (run >= 0 && length - run >= LEAST) lookAtRun(text, run, length);
  // A word may end with the text.
  lookForWords(text, (length + 63) & ~63, 0, 0, 0);
  return flags;
}

/** Sixteen times each: the low four bits; what lifts a class of 8 and more, and of 2 and more, to the top bit; the class of decimal digits; and the bytes = % \ & x 0. */
const constants = memory.data(16 * 11, 16);
fill(0, 15);
fill(1, 120);
fill(2, 126);
fill(3, 32);
fill(4, 0x3d);
fill(5, 0x25);
fill(6, 0x5c);
fill(7, 0x26);
fill(8, 0x78);
fill(9, 0x30);
fill(10, 64);

function fill(index: usize, byte: u8): void {
  memory.fill(constants + 16 * index, byte, 16);
}

function classesOf(bytes: v128, low: v128, high: v128, nibble: v128): v128 {
  const byLow = i8x16.relaxed_swizzle(low, v128.and(bytes, nibble));
  return v128.and(byLow, i8x16.relaxed_swizzle(high, v128.and(i16x8.shr_u(bytes, 4), nibble)));
}

function topBits(classes: v128, lift: v128): i32 {
  return i8x16.bitmask(i8x16.add_sat_u(classes, lift));
}

function same(bytes: v128, byte: v128): i32 {
  return i8x16.bitmask(i8x16.eq(bytes, byte));
}

function joined(a: i32, b: i32, c: i32, d: i32): u64 {
  return (<u64>(<u32>(a | (b << 16)))) | ((<u64>(<u32>(c | (d << 16)))) << 32);
}

/** Which of sixteen bytes are % \ & or zero, or the x of 0x. */
function specials(place: usize): i32 {
  const bytes = v128.load(place);
  const odd = v128.or(i8x16.eq(bytes, v128.load(constants, 80)), i8x16.eq(bytes, v128.load(constants, 96)));
  const more = v128.or(i8x16.eq(bytes, v128.load(constants, 112)), i8x16.eq(bytes, i64x2.splat(0)));
  const cross = v128.and(
    i8x16.eq(bytes, v128.load(constants, 128)),
    i8x16.eq(v128.load(place - 1), v128.load(constants, 144)),
  );
  return i8x16.bitmask(v128.or(v128.or(odd, more), cross));
}

/**
 * Classes of bytes, by their low and their high four bits; what both have in common is the class: a letter (128, 64), a decimal digit (32), another digit of
 * base64 (16: + - /, 8: _), or what else stands in long words (4: . ~, 2: %).
 */
const lowClasses = memory.data<u8>([
  64 | 32,
  128 | 64 | 32,
  128 | 64 | 32,
  128 | 64 | 32,
  128 | 64 | 32,
  128 | 64 | 32 | 2,
  128 | 64 | 32,
  128 | 64 | 32,
  128 | 64 | 32,
  128 | 64 | 32,
  128 | 64,
  128 | 16,
  128,
  128 | 16,
  128 | 4,
  128 | 16 | 8,
]);
const highClasses = memory.data<u8>([0, 0, 16 | 4 | 2, 32, 128, 64 | 8, 128, 64 | 4, 0, 0, 0, 0, 0, 0, 0, 0]);

/** Looks at the short runs of digits that padding follows. */
function lookAtPadded(text: usize, block: i32, mask: u64): void {
  for (let bits = mask; bits != 0; bits &= bits - 1) {
    const end = block + <i32>ctz(bits);
    let start = end;
    while (end - start < LEAST && digitValue(load<u8>(text + start - 1)) >= 0) start--;
    if (end - start >= LEAST_PADDED && end - start < LEAST) lookAtRun(text, start, end);
  }
}

/** Where a word begins that goes on at the end of the last block; how many decimal digits of it were seen, and whether twenty letters in a row were; */
let wordStart: i32 = 0;
let wordNumbers: i32 = 0;
let wordRow: bool = false;
/** with how many letters in a row it ends so far. */
let lastLetters: i32 = 0;
/** No word begins there: it would have fewer than no bytes. */
const NO_WORD: i32 = i32.MAX_VALUE;

/** Notes the long words that end in a block of 64 bytes and have two decimal digits or twenty letters in a row. */
function lookForWords(text: usize, at: i32, mask: u64, numbers: u64, letters: u64): void {
  const open = wordStart;
  const lead = open == NO_WORD ? 0 : <i32>ctz(~mask);
  const rows = manyLetters(letters);
  const led = ((<u64>1) << lead) - 1;
  const isRow = wordRow || lastLetters + <i32>ctz(~letters) >= MANY_LETTERS;
  if (lead == 64) {
    wordNumbers += <i32>popcnt(numbers);
    wordRow = isRow || rows != 0;
    lastLetters = ~letters == 0 ? lastLetters + 64 : <i32>clz(~letters);
    return;
  }
  const isMade = wordNumbers + <i32>popcnt(numbers & led) >= 2 || isRow || (rows & led) != 0;
  if (at + lead - open >= LEAST_WORD && isMade) noteOpaque(text, open, at + lead);
  const trail = <i32>clz(~mask);
  const within = trail == 64 ? 0 : ~(<u64>0) >> trail;
  wordStart = trail > 0 ? at + 64 - trail : NO_WORD;
  wordNumbers = <i32>popcnt(numbers & ~within);
  wordRow = (rows & ~within) != 0;
  lastLetters = <i32>clz(~letters);
  const bits = mask & ~led & within;
  if (popcnt(numbers & bits) < 2 && (rows & bits) == 0) return;
  let starts = bits & (bits >> 1);
  starts &= starts >> 2;
  starts &= starts >> 4;
  starts &= starts >> 4;
  while (starts != 0) {
    const start = <i32>ctz(starts);
    const length = <i32>ctz(~(bits >> start));
    const all = (((<u64>1) << length) - 1) << start;
    if (popcnt(numbers & all) >= 2 || (rows & all) != 0) noteOpaque(text, at + start, at + start + length);
    starts &= start + length < 64 ? ~(<u64>0) << (start + length) : 0;
  }
}

/** Where twenty bits in a row begin that are set. */
function manyLetters(mask: u64): u64 {
  let starts = mask & (mask >> 1);
  starts &= starts >> 2;
  const four = starts;
  starts &= starts >> 4;
  starts &= starts >> 8;
  return starts & (four >> 16);
}

/** Runs that nobody was seen to name: start and end of the last sixteen. */
const unnamed = memory.data(8 * 16);
let unnamedCount: i32 = 0;

/** Hashes of runs that are none that a machine could have made, each in its place. */
const dull = memory.data(8 * 1024, 8);

function placeOf(hash: u64): usize {
  return dull + ((<usize>(hash >> 54)) << 3);
}

/** Notes a run that may be a token with a prefix or that a provider may name, and those whose end it may be looked for behind. */
function noteOpaque(text: usize, start: i32, end: i32): void {
  const hash = hashPadded(text, start, end);
  const place = placeOf(hash);
  if (load<u64>(place) == hash || isKnown(hash)) return;
  if (!mayBeOpaque(text, start, end)) {
    store<u64>(place, hash);
    return;
  }
  if (!mayBePrefixed(text, start, end) && !mayBeNamed(text, start)) {
    const slot = unnamed + ((unnamedCount++ & 15) << 3);
    store<i32>(slot, start);
    store<i32>(slot, end, 4);
    return;
  }
  for (let index = max(0, unnamedCount - 16); index < unnamedCount; index++) {
    const slot = unnamed + ((index & 15) << 3);
    const from = load<i32>(slot);
    if (load<i32>(slot, 4) + PADDING > start - NAMED_REACH) noteStart(from);
  }
  unnamedCount = 0;
  noteStart(start);
}

/** The hash of a run with the signs of equality that belong to it. */
function hashPadded(text: usize, start: i32, end: i32): u64 {
  let stop = end;
  while (stop < end + PADDING && load<u8>(text + stop) == 0x3d) stop++;
  return hashRun(text, start, stop);
}

function noteStart(start: i32): void {
  if (opaque < roomForPlaces) store<u32>(opaquePlaces + (opaque << 2), start);
  opaque++;
}

/** As in may-be-named.ts. */
const NAMED_REACH: i32 = 100;
/** Signs of equality that may end a run. */
const PADDING: i32 = 2;

function lookAtSpecials(text: usize, block: i32, length: i32, mask: u64): void {
  for (let bits = mask; bits != 0; bits &= bits - 1) {
    const at = block + <i32>ctz(bits);
    if (at >= length) return;
    const byte = load<u8>(text + at);
    if (byte == 0x5c) {
      if ((flags & ESCAPES) == 0 && isEscape(text + at + 1)) flags |= ESCAPES;
    } else if (byte == 0x25) {
      if ((flags & PERCENT) == 0 && isPercent(text + at + 1)) flags |= PERCENT;
    } else if (byte == 0x26) {
      if ((flags & HTML) == 0 && isReference(text + at + 1)) flags |= HTML;
    } else if (byte == 0) {
      if ((flags & UTF16) == 0 && isWideFrom(text + at)) flags |= UTF16;
    } else if (at > 0 && load<u8>(text + at - 1) == 0x30 && hexByte(text + at + 1) >= 0) {
      elements = at - lastElement <= 12 ? elements + 1 : 1;
      lastElement = at;
      if (elements >= LEAST_ARRAY) flags |= HEX;
    }
  }
}

/** Whether plain characters and zeros take turns behind a zero, as they do in eight characters of UTF-16. */
function isWideFrom(place: usize): bool {
  for (let pair = 0; pair < 14; pair += 2) {
    if (!isPlain(<i32>load<u8>(place + pair, 1)) || load<u8>(place + pair, 2) != 0) return false;
  }
  return true;
}

function hexValue(byte: u8): i32 {
  if (byte - 0x30 < 10) return byte - 0x30;
  const letter = (byte | 0x20) - 0x61;
  return letter < 6 ? letter + 10 : -1;
}

/** The value of two hexadecimal digits, or a negative number. */
function hexByte(place: usize): i32 {
  return (hexValue(load<u8>(place)) << 4) | hexValue(load<u8>(place, 1));
}

function isPlain(value: i32): bool {
  return (value >= 0x20 && value < 0x7f) || value == 9 || value == 10 || value == 13;
}

function isPercent(place: usize): bool {
  if (load<u8>(place) == 0x75) return true;
  return isPlain(hexByte(place));
}

/** What comes after a backslash. */
function isEscape(place: usize): bool {
  const kind = load<u8>(place);
  if (kind == 0x2f || kind == 0x55) return true;
  if (kind == 0x78) return isPlain(hexByte(place + 1));
  if (kind == 0x75) {
    if (load<u8>(place, 1) == 0x7b) return true;
    return load<u8>(place, 1) == 0x30 && load<u8>(place, 2) == 0x30 && isPlain(hexByte(place + 3));
  }
  if (kind < 0x30 || kind > 0x33) return false;
  const second = load<u8>(place, 1) - 0x30;
  const third = load<u8>(place, 2) - 0x30;
  return second < 8 && third < 8 && isPlain(((kind - 0x30) << 6) | (second << 3) | third);
}

/** `#`, or a name of up to ten letters and a semicolon. */
function isReference(place: usize): bool {
  if (load<u8>(place) == 0x23) return true;
  for (let at = 0; at < 11; at++) {
    const byte = load<u8>(place + at);
    if (byte == 0x3b) return at > 0;
    if ((byte | 0x20) - 0x61 >= 26) return false;
  }
  return false;
}

/** The value of a base64 digit of either alphabet, or -1. */
function digitValue(byte: u8): i32 {
  return <i32>load<i8>(digitValues + <usize>byte);
}

// + and - are 62, / and _ are 63.
const digitValues = memory.data<i8>([
  -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
  -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 62, -1, 62, -1, 63, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61,
  -1, -1, -1, -1, -1, -1, -1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24,
  25, -1, -1, -1, -1, 63, -1, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47,
  48, 49, 50, 51, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
  -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
  -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
  -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
  -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
]);

function lookAtRun(text: usize, start: i32, end: i32): void {
  const size = end - start;
  if (size >= LEAST_NOTED) noteRun(start, end);
  if (size >= LEAST_DOTTED && dottedProbes >= 0 && start > 0 && load<u8>(text + start - 1) == 0x2e) {
    // Beyond the room hits are counted one over the other.
    const room = min(dotted, roomForPlaces - MOST_AT_PLACE);
    dotted += probe(text, start - 1, textLength, dottedProbes, places, room) - room;
  }
  if ((flags & HEX) == 0 && size >= LEAST_HEX) lookForHex(text, start, end);
  if ((flags & BASE64) != 0 || (size < LEAST && load<u8>(text + end) != 0x3d)) return;
  if (isPromising(text + start)) {
    if (isEncoded(text + start, size)) {
      flags |= BASE64;
      return;
    }
    // Parts in one alphabet begin at the start of the run and after each digit of the other.
    lookAtPart(text, start, end, 0x2d, 0x5f);
    lookAtPart(text, start, end, 0x2b, 0x2f);
  }
  const last = end - LEAST - 1;
  for (let block = start; block <= last; block += 16) {
    const bytes = v128.load(text + block);
    const others = v128.or(i8x16.lt_u(bytes, i8x16.splat(0x30)), i8x16.eq(bytes, i8x16.splat(0x5f)));
    let bits = i8x16.bitmask(others);
    if (last - block < 15) bits &= (2 << (last - block)) - 1;
    for (; bits != 0; bits &= bits - 1) {
      const at = block + ctz(bits) + 1;
      if (!isPromising(text + at)) continue;
      const before = load<u8>(text + at - 1);
      if (before == 0x2d || before == 0x5f) lookAtPart(text, at, end, 0x2d, 0x5f);
      else lookAtPart(text, at, end, 0x2b, 0x2f);
    }
  }
}

/** Looks at a part whose beginning is promising. */
function lookAtPart(text: usize, start: i32, end: i32, a: u8, b: u8): void {
  let stop = start;
  while (stop < end && load<u8>(text + stop) != a && load<u8>(text + stop) != b) stop++;
  if (stop - start >= LEAST && isEncoded(text + start, stop - start)) flags |= BASE64;
}

// Room for the 24 bytes that tell whether a run is worth decoding.
const sample = memory.data(32);

/** Whether digits whose beginning is promising are worth decoding. */
function isEncoded(digits: usize, size: i32): bool {
  const count = min(32, size & ~3);
  let bytes = 0;
  for (let at = 0; at < count; at += 4) {
    const bits = bitsAt(digits + at);
    store<u8>(sample + bytes, <u8>(bits >> 16));
    store<u8>(sample + bytes, <u8>(bits >> 8), 1);
    store<u8>(sample + bytes, <u8>bits, 2);
    bytes += 3;
  }
  return isWorthwhile(bytes);
}

/** The 24 bits of four digits. */
function bitsAt(place: usize): i32 {
  return (
    (digitValue(load<u8>(place)) << 18) |
    (digitValue(load<u8>(place, 1)) << 12) |
    (digitValue(load<u8>(place, 2)) << 6) |
    digitValue(load<u8>(place, 3))
  );
}

/** As in src/core/scan/decode/base64.ts. All of the first eight are digits. */
function isPromising(digits: usize): bool {
  const a = hintsOf(digits, 0);
  const b = hintsOf(digits, 1);
  const c = hintsOf(digits, 2);
  if ((a & 8) == 0 && (b & c & 16) == 0) {
    // Five of the six bytes are plain: one may fail.
    const bytes = (a & 1) | (b & 2) | (c & 4);
    const more = (hintsOf(digits, 4) & 1) | (hintsOf(digits, 5) & 2) | (hintsOf(digits, 6) & 4);
    if (popcnt((bytes << 3) | more) < 5) return false;
  }
  const first = bitsAt(digits);
  const second = bitsAt(digits + 4);
  const start = first >> 8;
  if (start >> 8 == 0 || (start & 0xff) == 0) return true;
  if (start == 0x1f8b || start == 0xfd37 || start == 0x28b5 || start == 0xfffe || start == 0xfeff) return true;
  return plainBytes(first) + plainBytes(second) >= 5;
}

function hintsOf(digits: usize, at: i32): u32 {
  return <u32>load<u8>(hints + <usize>load<u8>(digits + at));
}

/**
 * What a digit of base64 (of either alphabet) can be the first, second and third of four of: bits 1, 2 and 4: of a plain byte, by its high bits, by those of the next, and so on.
 * 8: as the first it may begin one of the marks, or a zero; 16: as the second and third together they may give a zero.
 */
const hints = memory.data(256);
for (let byte = 0; byte < 256; byte++) {
  const value = digitValue(<u8>byte);
  if (value < 0) continue;
  let bits = 0;
  if (value == 2 || value == 3 || (value >= 8 && value < 32)) bits |= 1;
  if ((value & 15) == 0 || ((value & 15) >= 2 && (value & 15) < 8)) bits |= 2;
  if ((value & 3) < 2) bits |= 4;
  // A, and the beginnings of 1f8b, fd37, 28b5, fffe and feff.
  if (value == 0 || value == 7 || value == 63 || value == 10) bits |= 8;
  if ((value & 15) == 0 || value >> 2 == 0) bits |= 16;
  store<u8>(hints + byte, <u8>bits);
}

function plainBytes(bits: i32): i32 {
  return i32(isPlain(bits >> 16)) + i32(isPlain((bits >> 8) & 0xff)) + i32(isPlain(bits & 0xff));
}

function lookForHex(text: usize, start: i32, end: i32): void {
  let from = start;
  while (from + LEAST_HEX <= end) {
    // The last digit that must be one is looked at first.
    let at = from + LEAST_HEX - 1;
    while (at >= from && hexValue(load<u8>(text + at)) >= 0) at--;
    if (at >= from) {
      from = at + 1;
      continue;
    }
    let stop = from + LEAST_HEX;
    while (stop < end && hexValue(load<u8>(text + stop)) >= 0) stop++;
    const bytes = min(24, (stop - from) >> 1);
    for (let index = 0; index < bytes; index++) {
      store<u8>(sample + index, <u8>hexByte(text + from + 2 * index));
    }
    if (isWorthwhile(bytes)) flags |= HEX;
    from = stop + 1;
  }
}

/** As in src/core/scan/decode/worth.ts; of containers only the first two bytes are compared. */
function isWorthwhile(size: i32): bool {
  let controls = 0;
  let high = 0;
  for (let at = 0; at < size; at++) {
    const byte = load<u8>(sample + at);
    if (byte >= 0x80) high++;
    else if (!isPlain(byte)) controls++;
  }
  if (size < 24 ? controls + high == 0 : controls == 0 && high <= 3) return true;
  const start = ((<i32>load<u8>(sample)) << 8) | load<u8>(sample, 1);
  if (start == 0x504b || start == 0x1f8b || start == 0x425a || start == 0xfd37) return true;
  if (start == 0x28b5 || start == 0x5351 || start == 0x2550) return true;
  return isWide(start == 0xfffe || start == 0xfeff ? 2 : 0, size);
}

function isWide(from: i32, size: i32): bool {
  let at = from;
  if (load<u8>(sample + at) == 0) at++;
  if (at + 12 > size) return false;
  for (let pair = 0; pair < 6; pair++) {
    if (!isPlain(load<u8>(sample + at + 2 * pair)) || load<u8>(sample + at + 2 * pair, 1) != 0) return false;
  }
  return true;
}
