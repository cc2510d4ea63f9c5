// The scanner's kernels, in AssemblyScript. `npm run build:kernels` compiles them to scan.wasm, which is committed; the plain forms are in
// src/core/scan/engine/spotter.ts and src/core/scan/decode. Texts lie in this memory between zeros, 256 bytes of them before and 512 behind.
import { forgetGiven, mayBeGivenAnew } from "./given.as";
import { isKnownRun } from "./lessons.as";
import { forgetName } from "./names.as";
import { mayBeOpaque } from "./opaque.as";
import { mayBePrefixed } from "./prefixed.as";
import { mayBeNamed } from "./providers.as";

export { useNames } from "./providers.as";
export { useSurprise } from "./opaque.as";
export { useWords } from "./kinds.as";
export { learnPair, learnRun, useLessons } from "./lessons.as";

/** As in `gramHash` of dictionary.ts. */
const MIX: u32 = 0x9e3779b1;

let tables: usize = 0;
let heads: usize = 0;
let entries: usize = 0;
let probes: usize = 0;
let dottedProbes: i32 = -1;

/** Where the tables of a dictionary (src/core/scan/engine/dictionary.ts) lie, and their parts. */
export function useTables(at: usize, headsAt: usize, entriesAt: usize, probesAt: usize, dottedFrom: i32): void {
  tables = at;
  heads = headsAt;
  entries = entriesAt;
  probes = probesAt;
  dottedProbes = dottedFrom;
}

/** How many hits the last call of `findWords` found. */
export let found: i32 = 0;

/**
 * Finds the words of a dictionary in a text, from an offset on: writes offset and seeker of each whose gate is open, stops when
 * there is no room for more, and gives the offset to go on from; `length` when it is done.
 */
export function findWords(text: usize, from: i32, length: i32, out: usize, room: i32): i32 {
  let count = 0;
  let at = from;
  forgetName();
  forgetGiven();
  while (at < length) {
    const stop = min(at + CHUNK, length);
    const candidates = withFourth(text, findGrams(text, at, stop));
    for (let index = 0; index < candidates; index++) {
      const place = load<i32>(grams + (index << 2));
      if (count + MOST_AT_PLACE > room) {
        found = count;
        return place;
      }
      count = confirm(text, place, length, out, count);
    }
    at = stop;
  }
  found = count;
  return at;
}

/** Bytes that are looked at in one go. */
const CHUNK: i32 = 2048;
/** As `mostAtPlace` in dictionary.ts. */
const MOST_AT_PLACE: i32 = 4096;

/** Places of three bytes whose hash is one of the dictionary's. */
const grams = memory.data(4 * 2048 + 64);

function gramHash(bytes: u32): u32 {
  return ((bytes & 0xffffff) * MIX) >> 16;
}

/** Every place is written; the next one overwrites it if it is none. A branch for each would be guessed wrong too often. */
function findGrams(text: usize, from: i32, to: i32): i32 {
  let next = grams;
  const five = i16x8.splat(31);
  for (let at = from; at < to; at += 8) {
    const place = text + at;
    const first = v128.and(v128.load_ext<u8>(place), five);
    const second = v128.and(v128.load_ext<u8>(place, 1), five);
    const third = v128.and(v128.load_ext<u8>(place, 2), five);
    const all = v128.or(first, v128.or(i16x8.shl(second, 5), i16x8.shl(third, 10)));
    const low = i64x2.extract_lane(all, 0);
    const high = i64x2.extract_lane(all, 1);
    store<i32>(next, at);
    next += <usize>load<u8>(tables + ((<usize>low) & 0xffff));
    store<i32>(next, at + 1);
    next += <usize>load<u8>(tables + ((<usize>(low >> 16)) & 0xffff));
    store<i32>(next, at + 2);
    next += <usize>load<u8>(tables + ((<usize>(low >> 32)) & 0xffff));
    store<i32>(next, at + 3);
    next += <usize>load<u8>(tables + ((<usize>(low >> 48)) & 0xffff));
    store<i32>(next, at + 4);
    next += <usize>load<u8>(tables + ((<usize>high) & 0xffff));
    store<i32>(next, at + 5);
    next += <usize>load<u8>(tables + ((<usize>(high >> 16)) & 0xffff));
    store<i32>(next, at + 6);
    next += <usize>load<u8>(tables + ((<usize>(high >> 32)) & 0xffff));
    store<i32>(next, at + 7);
    next += <usize>load<u8>(tables + ((<usize>(high >> 48)) & 0xffff));
  }
  return (<i32>(next - grams)) >> 2;
}

