import { byteTextOf } from "../byte-text.ts";

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

const values = new Int8Array(128).fill(-1);
for (let value = 0; value < 64; value++) values[alphabet.charCodeAt(value)] = value;
values["-".charCodeAt(0)] = 62;
values["_".charCodeAt(0)] = 63;

/**
 * Decodes base64 of either alphabet (RFC 4648 §4 and §5), padded or not, to a byte string. `null` if it holds another
 * character or ends in a lone digit.
 */
export function decodeBase64(text: string): string | null {
  const digits = text.endsWith("=") ? text.replace(/={1,2}$/, "") : text;
  if (digits.length % 4 === 1) return null;
  const bytes = new Uint8Array(Math.floor((digits.length * 3) / 4));
  let bits = 0;
  let held = 0;
  let filled = 0;
  for (let at = 0; at < digits.length; at++) {
    const value = values[digits.charCodeAt(at)] ?? -1;
    if (value < 0) return null;
    bits = ((bits << 6) | value) & 0xffff;
    held += 6;
    if (held >= 8) bytes[filled++] = bits >> (held -= 8);
  }
  return byteTextOf(bytes);
}

/** The 24 bits of four digits, or a negative number if one of them is none. */
export function bitsOfDigits(text: string, at: number): number {
  const a = values[text.charCodeAt(at)] ?? -1;
  const b = values[text.charCodeAt(at + 1)] ?? -1;
  const c = values[text.charCodeAt(at + 2)] ?? -1;
  const d = values[text.charCodeAt(at + 3)] ?? -1;
  return (a | b | c | d) < 0 ? -1 : (a << 18) | (b << 12) | (c << 6) | d;
}

/** Base64 (RFC 4648 §4, padded) of a byte string. */
export function encodeBase64(text: string): string {
  let out = "";
  for (let at = 0; at < text.length; at += 3) {
    const group = (text.charCodeAt(at) << 16) | ((text.charCodeAt(at + 1) || 0) << 8) | (text.charCodeAt(at + 2) || 0);
    const digits = [18, 12, 6, 0].map((shift) => alphabet.charAt((group >> shift) & 63)).join("");
    out += digits.slice(0, Math.min(4, text.length - at + 1)).padEnd(4, "=");
  }
  return out;
}
