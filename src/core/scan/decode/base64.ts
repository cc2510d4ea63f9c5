import { decodeBase64 } from "./base64-alphabet.ts";
import type { DecodedRun, Decoder } from "./decoder.ts";
import { isText } from "./is-text.ts";
import { byteSetOf, longRuns } from "./long-runs.ts";

// 24 digits are 18 bytes: less holds no credential that a rule would know.
const shortest = 24;
const digits = byteSetOf("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_");

/** Base64 of either alphabet in one piece, if text comes out of it. */
export const base64Decoder: Decoder = {
  name: "base64",
  *find(text) {
    for (const [start, end] of longRuns(text, digits, shortest)) {
      const run = decodedRun(text, start, end);
      if (run !== null) yield run;
    }
  },
};

function decodedRun(text: string, start: number, end: number): DecodedRun | null {
  // Nearly all runs are names and hashes: their first bytes tell.
  if (!isText(decodeBase64(text.slice(start, start + shortest)) ?? "\0")) return null;
  const length = end - start;
  const decoded = decodeBase64(text.slice(start, length % 4 === 1 ? end - 1 : end));
  if (decoded === null || !isText(decoded)) return null;
  const padding = length % 4 === 0 ? 0 : 4 - (length % 4);
  const padded = text.startsWith("=".repeat(padding), end) ? end + padding : end;
  return { start, end: padded, decoded };
}