/** Of some places those where a fourth byte fits too, or none is needed. */
function withFourth(text: usize, count: i32): i32 {
  let next = grams;
  const end = grams + ((<usize>count) << 2);
  for (let one = grams; one < end; one += 4) {
    const place = load<i32>(one);
    const bytes = load<u32>(text + place) | 0x20202020;
    const three = gramHash(bytes);
    const four = (bytes * MIX) >> 16;
    store<i32>(next, place);
    const enough = (<u32>load<u8>(tables + FIRST + (three >> 3))) >> (three & 7);
    const known = enough | ((<u32>load<u8>(tables + FIRST + BITMAP + (four >> 3))) >> (four & 7));
    next += (<usize>(known & 1)) << 2;
  }
  return (<i32>(next - grams)) >> 2;
}

/** Size of the first table. */
const FIRST: usize = 32768;
/** Size of a bit for each hash. */
const BITMAP: usize = 8192;
const ENTRY: usize = 40;

/** Compares the words of a hash with the text, and tries the probes of those that stand there. */
function confirm(text: usize, at: i32, length: i32, out: usize, hits: i32): i32 {
  let count = hits;
  const hash = gramHash(load<u32>(text + at) | 0x202020);
  let entry = entries + <usize>load<u16>(heads + (hash << 1)) * ENTRY;
  let last: u32 = 1;
  while ((last & 1) != 0) {
    last = load<u32>(entry, 36);
    const start = at - load<i32>(entry, 24);
    const first = (load<u64>(text + start) | load<u64>(entry, 8)) & load<u64>(entry, 16);
    if (first == load<u64>(entry) && start >= 0 && goesOn(text, start, length, entry))
      count = probe(text, start, length, <i32>(last >> 1), out, count);
    entry += ENTRY;
  }
  return count;
}

/** Whether what a word has after its first eight bytes stands there too. */
function goesOn(text: usize, start: i32, length: i32, entry: usize): bool {
  const size = load<i32>(entry, 28);
  if (start + size > length) return false;
  const word = tables + load<u32>(entry, 32);
  for (let index = 8; index < size; index++) {
    if ((load<u8>(text + start + index) | load<u8>(word + size + index)) != load<u8>(word + index)) return false;
  }
  return true;
}

/** Writes place and seeker of each probe of a list whose gate is open. */
function probe(text: usize, place: i32, length: i32, first: i32, out: usize, hits: i32): i32 {
  let count = hits;
  let one = probes + ((<usize>first) << 4);
  let number: u32 = 1;
  while ((number & 1) != 0) {
    number = load<u32>(one);
    if (isOpen(text, place, length, one)) {
      store<u32>(out + (count << 3), place);
      store<u32>(out + (count << 3), number >> 1, 4);
      count++;
    }
    one += 16;
  }
  return count;
}

/** As in dictionary.ts. */
const NAME_GATE: u32 = 1;
const AUTOMATON_REACH: i32 = 192;
const BEGINNING: i32 = 2;

/** As `opens` in dictionary.ts. */
function isOpen(text: usize, place: i32, length: i32, one: usize): bool {
  const gate = load<u32>(one, 4);
  if (gate == 0) return true;
  if (gate == NAME_GATE) return mayBeGivenAnew(text, place);
  const first = load<u32>(one, 8);
  const last = place - <i32>load<u16>(one, 12);
  let budget = AUTOMATON_REACH;
  for (let block = max(0, place - <i32>load<u16>(one, 14)); block <= last; block += 16) {
    const size = min(16, last + 1 - block);
    let starts = mayStart(text + block, tables + gate) & ((1 << size) - 1);
    for (; starts != 0; starts &= starts - 1) {
      budget = left(text, block + ctz(starts), length, tables + gate, first, budget);
      if (budget < 0) return true;
    }
  }
  return false;
}

/** Bits of sixteen places: 0 where an automaton surely does not get past the first two bytes (`beginningsOf` of automaton.ts). */
function mayStart(place: usize, automaton: usize): i32 {
  const firsts = members(v128.load(place), automaton - 64);
  return i8x16.bitmask(v128.and(firsts, members(v128.load(place, 1), automaton - 32)));
}

