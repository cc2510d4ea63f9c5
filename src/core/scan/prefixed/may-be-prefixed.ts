/** A token's own characters, in a row behind its prefix: so many and more. */
export const shortestBody = 20;
/** As long as a prefix may be, with the sign that ends it. */
export const longestPrefix = 25;
/** How many decimal digits the characters have at least. */
export const fewestDigits = 2;

/**
 * Whether a run of the characters of long words may be a token with a prefix: `false` is the proof that `prefixedTokens` finds none in it. The plain
 * form of the kernel in `kernels/prefixed.as.ts`.
 */
export function mayBePrefixed(text: string, start: number, end: number): boolean {
  let piece = start;
  let digits = 0;
  for (let at = start; at < end; at++) {
    const byte = text.charCodeAt(at);
    if (isDigit(byte)) digits++;
    else if (!isLetter(byte)) {
      if (isBody(at, piece, start, digits)) return true;
      // Only - and _ divide a prefix from what comes after it.
      if ((byte !== 45 && byte !== 95) || at + 1 - start > longestPrefix) return false;
      piece = at + 1;
      digits = 0;
    }
  }
  return isBody(end, piece, start, digits);
}

const isBody = (at: number, piece: number, start: number, digits: number): boolean =>
  piece > start && at - piece >= shortestBody && digits >= fewestDigits;

const isDigit = (byte: number): boolean => byte >= 48 && byte <= 57;
const isLetter = (byte: number): boolean => (byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122);
