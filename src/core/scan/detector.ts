import type { Candidate } from "./candidate.ts";
import type { Haystack } from "./find-candidates.ts";
import type { Rule } from "./rules/rule.ts";

/**
 * Code that finds what no regex can, under rules of its own. It weighs what it finds itself: each candidate carries its `reasons`. Pure; the time
 * is linear in the text.
 */
export type Detector = {
  readonly rules: readonly Rule[];
  readonly find: (haystack: Haystack) => readonly Candidate[];
};
