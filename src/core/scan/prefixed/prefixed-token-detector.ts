import type { Candidate } from "../candidate.ts";
import type { Detector } from "../detector.ts";
import { isMonotonous } from "../evidence/monotony.ts";
import { placeholderEvidence } from "../evidence/placeholder.ts";
import type { Haystack } from "../find-candidates.ts";
import { detectorRule } from "../generic/detector-rule.ts";
import { opaqueSought } from "../provider-named/opaque-values.ts";
import { isAboutOther } from "../provider-named/provider-named-detector.ts";
import { prefixedTokens, type PrefixedToken } from "./prefixed-tokens.ts";

/**
 * Providers begin their tokens with letters that say whose they are (`acme_live_Xk29…`). Whose prefixes are known has a rule; this finds those of
 * the others where they stand with no name beside them.
 */
export const prefixedTokenRule = detectorRule("prefixed-token", "Token with a prefix", "high", 12);

export const prefixedTokenDetector: Detector = {
  rules: [prefixedTokenRule],
  find: (haystack) => candidatesIn(haystack, prefixedTokens(haystack.text)),
  spotted: {
    sought: [opaqueSought],
    find: (haystack, spotted) => candidatesIn(haystack, prefixedTokens(haystack.text, spotted)),
  },
};

const reach = 60;

function candidatesIn(haystack: Haystack, tokens: Iterable<PrefixedToken>): readonly Candidate[] {
  const out: Candidate[] = [];
  for (const { start, end, body } of tokens) {
    const before = haystack.text.slice(Math.max(0, start - reach), start);
    if (isNamedOtherwise(before.slice(before.lastIndexOf("\n") + 1))) continue;
    const secret = haystack.text.slice(start, end);
    const rule = prefixedTokenRule;
    const reasons = [
      { what: "a short prefix, and characters that a machine could have made", points: 60 },
      ...(isMonotonous(body) ? [{ what: "its characters repeat or count up", points: -10 }] : []),
      ...placeholderEvidence({ secret, rule } as Candidate),
    ];
    out.push({ ...haystack, rule, secret, start, end, matchStart: start, matchEnd: end, parts: [], reasons });
  }
  return out;
}

/** Names of things that are made like tokens. */
const things =
  /(?:class|style|selector|chunk|bundle|bucket|cluster|resource|request|trace|span|session|transaction|order|customer|product|price|invoice|event|message|thread|node|pod|container|network|label|title|slug|uu?id|guid|ref|link|href|src|alt|anchor|asset|model|durable|upload|version)["'\]]*\s*[:=]\s*["'`]?$/i;
/** The members of a JSON Web Key and the like. */
const shortNames = /(?:^|[^A-Za-z0-9_])["']?(?:[a-z]{1,2}|kid|jti|iss|aud|sub)["']?\s*[:=]\s*["'`]?$/i;

/** What an expression gives, in the example of a comment. */
const given = /^\s*(?:#|\/\/|\*).*=>\s*["'`]?$/;

/** Whether what stands before a value on its line says that it is something else: an id, a digest, a part of a URL. */
const isNamedOtherwise = (line: string): boolean =>
  isAboutOther(line) || things.test(line) || shortNames.test(line) || given.test(line) || /:\/\/[^\s"'<>]*$/.test(line);
