import { decodeBase64 } from "./base64-alphabet.ts";
import type { Decoder } from "./decoder.ts";

// 24 digits are 18 bytes: less holds no credential that a rule would know.
const run = /[A-Za-z0-9+/_-]{24,}={0,2}/g;

/** Base64 of either alphabet in one piece, if text comes out of it. */
export const base64Decoder: Decoder = {
  name: "base64",
  *find(text) {
    for (const found of text.matchAll(run)) {
      const digits = found[0].replace(/=+$/, "");
      const decoded = decodeBase64(digits.slice(0, digits.length - (digits.length % 4 === 1 ? 1 : 0)));
      if (decoded === null || !isText(decoded)) continue;
      yield { start: found.index, end: found.index + found[0].length, decoded };
    }
  },
};

/** Whether decoded bytes are text: no control characters but white space, and little outside ASCII. */
export function isText(decoded: string): boolean {
  return (
    !/[\x00-\x08\x0e-\x1f\x7f]/.test(decoded) && (decoded.match(/[\x80-\xff]/g)?.length ?? 0) * 8 <= decoded.length
  );
}
