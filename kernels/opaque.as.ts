// Whether a long word may be a value that a machine could have made: the functions of src/core/scan/provider-named/may-be-opaque.ts, where
// they are explained.

const stepsOfBit: i32 = 4;
const surprising: i32 = 4;
const alphabet: i32 = 27;

let surprise: usize = 0;

/** Where the table of the surprises of letters lies. */
export function useSurprise(at: usize): void {
  surprise = at;
}

export function mayBeOpaque(text: usize, start: i32, end: i32): bool {
  const first = byteAt(text, start);
  // A value begins with none of: . ~ % -
  if (first == 46 || first == 126 || first == 37 || first == 45) return false;
  if (byteAt(text, end) == 61) return true;
  let stop = end;
  while (stop > start && isTail(byteAt(text, stop - 1))) stop--;
  if (stop - start < 12) return false;
  let digits = 0;
  let slashes = 0;
  let dots = 0;
  let rows = 0;
  for (let at = start; at < stop; at += 16) {
    const within = (1 << min(16, stop - at)) - 1;
    const bytes = v128.load(text + at);
    digits += popcnt(bitsOf(i8x16.le_u(i8x16.sub(bytes, i8x16.splat(48)), i8x16.splat(9))) & within);
    const slash = bitsOf(i8x16.eq(bytes, i8x16.splat(47))) & within;
    const dot = bitsOf(i8x16.eq(bytes, i8x16.splat(46))) & within;
    // Dots before the first slash do not count.
    dots += popcnt(slashes > 0 ? dot : slash == 0 ? 0 : dot & ~((slash & -slash) - 1));
    slashes += popcnt(slash);
    rows |= bitsOf(rowsIn(text + at, bytes)) & ((1 << min(16, max(0, stop - at - 3))) - 1);
  }
  if (digits >= 2 && (slashes == 0 || (stop - start >= 32 && dots == 0))) return true;
  if (rows != 0 || repeats(text, start, stop)) return true;
  return digits < 2 && (endsInHex(text, start, stop) || endsInLetters(text, start, stop));
}

function byteAt(text: usize, at: i32): i32 {
  return <i32>load<u8>(text + at);
}

function isDigit(byte: i32): bool {
  return byte >= 48 && byte <= 57;
}

function isCapital(byte: i32): bool {
  return byte >= 65 && byte <= 90;
}

function isSmall(byte: i32): bool {
  return byte >= 97 && byte <= 122;
}

/** What is left away behind a value: . % / + ~ - */
function isTail(byte: i32): bool {
  return byte == 46 || byte == 37 || byte == 47 || byte == 43 || byte == 126 || byte == 45;
}

function bitsOf(lanes: v128): i32 {
  return i8x16.bitmask(lanes);
}

/** Where four characters begin that are the same, or count up or down. */
function rowsIn(place: usize, bytes: v128): v128 {
  const second = v128.load(place, 1);
  const third = v128.load(place, 2);
  const step = i8x16.sub(second, bytes);
  const same = v128.and(
    i8x16.eq(step, i8x16.sub(third, second)),
    i8x16.eq(step, i8x16.sub(v128.load(place, 3), third)),
  );
  return v128.and(same, i8x16.le_u(i8x16.add(step, i8x16.splat(1)), i8x16.splat(2)));
}

/** The last characters, up to twelve, stand before themselves. */
function repeats(text: usize, start: i32, stop: i32): bool {
  const before = v128.load(text + stop - 17);
  // The last character stands so many places before itself as the bit is below bit 16.
  let bits = bitsOf(i8x16.eq(before, i8x16.splat(<i8>byteAt(text, stop - 1)))) & 0xfff0;
  for (; bits != 0; bits &= bits - 1) {
    const size = 16 - ctz(bits);
    if (stop - 2 * size < start) continue;
    let same = 1;
    while (same < size && byteAt(text, stop - 1 - same) == byteAt(text, stop - 1 - same - size)) same++;
    if (same == size) return true;
  }
  return false;
}

function endsInHex(text: usize, start: i32, stop: i32): bool {
  let small = 0;
  let capital = 0;
  for (let at = stop - 1; at >= start && small == stop - 1 - at; at--)
    if (isDigit(byteAt(text, at)) || (byteAt(text, at) >= 97 && byteAt(text, at) <= 102)) small++;
  for (let at = stop - 1; at >= start && capital == stop - 1 - at; at--)
    if (isDigit(byteAt(text, at)) || (byteAt(text, at) >= 65 && byteAt(text, at) <= 70)) capital++;
  return small >= 16 || capital >= 16;
}

/** Twenty letters and more that are no words, in a run of their own or behind a sign that divides names. */
function endsInLetters(text: usize, start: i32, stop: i32): bool {
  let from = stop;
  while (from > start && (isSmall(byteAt(text, from - 1)) || isCapital(byteAt(text, from - 1)))) from--;
  if (stop - from < 20) return false;
  const before = byteAt(text, from - 1);
  if (from > start && before != 45 && before != 46 && before != 95) return false;
  const end = min(stop, from + 400);
  let steps = 0;
  let two = 0;
  let one = 0;
  for (let at = from; at < end; at++) {
    if (
      isCapital(byteAt(text, at)) &&
      at > from &&
      (isSmall(byteAt(text, at - 1)) || (at + 1 < end && isSmall(byteAt(text, at + 1))))
    ) {
      two = 0;
      one = 0;
    }
    const letter = byteAt(text, at) & 31;
    steps += <i32>load<u8>(surprise + (two * alphabet + one) * alphabet + letter);
    two = one;
    one = letter;
  }
  return steps > surprising * stepsOfBit * (end - from);
}