/** Which of sixteen bytes are in a set, as `beginningsOf` packs it. */
function members(bytes: v128, set: usize): v128 {
  const nibble = i8x16.splat(15);
  const bits = i8x16.relaxed_swizzle(v128.load(bitOfHigh), v128.and(i16x8.shr_u(bytes, 4), nibble));
  const row = i8x16.relaxed_swizzle(v128.load(set), v128.and(bytes, nibble));
  const above = v128.and(bytes, v128.load(set, 16));
  return v128.or(i8x16.ne(v128.and(row, bits), i8x16.splat(0)), above);
}

const bitOfHigh = memory.data<u8>([1, 2, 4, 8, 16, 32, 64, 128, 0, 0, 0, 0, 0, 0, 0, 0]);

/** As `left` in automaton.ts. */
function left(text: usize, from: i32, length: i32, automaton: usize, first: u32, budget: i32): i32 {
  const rows = automaton + 256;
  const stop = min(length, from + budget);
  let state = first;
  let at = from;
  while (at < stop && state > 1) {
    state = <u32>load<u16>(rows + ((<usize>(state + <u32>load<u8>(automaton + <usize>load<u8>(text + at)))) << 1));
    at++;
  }
  if (state == 1 || (state > 1 && stop < length)) return -1;
  return at - from > BEGINNING ? budget - (at - from) : budget;
}

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
 * begin that a machine could have made, as far as there is room: so many of either.
 */
