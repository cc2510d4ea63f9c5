// What was found out about some bytes alone (src/core/scan/generic/lessons.ts): hashes of 64 bits, keyed anew for every program, in sets of four,
// of which the oldest gives way.

let table: usize = 0;
let key: u64 = 0;

/** Where the hashes lie, `SETS` sets of them, and what they are keyed with. */
export function useLessons(at: usize, first: u32, second: u32): void {
  table = at;
  key = ((<u64>first) << 32) | (<u64>second);
}

/** As in wasm-spotter.ts. */
const SETS: u32 = 8192;
/** Stand for what is hashed: a run, or a name with its value, in quotes or not. */
const RUN: u64 = 1;
const QUOTED: u64 = 2;
const BARE: u64 = 3;

function mixed(state: u64, word: u64): u64 {
  let next = (state ^ word) * 0x9e3779b97f4a7c15;
  next ^= next >> 32;
  next *= 0xd6e8feb86659fd93;
  return next ^ (next >> 29);
}

/** Adds some bytes and how many they are. Up to seven more are read. */
function withAll(state: u64, text: usize, start: i32, end: i32): u64 {
  let next = state;
  let at = start;
  for (; at + 8 <= end; at += 8) next = mixed(next, load<u64>(text + at));
  const bits = <u64>(8 * (end - at));
  const rest = load<u64>(text + at) & (((<u64>1) << bits) - 1);
  return mixed(mixed(next, rest), <u64>(end - start));
}

function hashPair(text: usize, nameStart: i32, nameEnd: i32, start: i32, end: i32, bare: bool): u64 {
  const name = withAll(mixed(key, bare ? BARE : QUOTED), text, nameStart, nameEnd);
  return withAll(name, text, start, end) | 1;
}

/** The hash of a run, by which it is known. */
export function hashRun(text: usize, start: i32, end: i32): u64 {
  return withAll(mixed(key, RUN), text, start, end) | 1;
}

function setOf(hash: u64): usize {
  return table + (((<usize>(hash >> 32)) & (SETS - 1)) << 5);
}

/** Whether something is known, by its hash. */
export function isKnown(hash: u64): bool {
  const set = setOf(hash);
  return (
    load<u64>(set) == hash || load<u64>(set, 8) == hash || load<u64>(set, 16) == hash || load<u64>(set, 24) == hash
  );
}

function learn(hash: u64): void {
  if (isKnown(hash)) return;
  const set = setOf(hash);
  store<u64>(set, load<u64>(set, 16), 24);
  store<u64>(set, load<u64>(set, 8), 16);
  store<u64>(set, load<u64>(set), 8);
  store<u64>(set, hash);
}

/** Whether a value that stands somewhere is known to be none for a name. */
export function isKnownPair(text: usize, nameStart: i32, nameEnd: i32, start: i32, end: i32, bare: bool): bool {
  return isKnown(hashPair(text, nameStart, nameEnd, start, end, bare));
}

/** Learns that a value, which stands behind a name, is none for it. */
export function learnPair(text: usize, nameLength: i32, valueLength: i32, bare: bool): void {
  learn(hashPair(text, 0, nameLength, nameLength, nameLength + valueLength, bare));
}

export function learnRun(text: usize, length: i32): void {
  learn(hashRun(text, 0, length));
}
