import { privatePartOf } from "../candidate.ts";
import type { EvidenceSource } from "../confidence.ts";
import { shannonEntropy } from "../shannon.ts";

const shortest = 16;
const longest = 512;

/** Entropy as measured against what random characters of the same alphabet and number would have. */
export const randomnessEvidence: EvidenceSource = (candidate) => {
  const text = privatePartOf(candidate);
  if (text.length < shortest || text.length > longest) return [];
  const ratio = shannonEntropy(text) / expectedEntropy(alphabetOf(text), text.length);
  if (ratio < 0.6) return [{ what: "its characters are far from random", points: -35 }];
  return ratio < 0.75 ? [{ what: "its characters are not very random", points: -15 }] : [];
};

/** The number of characters of the smallest usual alphabet that holds the text. */
function alphabetOf(text: string): number {
  if (/^[0-9]+$/.test(text)) return 10;
  if (/^(?:[0-9a-f]+|[0-9A-F]+)$/.test(text)) return 16;
  if (/^(?:[0-9a-z]+|[0-9A-Z]+)$/.test(text)) return 36;
  return /^[0-9A-Za-z]+$/.test(text) ? 62 : 64;
}

/**
 * The mean entropy of `length` random characters of an alphabet: short texts cannot show all of it. First-order correction for
 * small samples by Miller (1955), which is good to a few hundredths of a bit where there are several samples a character.
 */
function expectedEntropy(alphabet: number, length: number): number {
  const seen = alphabet * (1 - (1 - 1 / alphabet) ** length);
  return Math.min(Math.log2(alphabet), Math.log2(length)) - (seen - 1) / (2 * length * Math.LN2) / 2;
}
