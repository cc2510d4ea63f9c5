import type { Candidate } from "./candidate.ts";
import type { Haystack } from "./find-candidates.ts";
import type { Sought, Spotted } from "./generic/spotted.ts";
import type { Rule } from "./rules/rule.ts";

/**
 * Code that finds what no regex can, under rules of its own. It weighs what it finds itself: each candidate carries its `reasons`. Pure; the time
 * is linear in the text.
 */
export type Detector = {
  readonly rules: readonly Rule[];
  readonly find: (haystack: Haystack) => readonly Candidate[];
  /** How to find the same sooner, when it is known where some things stand; where none of them does, there is nothing to find. */
  readonly spotted?: {
    readonly sought: readonly Sought[];
    /** Whether there may be something to find all the same, by the path and the first sixteen bytes. */
    readonly isElsewhere?: (path: string, start: string) => boolean;
    readonly find: (haystack: Haystack, spotted: Spotted) => readonly Candidate[];
  };
};
