// What was found out about some bytes alone (src/core/scan/generic/lessons.ts): hashes of 64 bits, keyed anew for every program, in sets of four,
// of which the oldest gives way.

let table: usize = 0;
let firstKey: u32 = 0;
let secondKey: u32 = 0;

/** Where the hashes lie, `SETS` sets of them, and what they are keyed with. */
export function useLessons(at: usize, first: u32, second: u32): void {
  table = at;
  firstKey = first;
  secondKey = second;
}

/** As in wasm-spotter.ts. */
const SETS: u32 = 8192;
/** Stand for what a byte cannot. */
const AFTER_NAME: u32 = 256;
const QUOTED: u32 = 257;
const BARE: u32 = 258;
const RUN: u32 = 259;

let first: u32 = 0;
let second: u32 = 0;

function add(byte: u32): void {
  first = (first ^ byte) * 0x85ebca6b;
  first ^= first >> 15;
  second = (second + byte) * 0xc2b2ae35;
  second ^= second >> 13;
}

function addAll(text: usize, start: i32, end: i32): void {
  for (let at = start; at < end; at++) add(<u32>load<u8>(text + at));
}

function hashPair(text: usize, nameStart: i32, nameEnd: i32, start: i32, end: i32, bare: bool): u64 {
  first = firstKey;
  second = secondKey;
  add(bare ? BARE : QUOTED);
  addAll(text, nameStart, nameEnd);
  add(AFTER_NAME);
  addAll(text, start, end);
  return ((<u64>first) << 32) | (<u64>second) | 1;
}

function hashRun(text: usize, start: i32, end: i32): u64 {
  first = firstKey;
  second = secondKey;
  add(RUN);
  addAll(text, start, end);
  return ((<u64>first) << 32) | (<u64>second) | 1;
}

function setOf(hash: u64): usize {
  return table + (((<usize>(hash >> 32)) & (SETS - 1)) << 5);
}

function isKnown(hash: u64): bool {
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

export function isKnownRun(text: usize, start: i32, end: i32): bool {
  return isKnown(hashRun(text, start, end));
}

export function learnRun(text: usize, length: i32): void {
  learn(hashRun(text, 0, length));
}
