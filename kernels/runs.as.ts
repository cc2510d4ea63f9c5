// Long runs of digits of base64 (`RequiredRun` of src/core/scan/engine/required-run.ts), by the blocks of 64 bytes that they touch.

/** Shorter ones are not noted. */
export const LEAST_NOTED: i32 = 16;

let longest: usize = 0;
let lastBlock: i32 = -1;

/** Forgets the runs of another text. `at`: where a byte for each block of a text of this length is to lie. */
export function forgetRuns(at: usize, length: i32): void {
  longest = at;
  lastBlock = (length - 1) >> 6;
  memory.fill(at, 0, lastBlock + 1);
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
