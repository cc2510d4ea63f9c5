import type { Candidate } from "../candidate.ts";
import type { Detector } from "../detector.ts";
import type { Haystack } from "../find-candidates.ts";
import { detectorRule } from "../generic/detector-rule.ts";
import type { Rule } from "../rules/rule.ts";
import { type EntropyAlphabet, isOf, stringEntropy } from "./string-entropy.ts";

/** Bits a character that a quoted string must have more of, for each alphabet; `null`: that alphabet is not looked for. */
export type EntropyLimits = { readonly base64: number | null; readonly hex: number | null };

/** detect-secrets' own limits. */
export const usualEntropyLimits: EntropyLimits = { base64: 4.5, hex: 3 };

const quoted = /(["'])([A-Za-z0-9+/\\_=-]{1,4096})\1/g;
const rules: Readonly<Record<EntropyAlphabet, Rule>> = {
  base64: detectorRule("entropy-base64", "Base64 string of high entropy", "medium", 1),
  hex: detectorRule("entropy-hex", "Hex string of high entropy", "medium", 1),
};
/** By itself entropy says no more than that a string is worth a look. */
const points = 50;

/**
 * Finds quoted strings by their entropy alone, as detect-secrets' two plugins do: for those who ask for it. What hex finds base64 does not
 * report again.
 */
export function entropyDetector(limits: EntropyLimits): Detector {
  return {
    rules: [rules.base64, rules.hex],
    find: (haystack) =>
      [...haystack.text.matchAll(quoted)].flatMap((found) => candidateOf(haystack, found, limits) ?? []),
  };
}

function candidateOf(haystack: Haystack, found: RegExpExecArray, limits: EntropyLimits): Candidate | null {
  const secret = found[2] ?? "";
  const alphabet = (["hex", "base64"] as const).find((one) => exceeds(one, secret, limits[one]));
  if (alphabet === undefined) return null;
  const start = found.index + 1;
  const bits = stringEntropy(alphabet, secret).toFixed(2);
  return {
    ...haystack,
    rule: rules[alphabet],
    secret,
    start,
    end: start + secret.length,
    matchStart: found.index,
    matchEnd: found.index + found[0].length,
    parts: [],
    reasons: [{ what: `has ${bits} bits a character, more than ${limits[alphabet]}`, points }],
  };
}

function exceeds(alphabet: EntropyAlphabet, text: string, limit: number | null): boolean {
  return limit !== null && isOf(alphabet, text) && stringEntropy(alphabet, text) > limit;
}
