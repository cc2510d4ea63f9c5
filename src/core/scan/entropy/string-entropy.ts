import { shannonEntropy } from "../shannon.ts";

/** The two alphabets of detect-secrets' entropy plugins. */
export type EntropyAlphabet = "base64" | "hex";

const alphabets: Readonly<Record<EntropyAlphabet, RegExp>> = {
  // Both alphabets of RFC 4648, and the backslash with which JSON may escape a slash.
  base64: /^[A-Za-z0-9+/\\_=-]+$/,
  hex: /^[0-9A-Fa-f]+$/,
};

/** Whether a string is made of nothing but the characters of an alphabet. */
export function isOf(alphabet: EntropyAlphabet, text: string): boolean {
  return alphabets[alphabet].test(text);
}

/**
 * Shannon entropy in bits a character, with detect-secrets' adjustment: a hex string of digits alone is most often a number, so it is
 * lowered by 1.2 / log2(length). A single digit stays as it is.
 */
export function stringEntropy(alphabet: EntropyAlphabet, text: string): number {
  const entropy = shannonEntropy(text);
  return alphabet === "hex" && text.length > 1 && /^[0-9]+$/.test(text)
    ? entropy - 1.2 / Math.log2(text.length)
    : entropy;
}
