import type { Candidate } from "../candidate.ts";
import type { Rule } from "../rules/rule.ts";
import { longestPrefix } from "./may-be-prefixed.ts";
import { prefixedTokenRule } from "./prefixed-token-detector.ts";

/** Prefixes that many providers use. */
const everybodys = /^(?:(?:sk|rk|key|api|pat|live|test|prod|token|secret|access|auth)[_-])+$/;

/**
 * Whether a token with a prefix begins as a rule says that its provider's tokens do. Then that rule knows better: what it does not find is too short,
 * or made otherwise, and no token.
 */
export function knownPrefixes(rules: readonly Rule[]): (candidate: Candidate) => boolean {
  const known = new Set(
    rules.flatMap(({ prefixes }) => prefixes).filter((prefix) => /[_-]/.test(prefix) && !everybodys.test(prefix)),
  );
  return ({ rule, secret }) => {
    if (rule !== prefixedTokenRule) return false;
    for (let size = 2; size <= longestPrefix; size++) if (known.has(secret.slice(0, size))) return true;
    return false;
  };
}
