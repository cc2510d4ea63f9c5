import type { DecodedRun } from "./decoder.ts";

/** Around what was decoded, as much of its line is kept: the name it is assigned to, the quotes it stands in. */
const contextLength = 200;

/** Beyond that, to the end of the word: half a token would be another token. */
const longestWord = 4096;

const wordEnd = /[\s"'`<>]/;

/** Lines that are left out between two runs still count in distances, up to this many. */
const longestPause = 20;

/** A stretch of a decoded text and where it comes from. */
type Piece = {
  /** Where it begins in the decoded text; it ends where the next one begins. */
  readonly at: number;
  /** Where it comes from in the text above. What was decoded counts as a whole; other stretches are as long there as here. */
  readonly start: number;
  readonly end: number;
  readonly decoded: boolean;
};

/** The decoded stretches of a text, each in the line it stands in, and the way back. */
export type DecodedText = {
  readonly text: string;
  /** Bytes that came out of decoding. */
  readonly decodedLength: number;
  /** The stretch of the text above that a stretch of this one comes from. */
  readonly rangeOf: (start: number, end: number) => readonly [start: number, end: number];
  /** Whether any of a stretch was decoded; the rest is in the text above as well. */
  readonly isDecoded: (start: number, end: number) => boolean;
};

/**
 * Puts decoded runs, in order and without overlap, back where they were, and leaves out what is far from them. Takes time linear in
 * the text; comes out no longer than the text and what was decoded, but for a line end here and there.
 */
export function decodedText(text: string, runs: readonly DecodedRun[]): DecodedText {
  const pieces: Piece[] = [];
  const out: string[] = [];
  let length = 0;
  let decodedLength = 0;
  const add = (content: string, start: number, end: number, decoded: boolean): void => {
    if (content === "") return;
    pieces.push({ at: length, start, end, decoded });
    out.push(content);
    length += content.length;
  };
  let done = 0;
  for (const [number, { start, end, decoded }] of runs.entries()) {
    const next = runs[number + 1]?.start ?? text.length;
    const from = Math.max(done, contextStart(text, start, done));
    if (number > 0 && from > done) add(pause(text.slice(done, from)), done, done, false);
    add(text.slice(from, start), from, start, false);
    add(decoded, start, end, true);
    decodedLength += decoded.length;
    done = contextEnd(text, end, next);
    add(text.slice(end, done), end, done, false);
  }
  return { text: out.join(""), decodedLength, ...wayBack(pieces, length) };
}

function contextStart(text: string, start: number, least: number): number {
  const near = text.slice(Math.max(least, start - contextLength), start);
  const line = near.lastIndexOf("\n");
  if (line >= 0) return start - near.length + line + 1;
  let at = start - near.length;
  const limit = Math.max(least, at - longestWord);
  while (at > limit && !wordEnd.test(text.charAt(at - 1))) at -= 1;
  return at;
}

function contextEnd(text: string, end: number, most: number): number {
  const near = text.slice(end, Math.min(most, end + contextLength));
  const line = near.indexOf("\n");
  if (line >= 0) return end + line;
  let at = end + near.length;
  const limit = Math.min(most, at + longestWord);
  while (at < limit && !wordEnd.test(text.charAt(at))) at += 1;
  return at;
}

function pause(leftOut: string): string {
  let lines = 0;
  for (let at = leftOut.indexOf("\n"); at >= 0 && lines < longestPause; at = leftOut.indexOf("\n", at + 1)) lines += 1;
  return "\n".repeat(Math.max(1, lines));
}

function wayBack(pieces: readonly Piece[], length: number): Pick<DecodedText, "rangeOf" | "isDecoded"> {
  const indexAt = (offset: number): number => {
    let low = 0;
    let high = pieces.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((pieces[middle]?.at ?? length) <= offset) low = middle;
      else high = middle;
    }
    return low;
  };
  const pieceAt = (offset: number): Piece => pieces[indexAt(offset)] ?? { at: 0, start: 0, end: 0, decoded: false };
  return {
    rangeOf: (start, end) => {
      const [first, last] = [pieceAt(start), pieceAt(Math.max(start, end - 1))];
      const from = first.decoded ? first.start : Math.min(first.end, first.start + start - first.at);
      const to = last.decoded ? last.end : Math.min(last.end, last.start + end - last.at);
      return [from, Math.max(from, to)];
    },
    isDecoded: (start, end) => {
      for (let at = indexAt(start); at < pieces.length && (pieces[at]?.at ?? length) < Math.max(end, start + 1); at++) {
        if (pieces[at]?.decoded === true) return true;
      }
      return false;
    },
  };
}
