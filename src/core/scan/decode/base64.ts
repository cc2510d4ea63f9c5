import { bitsOfDigits, decodeBase64 } from "./base64-alphabet.ts";
import type { DecodedRun, Decoder } from "./decoder.ts";
import { type ByteSet, byteSetOf, longRuns } from "./long-runs.ts";
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
    let done = 0;
    for (const [start, stop] of longRuns(text, allDigits, leastPadded)) {
      if (start < done) continue;
      const padding = text.startsWith("==", stop) ? 2 : Number(text.startsWith("=", stop));
      if (stop - start < leastLength && padding === 0) continue;
      const { digits, end } = withNextLines(text, start, text.slice(start, stop + padding));
      yield* decodedFrom(digits, start, end);
      done = end;
    }
  },
};

type Lines = { readonly digits: string; readonly end: number };

/** A run that fills its line, and the lines below that go on with it: all as long as the first, but for the last. */
function withNextLines(text: string, start: number, first: string): Lines {
  const pieces = [first];
  let end = start + first.length;
  if (first.length < leastLineLength || first.length % 4 !== 0 || first.endsWith("=")) return { digits: first, end };
  for (;;) {
    nextLine.lastIndex = end;
    const next = nextLine.exec(text)?.[1];
    if (next === undefined || next.length > first.length) break;
    pieces.push(next);
    end = nextLine.lastIndex;
    if (next.length < first.length || next.endsWith("=")) break;
  }
  return { digits: pieces.join(""), end };
}

/** The whole run or, where a path or a name is joined to it by a character of the other alphabet, the part that is encoded. */
function* decodedFrom(digits: string, start: number, end: number): Generator<DecodedRun> {
  const whole = decode(digits);
  if (whole !== null) yield { start, end, decoded: whole };
  else if (end - start === digits.length) {
    for (const alphabet of [plainDigits, urlDigits]) {
      const found = [...partsOf(digits, alphabet, start)];
      if (found.length === 0) continue;
      yield* found;
      return;
    }
  }
}

function* partsOf(digits: string, alphabet: ByteSet, offset: number): Generator<DecodedRun> {
  for (const [start, end] of longRuns(digits, alphabet, leastLength)) {
    const decoded = decode(digits.slice(start, end));
    if (decoded !== null) yield { start: offset + start, end: offset + end, decoded };
  }
}

/** `null` for what decodes to noise, seen at its beginning. */
function decode(run: string): string | null {
  if (!isPromising(run)) return null;
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
function isPromising(run: string): boolean {
  const [first, second] = [bitsOfDigits(run, 0), bitsOfDigits(run, 4)];
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