export function encodings(text: usize, length: i32, out: usize, room: i32): u32 {
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
  let run: i32 = -1;
  let word: i32 = -1;
  const low = v128.load(lowClasses);
  const high = v128.load(highClasses);
  const nibble = i8x16.splat(15);
  const percent = i8x16.splat(0x25);
  const backslash = i8x16.splat(0x5c);
  const ampersand = i8x16.splat(0x26);
  let digitBefore: u64 = 0;
  for (let at = 0; at < length; at += 64) {
    let special: u64 = 0;
    let digits: u64 = 0;
    let words: u64 = 0;
    let padding: u64 = 0;
    for (let part = 0; part < 64; part += 16) {
      const bytes = v128.load(text + at + part);
      const classes = v128.and(
        i8x16.relaxed_swizzle(low, v128.and(bytes, nibble)),
        i8x16.relaxed_swizzle(high, v128.and(i16x8.shr_u(bytes, 4), nibble)),
      );
      const shift = <u64>part;
      v128.store(classesOf + part, classes);
      digits |= (<u64>i8x16.bitmask(i8x16.gt_u(classes, i8x16.splat(7)))) << shift;
      words |= (<u64>i8x16.bitmask(i8x16.gt_u(classes, i8x16.splat(1)))) << shift;
      padding |= (<u64>i8x16.bitmask(i8x16.eq(bytes, i8x16.splat(0x3d)))) << shift;
      const odd = v128.or(
        v128.or(i8x16.eq(bytes, percent), i8x16.eq(bytes, backslash)),
        v128.or(i8x16.eq(bytes, ampersand), i8x16.eq(bytes, i8x16.splat(0))),
      );
      // The x of 0x.
      const before = v128.load(text + at + part - 1);
      const cross = v128.and(i8x16.eq(bytes, i8x16.splat(0x78)), i8x16.eq(before, i8x16.splat(0x30)));
      special |= (<u64>i8x16.bitmask(v128.or(odd, cross))) << shift;
    }
    if (special != 0) lookAtSpecials(text, at, length, special);
    const padded = padding & ((digits << 1) | digitBefore);
    if (padded != 0) lookAtPadded(text, at, padded);
    digitBefore = digits >> 63;
    word = lookForWords(text, at, words, word);
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
  if (word >= 0) lookAtWord(text, word, length);
  return flags;
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

/** The classes of the 64 bytes that are looked at. */
const classesOf = memory.data(64, 16);

/** Looks at the short runs of digits that padding follows. */
function lookAtPadded(text: usize, block: i32, mask: u64): void {
  for (let bits = mask; bits != 0; bits &= bits - 1) {
    const end = block + <i32>ctz(bits);
    let start = end;
    while (end - start < LEAST && digitValue(load<u8>(text + start - 1)) >= 0) start--;
    if (end - start >= LEAST_PADDED && end - start < LEAST) lookAtRun(text, start, end);
  }
}

/** Looks at the long words that end in a block of 64 bytes; takes and gives where one begins that goes on, or -1. */
function lookForWords(text: usize, at: i32, mask: u64, open: i32): i32 {
  let bits = mask;
  if (open >= 0) {
    const lead = <i32>ctz(~bits);
    if (lead == 64) return open;
    lookAtWord(text, open, at + lead);
    bits &= ~(((<u64>1) << lead) - 1);
  }
  const trail = <i32>clz(~bits);
  if (trail == 64) return at;
  if (trail > 0) bits &= ~(<u64>0) >> trail;
  let starts = bits & (bits >> 1);
  starts &= starts >> 2;
  starts &= starts >> 4;
  starts &= bits >> 8;
  starts &= starts >> 3;
  if (starts == 0) return trail > 0 ? at + 64 - trail : -1;
  let letters: u64 = 0;
  let numbers: u64 = 0;
  for (let part = 0; part < 64; part += 16) {
    const classes = v128.load(classesOf + part);
    const shift = <u64>part;
    letters |= (<u64>i8x16.bitmask(i8x16.gt_u(classes, i8x16.splat(63)))) << shift;
    numbers |= (<u64>i8x16.bitmask(i8x16.eq(classes, i8x16.splat(32)))) << shift;
  }
  while (starts != 0) {
    const start = <i32>ctz(starts);
    const size = <i32>ctz(~(bits >> start));
    const within = (((<u64>1) << size) - 1) << start;
    if (popcnt(numbers & within) >= 2 || (size >= MANY_LETTERS && hasManyLetters(letters & within)))
      noteOpaque(text, at + start, at + start + size);
    starts &= start + size < 64 ? ~(<u64>0) << (start + size) : 0;
  }
  return trail > 0 ? at + 64 - trail : -1;
}

/** Whether twenty bits in a row are set. */
function hasManyLetters(mask: u64): bool {
  let starts = mask & (mask >> 1);
  starts &= starts >> 2;
  const four = starts;
  starts &= starts >> 4;
  starts &= starts >> 8;
  return (starts & (four >> 16)) != 0;
}

/** Notes a word of twelve bytes or more with two decimal digits or twenty letters in a row. */
function lookAtWord(text: usize, start: i32, end: i32): void {
  if (end - start < LEAST_WORD) return;
  let digits = 0;
  let letters = 0;
  for (let at = start; at < end; at++) {
    const byte = load<u8>(text + at);
    if ((byte | 0x20) - 0x61 < 26) letters++;
    else {
      letters = 0;
      if (byte - 0x30 < 10) digits++;
    }
    if (digits < 2 && letters < MANY_LETTERS) continue;
    noteOpaque(text, start, end);
    return;
  }
}

/** Runs that nobody was seen to name: start and end of the last sixteen. */
const unnamed = memory.data(8 * 16);
let unnamedCount: i32 = 0;

/** Notes a run that may be a token with a prefix or that a provider may name, and those whose end it may be looked for behind. */
function noteOpaque(text: usize, start: i32, end: i32): void {
  if (!mayBeOpaque(text, start, end)) return;
  if (!mayBePrefixed(text, start, end) && !mayBeNamed(text, start)) {
    const slot = unnamed + ((unnamedCount++ & 15) << 3);
    store<i32>(slot, start);
    store<i32>(slot, end, 4);
    return;
  }
  if (isKnown(text, start, end)) return;
  for (let index = max(0, unnamedCount - 16); index < unnamedCount; index++) {
    const slot = unnamed + ((index & 15) << 3);
    const from = load<i32>(slot);
    const to = load<i32>(slot, 4);
    if (to + PADDING > start - NAMED_REACH && !isKnown(text, from, to)) noteStart(from);
  }
  unnamedCount = 0;
  noteStart(start);
}

/** Whether a run is known to have no value in it, with the signs of equality that belong to it. */
function isKnown(text: usize, start: i32, end: i32): bool {
  let stop = end;
  while (stop < end + PADDING && load<u8>(text + stop) == 0x3d) stop++;
  return isKnownRun(text, start, stop);
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
