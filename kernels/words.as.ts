// The words of a dictionary: the plain forms are in src/core/scan/engine/spotter.ts and dictionary.ts. Texts lie in this memory between zeros, 256
// bytes of them before and 512 behind.
import { forgetGiven, mayBeGivenAnew } from "./given.as";
import { forgetName } from "./names.as";
import { blocksNearRuns, hasRun } from "./runs.as";

/** As in `gramHash` of dictionary.ts. */
const MIX: u32 = 0x9e3779b1;

let tables: usize = 0;
let entries: usize = 0;
let probes: usize = 0;
export let dottedProbes: i32 = -1;

/** Where the tables of a dictionary (src/core/scan/engine/dictionary.ts) lie, and their parts. */
export function useTables(at: usize, entriesAt: usize, probesAt: usize, dottedFrom: i32): void {
  tables = at;
  entries = entriesAt;
  probes = probesAt;
  dottedProbes = dottedFrom;
}

/** How many hits the last call of `findWords` found. */
export let found: i32 = 0;

/**
 * Finds words of a dictionary in a text, from an offset on, those that are sought everywhere or those that are sought near long runs (`encodings` tells
 * where these are): writes offset and seeker of each whose gate is open, stops when there is no room for more, and gives the offset to
 * go on from; `length` when it is done.
 */
export function findWords(text: usize, from: i32, length: i32, near: bool, out: usize, room: i32): i32 {
  found = 0;
  forgetName();
  forgetGiven();
  if (!near) return findIn(text, from, length, length, tables, out, room);
  const part = tables + PART;
  for (let block = from >> 6; block << 6 < length; block += 16) {
    let bits = blocksNearRuns(block);
    while (bits != 0) {
      const first = ctz(bits);
      const count = ctz(~(bits >> first));
      bits &= -1 << (first + count);
      const start = max(from, (block + first) << 6);
      const stop = min(length, (block + first + count) << 6);
      const done = findIn(text, start, stop, length, part, out, room);
      if (done < stop) return done;
    }
  }
  return length;
}

/** Finds the words that are known by three bytes between two places: gives `stop`, or the place to go on from. */
function findIn(text: usize, from: i32, stop: i32, length: i32, part: usize, out: usize, room: i32): i32 {
  for (let at = from; at < stop; at += CHUNK) {
    const candidates = withFourth(text, findGrams(text, at, min(at + CHUNK, stop), part), part);
    for (let index = 0; index < candidates; index++) {
      const place = load<i32>(grams + (index << 2));
      if (found + MOST_AT_PLACE > room) return place;
      found = confirm(text, place, length, part, out, found);
    }
  }
  return stop;
}

/** Bytes that are looked at in one go. */
const CHUNK: i32 = 2048;
/** As `mostAtPlace` in dictionary.ts. */
export const MOST_AT_PLACE: i32 = 4096;
/** As in dictionary.ts: where a part has its heads, and how large it is. */
const HEADS: usize = 32768 + 2 * 8192;
const PART: usize = HEADS + 2 * 16384;

/** Places of three bytes whose hash is one of the dictionary's. */
const grams = memory.data(4 * 2048 + 64);

function gramHash(bytes: u32): u32 {
  return ((bytes & 0xffffff) * MIX) >> 16;
}

/** Every place is written; the next one overwrites it if it is none. A branch for each would be guessed wrong too often. */
function findGrams(text: usize, from: i32, to: i32, part: usize): i32 {
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
    next += <usize>load<u8>(part + ((<usize>low) & 0xffff));
    store<i32>(next, at + 1);
    next += <usize>load<u8>(part + ((<usize>(low >> 16)) & 0xffff));
    store<i32>(next, at + 2);
    next += <usize>load<u8>(part + ((<usize>(low >> 32)) & 0xffff));
    store<i32>(next, at + 3);
    next += <usize>load<u8>(part + ((<usize>(low >> 48)) & 0xffff));
    store<i32>(next, at + 4);
    next += <usize>load<u8>(part + ((<usize>high) & 0xffff));
    store<i32>(next, at + 5);
    next += <usize>load<u8>(part + ((<usize>(high >> 16)) & 0xffff));
    store<i32>(next, at + 6);
    next += <usize>load<u8>(part + ((<usize>(high >> 32)) & 0xffff));
    store<i32>(next, at + 7);
    next += <usize>load<u8>(part + ((<usize>(high >> 48)) & 0xffff));
  }
  return (<i32>(next - grams)) >> 2;
}

/** Of some places those where a fourth byte fits too, or none is needed. */
function withFourth(text: usize, count: i32, part: usize): i32 {
  let next = grams;
  const end = grams + ((<usize>count) << 2);
  for (let one = grams; one < end; one += 4) {
    const place = load<i32>(one);
    const bytes = load<u32>(text + place) | 0x20202020;
    const three = gramHash(bytes);
    const four = (bytes * MIX) >> 16;
    store<i32>(next, place);
    const enough = (<u32>load<u8>(part + FIRST + (three >> 3))) >> (three & 7);
    const known = enough | ((<u32>load<u8>(part + FIRST + BITMAP + (four >> 3))) >> (four & 7));
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
function confirm(text: usize, at: i32, length: i32, part: usize, out: usize, hits: i32): i32 {
  let count = hits;
  const hash = gramHash(load<u32>(text + at) | 0x202020);
  let entry = entries + <usize>load<u16>(part + HEADS + ((hash >> 2) << 1)) * ENTRY;
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
export function probe(text: usize, place: i32, length: i32, first: i32, out: usize, hits: i32): i32 {
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
  const run = <i32>load<u8>(one, 10);
  const before = <i32>load<u16>(one, 14);
  if (run != 0 && !hasRun(place - before, place + ((<i32>load<u8>(one, 11)) << 2), run)) return false;
  const first = <u32>load<u16>(one, 8);
  const last = place - <i32>load<u16>(one, 12);
  let budget = AUTOMATON_REACH;
  for (let block = max(0, place - before); block <= last; block += 16) {
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
