/** What of a text is new compared with another: pairs of begin and end in bytes, in order; one without length is a seam. */
export type NewRanges = ArrayLike<number>;

/** So many bytes of context, and whole lines, are taken to either side of what is new. */
export const pieceContext = 512;
/** Beyond the context lines are followed so far, */
const reach = 1024;
/** and, in longer ones, words. */
const longestWord = 1 << 16;

const newline = 0x0a;
/** Stands between pieces: nothing goes on from one to the next. */
const between = new Uint8Array(4).fill(newline);

/**
 * The pieces of a text that have something new in them, with their context, one after the other. Whatever begins or ends in what is new and is no
 * longer than the context lies in one of them. Null where that is nearly all of the text.
 */
export function piecesOf(text: Uint8Array, news: NewRanges): Uint8Array | null {
  const pieces: Uint8Array[] = [];
  let size = 0;
  let from = -1;
  let to = -1;
  const add = (): void => {
    if (from < 0) return;
    pieces.push(text.subarray(from, to), between);
    size += to - from + between.length;
  };
  for (let at = 0; at < news.length; at += 2) {
    const start = startBefore(text, (news[at] ?? 0) - pieceContext);
    if (start > to) {
      add();
      from = start;
    }
    to = Math.max(to, endAfter(text, (news[at + 1] ?? 0) + pieceContext));
  }
  add();
  if (size + pieceContext >= text.length) return null;
  const all = new Uint8Array(size);
  let filled = 0;
  for (const piece of pieces) {
    all.set(piece, filled);
    filled += piece.length;
  }
  return all;
}

function startBefore(text: Uint8Array, place: number): number {
  if (place <= 0) return 0;
  const least = Math.max(0, place - reach);
  for (let at = place; at > least; at--) if (text[at - 1] === newline) return at;
  let at = least;
  while (at > 0 && least - at < longestWord && isOfWord(text[at - 1] ?? 0)) at -= 1;
  return at;
}

function endAfter(text: Uint8Array, place: number): number {
  const most = Math.min(text.length, place + reach);
  for (let at = place; at < most; at++) if (text[at] === newline) return at + 1;
  let at = most;
  while (at < text.length && at - most < longestWord && isOfWord(text[at] ?? 0)) at += 1;
  return at;
}

/** Letters, digits, and what stands between them in tokens and encodings. */
const ofWord = new Set(
  "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=_.-%~|".split("").map((sign) => sign.charCodeAt(0)),
);
const isOfWord = (byte: number): boolean => ofWord.has(byte);
