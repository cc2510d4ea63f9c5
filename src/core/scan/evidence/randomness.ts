import { privatePartOf } from "../candidate.ts";
import type { EvidenceSource } from "../confidence.ts";
import { isMonotonous } from "./monotony.ts";
import { shannonEntropy } from "../shannon.ts";

const shortest = 16;
const longest = 512;

/** Entropy as measured against what random characters of the same alphabet and number would have. */
export const randomnessEvidence: EvidenceSource = (candidate) => {
  const text = privatePartOf(candidate);
  if (text.length < shortest || text.length > longest) return [];
  const ratio = shannonEntropy(text) / expectedEntropy(alphabetOf(text), text.length);
  // What repeats or counts up is told, and counted, once: by its own evidence.
  if (isMonotonous(text)) return [];
  if (ratio < 0.6) return [{ what: "its characters are far from random", points: -35 }];
  return ratio < 0.75 ? [{ what: "its characters are not very random", points: -10 }] : [];
};

/** The number of characters of the smallest usual alphabet that holds the text. */
function alphabetOf(text: string): number {
  if (/^[0-9]+$/.test(text)) return 10;
  if (/^(?:[0-9a-f]+|[0-9A-F]+)$/.test(text)) return 16;
  if (/^(?:[0-9a-z]+|[0-9A-Z]+)$/.test(text)) return 36;
  return /^[0-9A-Za-z]+$/.test(text) ? 62 : 64;
}

/**
 * The mean entropy of `length` random characters of an alphabet: short texts cannot show all of it. The number of times a character
 * occurs is binomial, and the entropy is the sum over characters, so the mean is exact.
 */
function expectedEntropy(alphabet: number, length: number): number {
  let mean = 0;
  let probability = (1 - 1 / alphabet) ** length;
  for (let times = 1; times <= length; times++) {
    probability *= (length - times + 1) / times / (alphabet - 1);
    mean -= alphabet * probability * (times / length) * Math.log2(times / length);
  }
  return mean;
}
