import { emitJs } from "./emit.ts";
import { maxLengthOf, minLengthOf } from "./measure.ts";
import { isSmallEnough } from "./nfa.ts";
import { RegexRefused } from "./node.ts";
import { parseRe2 } from "./parse.ts";

/** A regex in RE2's dialect, ready for JavaScript. */
export type BytePattern = {
  /** As written in the rule. */
  readonly re2: string;
  /** Source of a JavaScript regex for byte strings; it needs no flags but `d`, `g` or `y`. */
  readonly js: string;
  /** Names of its capture groups in order; `null` for one without a name. */
  readonly groups: readonly (string | null)[];
  readonly minLength: number;
  /** `null`: without bound as written; in `js` each open repetition ends at `openRepetitionLimit`. */
  readonly maxLength: number | null;
};

export type Translation =
  | { readonly kind: "translated"; readonly pattern: BytePattern }
  /** `at`: offset into the regex of what cannot be translated. */
  | { readonly kind: "refused"; readonly reason: string; readonly at: number };

/**
 * How many times an open repetition (`*`, `+`, `{n,}`) repeats at most beyond its minimum, so that a backtracking engine cannot run on
 * to the end of a large text and back again (see `matcher.ts` for the rest of that protection). The largest credentials (an RSA key of 16,384 bits in PEM) have 12.7 KB.
 */
export const openRepetitionLimit = 16_384;

/**
 * Translates the RE2 dialect of Go to a JavaScript regex over byte strings (see `byte-text.ts`). Same matches, same groups,
 * with these differences, all of which come from bytes or from backtracking: `.` and negated classes take one *byte*; `(?i)`
 * folds ASCII letters among themselves; open repetitions are bounded; a group inside a repetition that its last round did not
 * enter is empty; a repetition goes no further round that matches nothing (`(?:a??){2}`).
 */
export function translateRe2(re2: string, options: { readonly mayBeEmpty?: boolean } = {}): Translation {
  try {
    const { node, names } = parseRe2(re2);
    const minLength = minLengthOf(node);
    if (minLength === 0 && options.mayBeEmpty !== true) {
      return { kind: "refused", reason: "it matches the empty string, so it would be found everywhere", at: 0 };
    }
    if (!isSmallEnough(node))
      return {
        kind: "refused",
        reason: "with its repetitions written out it is too large to be matched in linear time",
        at: 0,
      };
    const js = emitJs(node, { maxUnbounded: openRepetitionLimit });
    void new RegExp(js, "d");
    return { kind: "translated", pattern: { re2, js, groups: names, minLength, maxLength: maxLengthOf(node) } };
  } catch (error) {
    if (error instanceof RegexRefused) return { kind: "refused", reason: error.message, at: error.at };
    if (error instanceof SyntaxError)
      return { kind: "refused", reason: `too large to compile: ${error.message}`, at: 0 };
    throw error;
  }
}
