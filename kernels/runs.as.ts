// Long runs of digits of base64 (`RequiredRun` of src/core/scan/engine/required-run.ts), by the blocks of 64 bytes that they touch.

/** Shorter ones are not noted. */
export const LEAST_NOTED: i32 = 16;

let longest: usize = 0;
let lastBlock: i32 = -1;

/** Forgets the runs of another text. `at`: where a byte for each block of a text of this length is to lie, and `MARGIN` of them before and behind. */
export function forgetRuns(at: usize, length: i32): void {
  longest = at + MARGIN;
  lastBlock = (length - 1) >> 6;
  memory.fill(at, 0, <usize>(lastBlock + 1) + 2 * MARGIN);
}

/** As in wasm-spotter.ts. */
const MARGIN: usize = 32;

/** As in dictionary.ts. */
const LONG_RUN: u8 = 30;

/**
 * In which of sixteen blocks words may be known by three bytes that stand near a long run: the run touches the block in which the word begins, the one before or one of
 * the three behind; and the three bytes may stand in the block behind that. What is told of blocks behind the text means nothing.
 */
export function blocksNearRuns(first: i32): i32 {
  const place = longest + first;
  let most = v128.load(place - 2);
  most = i8x16.max_u(most, v128.load(place - 1));
  most = i8x16.max_u(most, v128.load(place));
  most = i8x16.max_u(most, v128.load(place, 1));
  most = i8x16.max_u(most, v128.load(place, 2));
  most = i8x16.max_u(most, v128.load(place, 3));
  return i8x16.bitmask(i8x16.ge_u(most, i8x16.splat(LONG_RUN)));
}

export function noteRun(start: i32, end: i32): void {
  const size = <u8>min(end - start, 255);
  const last = longest + ((end - 1) >> 6);
  for (let block = longest + (start >> 6); block <= last; block++) store<u8>(block, max(size, load<u8>(block)));
}

/** Whether a run of this length, or a longer one, touches one of the blocks between two places. */
export function hasRun(from: i32, to: i32, length: i32): bool {
  const last = longest + min(to >> 6, lastBlock);
  for (let block = longest + (max(0, from) >> 6); block <= last; block++) {
    if (<i32>load<u8>(block) >= length) return true;
  }
  return false;
}
