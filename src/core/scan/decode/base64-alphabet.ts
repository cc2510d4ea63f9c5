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
  const digits = text.replace(/={1,2}$/, "");
  if (digits.length % 4 === 1) return null;
  const bytes: string[] = [];
  let bits = 0;
  let held = 0;
  for (let at = 0; at < digits.length; at++) {
    const value = values[digits.charCodeAt(at)] ?? -1;
    if (value < 0) return null;
    bits = ((bits << 6) | value) & 0xffff;
    held += 6;
    if (held >= 8) bytes.push(String.fromCharCode((bits >> (held -= 8)) & 0xff));
  }
  return bytes.join("");
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
