import type { CodePoints } from "./code-points.ts";

/** A parsed regular expression. Flags (`(?i)`, `(?s)`, …) are already worked into the nodes. */
export type RegexNode =
  | { readonly kind: "empty" }
  /** One character out of a set. */
  | { readonly kind: "set"; readonly points: CodePoints }
  | { readonly kind: "concat"; readonly parts: readonly RegexNode[] }
  | { readonly kind: "alternate"; readonly options: readonly RegexNode[] }
  | {
      readonly kind: "repeat";
      readonly of: RegexNode;
      readonly min: number;
      /** `null`: without end. */
      readonly max: number | null;
      readonly greedy: boolean;
    }
  | { readonly kind: "capture"; readonly of: RegexNode; readonly index: number; readonly name: string | null }
  | { readonly kind: "assert"; readonly what: Assertion };

export type Assertion = "text-start" | "text-end" | "line-start" | "line-end" | "word-boundary" | "not-word-boundary";

/** Thrown inside the parser only; `translateRe2` turns it into a value. `at` is an offset into the regex. */
export class RegexRefused extends Error {
  readonly at: number;

  constructor(reason: string, at: number) {
    super(reason);
    this.name = "RegexRefused";
    this.at = at;
  }
}
