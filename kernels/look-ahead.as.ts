// What may stand at a place: the functions of src/core/scan/generic/look-ahead.ts and bytes.ts.

export function isNameByte(byte: i32): bool {
  const letter = (byte | 0x20) - 0x61;
  if ((letter >= 0 && letter < 26) || (byte >= 48 && byte <= 57) || byte >= 0x80) return true;
  return byte == 95 || byte == 36 || byte == 46 || byte == 45;
}

export function isWordByte(byte: i32): bool {
  const letter = (byte | 0x20) - 0x61;
  return (letter >= 0 && letter < 26) || (byte >= 48 && byte <= 57) || byte == 95;
}

export function isBlank(byte: i32): bool {
  return byte == 32 || byte == 9;
}

export function isLineEnd(byte: i32): bool {
  return byte == 10 || byte == 13;
}

export function byteAt(text: usize, at: i32): i32 {
  return <i32>load<u8>(text + at);
}

export function isQuote(byte: i32): bool {
  return byte == 34 || byte == 39 || byte == 96;
}

export function pastBlanks(text: usize, from: i32): i32 {
  let at = from;
  while (at < from + 200 && isBlank(byteAt(text, at))) at++;
  return at;
}

/** After white space with at most two line ends. */
export function pastSpace(text: usize, from: i32): i32 {
  let lines = 0;
  let at = from;
  while (at < from + 200) {
    const byte = byteAt(text, at);
    if (byte == 10 && ++lines > 2) return at;
    if (!isBlank(byte) && !isLineEnd(byte)) return at;
    at++;
  }
  return at;
}

/** Whether a string literal may begin at a place, in any of the ways that `readString` knows. */
export function mayOpenString(text: usize, at: i32): bool {
  const byte = byteAt(text, at);
  if (isQuote(byte)) return true;
  const second = byteAt(text, at + 1);
  const third = byteAt(text, at + 2);
  // &quot; &apos; &#34;
  if (byte == 38) return second == 113 || second == 97 || second == 35;
  if (byte == 92) return opensEscaped(text, at);
  if ((second == 34 || second == 39 || third == 34 || third == 39) && isPrefix(byte)) return true;
  // q % [ # r R u
  if (byte != 113 && byte != 37 && byte != 91 && byte != 35 && byte != 114 && byte != 82 && byte != 117) return false;
  for (let next = at + 1; next < at + 5; next++) {
    const opener = byteAt(text, next);
    if (opener == 40 || opener == 123 || opener == 91 || opener == 124 || opener == 33 || opener == 34) return true;
  }
  return false;
}

/** Whether a quote stands behind backslashes. */
function opensEscaped(text: usize, from: i32): bool {
  let at = from;
  while (at < from + 8 && byteAt(text, at) == 92) at++;
  return byteAt(text, at) == 34 || byteAt(text, at) == 39;
}

/** What may stand before a quote and belong to it: b B r R u U f F L @ $, and what goes on with `#`, `[` and the like. */
function isPrefix(byte: i32): bool {
  return (
    (byte | 0x20) == 98 ||
    (byte | 0x20) == 114 ||
    (byte | 0x20) == 117 ||
    (byte | 0x20) == 102 ||
    byte == 76 ||
    byte == 64 ||
    byte == 36 ||
    byte == 35
  );
}
/** `(` and a literal, or one call deeper. */
export function isCallOfLiteral(text: usize, at: i32): bool {
  const open = pastSpace(text, at + 1);
  if (mayOpenString(text, open)) return true;
  let end = open;
  while (end < open + 80 && isNameByte(byteAt(text, end))) end++;
  return byteAt(text, end) == 40 && mayOpenString(text, pastSpace(text, end + 1));
}
