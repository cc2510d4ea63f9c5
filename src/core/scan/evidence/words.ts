import { privatePartOf } from "../candidate.ts";
import type { EvidenceSource } from "../confidence.ts";
import { isMonotonous } from "./monotony.ts";
import { wordShapeOf } from "../word-shape.ts";

const fewestLetters = 10;
const longest = 256;

/** What a provider made is random: `v2.` and twenty letters is also a class in a package of that version. */
export const wordsEvidence: EvidenceSource = (candidate) => {
  const text = privatePartOf(candidate);
  if (text.length > longest || /\s|^[0-9a-f:]+$/i.test(text) || isMonotonous(text)) return [];
  const { coverage, letters } = wordShapeOf(text);
  if (letters < fewestLetters || letters * 2 < text.length || coverage < 0.75) return [];
  return [{ what: "reads like words, not like random characters", points: /[0-9].*[0-9]/.test(text) ? -20 : -35 }];
};
