import { bitsOfDigits, decodeBase64 } from "./base64-alphabet.ts";
import type { DecodedRun, Decoder } from "./decoder.ts";
import { byteSetOf, endOfRun, nextLongRun } from "./long-runs.ts";
import { isWorthwhile } from "./worth.ts";

const alphanumeric = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const plainDigits = byteSetOf(`${alphanumeric}+/`);
const urlDigits = byteSetOf(`${alphanumeric}-_`);
const allDigits = byteSetOf(`${alphanumeric}+/-_`);

/** 16 digits are 12 bytes: less is hardly a credential. With padding, which words do not have, half of that will do. */
const leastLength = 16;
const leastPadded = 8;

/** Encoders break lines at 60, 64 or 76 digits. */
const leastLineLength = 40;

/** The next line of a longer text, indented or not; in JSON and source the break is an escape. */
const nextLine = /(?:\r?\n[ \t]*|(?:\\r)?\\n)([A-Za-z0-9+/_-]+={0,2})(?=[\s"'\\]|$)/y;

/** What is decoded first: most runs are no base64, and these bytes tell. A multiple of four. */
const probeLength = 32;

/** Base64 of either alphabet (RFC 4648 §4 and §5), padded or not, in one line or several. */
export const base64Decoder: Decoder = {
  name: "base64",
  *find(text) {
    // Most runs are words: of these nothing is made, not even a piece of the text.
    for (let start = nextRun(text, 0); start >= 0;) {
      const stop = endOfRun(text, allDigits, start + leastPadded);
      const padding = text.startsWith("==", stop) ? 2 : Number(text.startsWith("=", stop));
      if (stop - start < leastLength && padding === 0) {
        start = nextRun(text, stop + 1);
        continue;
      }
      const line = stop + padding;
      const end = endOfLines(text, start, line);
      const whole = isPromising(text, start) ? decode(digitsBetween(text, start, line, end)) : null;
      if (whole !== null) yield { start, end, decoded: whole };
      else if (end === line) yield* partsOf(text, start, stop);
      start = nextRun(text, Math.max(stop + 1, end));
    }
  },
};

const nextRun = (text: string, from: number): number => nextLongRun(text, allDigits, leastPadded, from);

/** Where the lines end of which the first goes from one place to another: those below go on with it if all are as long, but for the last. */
function endOfLines(text: string, start: number, line: number): number {
  const length = line - start;
  if (length < leastLineLength || length % 4 !== 0 || text.charCodeAt(line - 1) === equals) return line;
  let end = line;
  for (;;) {
    nextLine.lastIndex = end;
    const next = nextLine.exec(text)?.[1];
    if (next === undefined || next.length > length) return end;
    end = nextLine.lastIndex;
    if (next.length < length || next.endsWith("=")) return end;
  }
}

const equals = 0x3d;

/** The digits of a line and of those that go on with it. */
function digitsBetween(text: string, start: number, line: number, end: number): string {
  const pieces = [text.slice(start, line)];
  for (nextLine.lastIndex = line; nextLine.lastIndex < end;) pieces.push(nextLine.exec(text)?.[1] ?? "");
  return pieces.join("");
}

/** Where a path or a name is joined to it by a character of the other alphabet, the part of a run that is encoded. */
function* partsOf(text: string, start: number, stop: number): Generator<DecodedRun> {
  for (const alphabet of [plainDigits, urlDigits]) {
    // The whole run has been tried.
    if (endOfRun(text, alphabet, start) >= stop) continue;
    let found = false;
    for (let from = start; from < stop; from++) {
      const end = Math.min(stop, endOfRun(text, alphabet, from));
      const decoded = end - from >= leastLength && isPromising(text, from) ? decode(text.slice(from, end)) : null;
      if (decoded !== null) {
        found = true;
        yield { start: from, end, decoded };
      }
      from = end;
    }
    if (found) return;
  }
}

/** `null` for what decodes to noise, seen at its beginning. */
function decode(run: string): string | null {
  const digits = run.replace(/=+$/, "");
  const probe = decodeBase64(digits.slice(0, Math.min(probeLength, digits.length - (digits.length % 4))));
  if (probe === null || !isWorthwhile(probe)) return null;
  const decoded = decodeBase64(digits.slice(0, digits.length - (digits.length % 4 === 1 ? 1 : 0)));
  return decoded !== null && isWorthwhile(decoded) ? decoded : null;
}

/** Two bytes that containers and UTF-16 begin with, beside those that are text. */
const beginnings = new Set([0x1f8b, 0xfd37, 0x28b5, 0xfffe, 0xfeff]);

/**
 * A first look at six bytes, as nearly every run is a word and not base64: text (one of them may be another character), zeros
 * beside characters, or the beginning of something known.
 */
function isPromising(text: string, at: number): boolean {
  const [first, second] = [bitsOfDigits(text, at), bitsOfDigits(text, at + 4)];
  if (first < 0) return false;
  const start = first >> 8;
  if (start >> 8 === 0 || (start & 0xff) === 0 || beginnings.has(start)) return true;
  // Of a run of eight digits the last ones may be padding.
  return printableBytes(first) + (second < 0 ? 2 : printableBytes(second)) >= 5;
}

function printableBytes(bits: number): number {
  return isPrintable(bits >> 16) + isPrintable((bits >> 8) & 0xff) + isPrintable(bits & 0xff);
}

const isPrintable = (byte: number): number =>
  Number((byte >= 0x20 && byte < 0x7f) || byte === 9 || byte === 10 || byte === 13);
