import type { Decoder } from "./decoder.ts";
import { byteSetOf, longRuns } from "./long-runs.ts";
import { isWorthwhile } from "./worth.ts";

const hexDigits = byteSetOf("0123456789abcdefABCDEF");

const leastBytes = 12;

/** The elements of an array in source text. */
const array = /(?:0x[0-9a-fA-F]{2}[,;\s]{1,8}){11,}0x[0-9a-fA-F]{2}/g;

const probeLength = 48;

/** Hexadecimal, in one piece or as an array. Hashes and keys decode to noise and are left alone. */
export const hexDecoder: Decoder = {
  name: "hex",
  *find(text) {
    const pieces = [...arraysIn(text), ...stretchesIn(text)].sort((a, b) => a.start - b.start);
    for (const { start, end, digits } of pieces) {
      if (!isWorthwhile(bytesOf(digits.slice(0, probeLength)))) continue;
      const decoded = bytesOf(digits);
      if (isWorthwhile(decoded)) yield { start, end, decoded };
    }
  },
};

type Digits = { readonly start: number; readonly end: number; readonly digits: string };

function* stretchesIn(text: string): Generator<Digits> {
  for (const [start, stop] of longRuns(text, hexDigits, 2 * leastBytes)) {
    const end = stop - ((stop - start) % 2);
    yield { start, end, digits: text.slice(start, end) };
  }
}

function* arraysIn(text: string): Generator<Digits> {
  if (!text.includes("0x")) return;
  for (const { 0: found, index } of text.matchAll(array)) {
    yield { start: index, end: index + found.length, digits: found.replace(/0x|[^0-9a-fA-F]/g, "") };
  }
}

function bytesOf(digits: string): string {
  const bytes: string[] = [];
  for (let at = 0; at + 1 < digits.length; at += 2) {
    bytes.push(String.fromCharCode(Number.parseInt(digits.slice(at, at + 2), 16)));
  }
  return bytes.join("");
}
