// Whether a long word may be a token with a prefix: the functions of src/core/scan/prefixed/may-be-prefixed.ts, where they are explained.

const SHORTEST_BODY: i32 = 20;
const LONGEST_PREFIX: i32 = 25;
const FEWEST_DIGITS: i32 = 2;

export function mayBePrefixed(text: usize, start: i32, end: i32): bool {
  let piece = start;
  let digits = 0;
  for (let at = start; at < end; at++) {
    const byte = load<u8>(text + at);
    if (byte - 48 < 10) digits++;
    else if ((byte | 0x20) - 97 >= 26) {
      if (isBody(at, piece, start, digits)) return true;
      // Only - and _ divide a prefix from what comes after it.
      if ((byte != 45 && byte != 95) || at + 1 - start > LONGEST_PREFIX) return false;
      piece = at + 1;
      digits = 0;
    }
  }
  return isBody(end, piece, start, digits);
}

function isBody(at: i32, piece: i32, start: i32, digits: i32): bool {
  return piece > start && at - piece >= SHORTEST_BODY && digits >= FEWEST_DIGITS;
}
