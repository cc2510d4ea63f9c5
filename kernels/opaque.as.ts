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
  for (let at = start; at < stop; at++) {
    const byte = byteAt(text, at);
    if (isDigit(byte)) digits++;
    else if (byte == 47) slashes++;
    else if (byte == 46 && slashes > 0) dots++;
  }
  if (digits >= 2 && (slashes == 0 || (stop - start >= 32 && dots == 0))) return true;
  if (hasRow(text, start, stop) || repeats(text, start, stop)) return true;
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

/** Four characters that are the same, or count up or down. */
function hasRow(text: usize, start: i32, stop: i32): bool {
  let step = 0;
  let length = 1;
  for (let at = start + 1; at < stop; at++) {
    const next = byteAt(text, at) - byteAt(text, at - 1);
    length = next == step && next >= -1 && next <= 1 ? length + 1 : 2;
    step = next;
    if (length >= 4 && step >= -1 && step <= 1) return true;
  }
  return false;
}

/** The last characters, up to twelve, stand before themselves. */
function repeats(text: usize, start: i32, stop: i32): bool {
  for (let size = 1; size <= 12 && stop - 2 * size >= start; size++) {
    let same = 0;
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
