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

const quoted = /(["'])([A-Za-z0-9+/\\_=-]{1,4096})\1/dg;
/** In such files a value is a string without quotes too: detect-secrets reads them as YAML and INI. */
const settingsFile = /\.(?:ya?ml|eyaml|ini|properties|cfg|cnf|conf|env)$|(?:^|\/)\.env(?:\.[\w-]+)*$/i;
const bare =
  /^[ \t]*(?:-[ \t]+(?:[\w./-]+:[ \t]+)?|(?:export[ \t]+)?[\w./-]+[ \t]*[:=][ \t]*)([A-Za-z0-9+/\\_=-]{1,4096})[ \t]*(?:[#;].*)?\r?$/dgm;
const rules: Readonly<Record<EntropyAlphabet, Rule>> = {
  base64: detectorRule("entropy-base64", "Base64 string of high entropy", "medium", 1),
  hex: detectorRule("entropy-hex", "Hex string of high entropy", "medium", 1),
};
/** By itself entropy says no more than that a string is worth a look. */
const points = 50;

/**
 * Finds strings by their entropy alone, as detect-secrets' two plugins do, for those who ask for it: what is quoted, and in files of settings
 * what is a whole value. What hex finds base64 does not report again.
 */
export function entropyDetector(limits: EntropyLimits): Detector {
  return {
    rules: [rules.base64, rules.hex],
    find: (haystack) => stringsIn(haystack).flatMap((found) => candidateOf(haystack, found, limits) ?? []),
  };
}

type Found = { readonly start: number; readonly end: number; readonly matchStart: number; readonly matchEnd: number };

function stringsIn({ text, path }: Haystack): readonly Found[] {
  const inQuotes = [...text.matchAll(quoted)].flatMap((found) => spanOf(found, 2));
  if (!settingsFile.test(path)) return inQuotes;
  return [...inQuotes, ...[...text.matchAll(bare)].flatMap((found) => spanOf(found, 1))];
}

function spanOf(found: RegExpExecArray, group: number): readonly Found[] {
  const span = found.indices?.[group];
  if (span === undefined) return [];
  const [start, end] = span;
  return [{ start, end, matchStart: found.index, matchEnd: found.index + found[0].length }];
}

function candidateOf(haystack: Haystack, found: Found, limits: EntropyLimits): Candidate | null {
  const secret = haystack.text.slice(found.start, found.end);
  const alphabet = (["hex", "base64"] as const).find((one) => exceeds(one, secret, limits[one]));
  if (alphabet === undefined) return null;
  const bits = stringEntropy(alphabet, secret).toFixed(2);
  return {
    ...haystack,
    rule: rules[alphabet],
    secret,
    ...found,
    parts: [],
    reasons: [{ what: `has ${bits} bits a character, more than ${limits[alphabet]}`, points }],
  };
}

function exceeds(alphabet: EntropyAlphabet, text: string, limit: number | null): boolean {
  return limit !== null && isOf(alphabet, text) && stringEntropy(alphabet, text) > limit;
}
