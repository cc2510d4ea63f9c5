/** As in word-shape.ts: so many steps are one bit of surprise, and letters that have more of it than this are no words. */
const stepsOfBit = 4;
const surprising = 4;
const alphabet = 27;

/**
 * Whether what stands in a run of the characters of long words (`opaqueRun` of spotter.ts) may be a value that a machine could have made: `false` is the proof
 * that `opaqueValues` finds none in it. `surprise` is `surpriseSteps` of word-shape.ts. The plain form of the kernel in
 * `kernels/opaque.as.ts`, with the same functions.
 */
export function mayBeOpaque(surprise: Uint8Array, text: string, start: number, end: number): boolean {
  const first = byteAt(text, start);
  // A value begins with none of: . ~ % -
  if (first === 46 || first === 126 || first === 37 || first === 45) return false;
  if (byteAt(text, end) === 61) return true;
  let stop = end;
  while (stop > start && isTail(byteAt(text, stop - 1))) stop--;
  if (stop - start < 12) return false;
  let digits = 0;
  let slashes = 0;
  let dots = 0;
  for (let at = start; at < stop; at++) {
    const byte = byteAt(text, at);
    if (isDigit(byte)) digits++;
    else if (byte === 47) slashes++;
    else if (byte === 46 && slashes > 0) dots++;
  }
  if (digits >= 2 && (slashes === 0 || (stop - start >= 32 && dots === 0))) return true;
  if (hasRow(text, start, stop) || repeats(text, start, stop)) return true;
  return digits < 2 && (endsInHex(text, start, stop) || endsInLetters(surprise, text, start, stop));
}

const byteAt = (text: string, at: number): number => (at < text.length ? text.charCodeAt(at) : 0);
const isDigit = (byte: number): boolean => byte >= 48 && byte <= 57;
const isCapital = (byte: number): boolean => byte >= 65 && byte <= 90;
const isSmall = (byte: number): boolean => byte >= 97 && byte <= 122;

/** What is left away behind a value: . % / + ~ - */
const isTail = (byte: number): boolean =>
  byte === 46 || byte === 37 || byte === 47 || byte === 43 || byte === 126 || byte === 45;

/** Four characters that are the same, or count up or down. */
function hasRow(text: string, start: number, stop: number): boolean {
  let step = 0;
  let length = 1;
  for (let at = start + 1; at < stop; at++) {
    const next = byteAt(text, at) - byteAt(text, at - 1);
    length = next === step && next >= -1 && next <= 1 ? length + 1 : 2;
    step = next;
    if (length >= 4 && step >= -1 && step <= 1) return true;
  }
  return false;
}

/** The last characters, up to twelve, stand before themselves. */
function repeats(text: string, start: number, stop: number): boolean {
  for (let size = 1; size <= 12 && stop - 2 * size >= start; size++) {
    let same = 0;
    while (same < size && byteAt(text, stop - 1 - same) === byteAt(text, stop - 1 - same - size)) same++;
    if (same === size) return true;
  }
  return false;
}

function endsInHex(text: string, start: number, stop: number): boolean {
  let small = 0;
  let capital = 0;
  for (let at = stop - 1; at >= start && small === stop - 1 - at; at--)
    if (isDigit(byteAt(text, at)) || (byteAt(text, at) >= 97 && byteAt(text, at) <= 102)) small++;
  for (let at = stop - 1; at >= start && capital === stop - 1 - at; at--)
    if (isDigit(byteAt(text, at)) || (byteAt(text, at) >= 65 && byteAt(text, at) <= 70)) capital++;
  return small >= 16 || capital >= 16;
}

/** Twenty letters and more that are no words, in a run of their own or behind a sign that divides names. */
function endsInLetters(surprise: Uint8Array, text: string, start: number, stop: number): boolean {
  let from = stop;
  while (from > start && (isSmall(byteAt(text, from - 1)) || isCapital(byteAt(text, from - 1)))) from--;
  if (stop - from < 20) return false;
  const before = byteAt(text, from - 1);
  if (from > start && before !== 45 && before !== 46 && before !== 95) return false;
  const end = Math.min(stop, from + 400);
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
    steps += surprise[(two * alphabet + one) * alphabet + letter] ?? 0;
    two = one;
    one = letter;
  }
  return steps > surprising * stepsOfBit * (end - from);
}
