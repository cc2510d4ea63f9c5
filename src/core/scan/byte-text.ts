/**
 * Scanning works on *byte strings*: strings with one character per byte (U+0000 to U+00FF). Offsets are then byte offsets,
 * invalid UTF-8 is no special case, and a regex sees exactly what a byte-wise engine would.
 */

const chunk = 8192;

/** The byte string of some bytes. */
export function byteTextOf(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += chunk) {
    // `apply` takes any array-like; spreading would go through an iterator, fifty times slower.
    text += String.fromCharCode.apply(null, bytes.subarray(at, at + chunk) as unknown as number[]);
  }
  return text;
}

/** The bytes of a byte string. Characters above U+00FF do not occur in one. */
export function bytesOfByteText(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}

/** The UTF-8 form of a text, as a byte string. A lone surrogate becomes U+FFFD, as everywhere on the web. */
export function toByteText(text: string): string {
  if (!/[^\x00-\x7f]/.test(text)) return text;
  let out = "";
  for (const char of text.toWellFormed()) out += utf8Of(char.codePointAt(0) ?? 0);
  return out;
}

/** The UTF-8 bytes of one code point, as a byte string. */
export function utf8Of(code: number): string {
  if (code < 0x80) return String.fromCharCode(code);
  if (code < 0x800) return String.fromCharCode(0xc0 | (code >> 6), 0x80 | (code & 63));
  if (code < 0x10000) {
    return String.fromCharCode(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
  }
  return String.fromCharCode(
    0xf0 | (code >> 18),
    0x80 | ((code >> 12) & 63),
    0x80 | ((code >> 6) & 63),
    0x80 | (code & 63),
  );
}

const replacement = "\ufffd";

/** Reads a byte string as UTF-8. Each byte that is not part of a well-formed sequence becomes U+FFFD. */
export function fromByteText(text: string): string {
  if (!/[\x80-\xff]/.test(text)) return text;
  let out = "";
  for (let at = 0; at < text.length;) {
    const length = sequenceLength(text.charCodeAt(at));
    const code = length === 0 ? -1 : codePointAt(text, at, length);
    out += code < 0 ? replacement : String.fromCodePoint(code);
    at += code < 0 ? 1 : length;
  }
  return out;
}

function sequenceLength(lead: number): number {
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead <= 0xdf) return 2;
  if (lead >= 0xe0 && lead <= 0xef) return 3;
  return lead >= 0xf0 && lead <= 0xf4 ? 4 : 0;
}

/** The code point of the sequence at `at`, or -1 if it is cut short, overlong, a surrogate or out of range. */
function codePointAt(text: string, at: number, length: number): number {
  let code = length === 1 ? text.charCodeAt(at) : text.charCodeAt(at) & (0xff >> (length + 1));
  for (let next = at + 1; next < at + length; next++) {
    const byte = next < text.length ? text.charCodeAt(next) : 0;
    if ((byte & 0xc0) !== 0x80) return -1;
    code = (code << 6) | (byte & 63);
  }
  const overlong = (length === 3 && code < 0x800) || (length === 4 && code < 0x10000);
  return overlong || (code >= 0xd800 && code <= 0xdfff) || code > 0x10ffff ? -1 : code;
}
