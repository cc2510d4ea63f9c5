import type { Fact, Unknown } from "./fact.ts";
import type { FactName, Facts } from "./facts.ts";
import type { PostureTerms } from "./terms.ts";

/** A line of a file of the default branch where something is wrong. */
export type BadLine = { readonly path: string; readonly line: number; readonly problem: string };

/** What became of a claim. `inconclusive`: something it depends on is not known; that is never a pass. */
export type Judgement =
  | {
      readonly outcome: "pass" | "fail" | "not-applicable";
      readonly evidence: readonly string[];
      /** Where the evidence stands, as far as it is lines of files. */
      readonly lines?: readonly BadLine[];
    }
  | { readonly outcome: "inconclusive"; readonly evidence: readonly string[]; readonly permissions: readonly string[] };

/** A claim that should be true. Pure: the same facts, terms and time always give the same judgement. */
export type PostureCheck = {
  /** The claim, as its file is named. */
  readonly id: string;
  readonly subject: "repository" | "organization";
  /** The claim as a sentence. */
  readonly title: string;
  /** What can happen when it is not true. */
  readonly why: string;
  /** What a person does to make it true. */
  readonly remedy: string;
  readonly needs: readonly FactName[];
  /** Not asked for unless the terms name it. */
  readonly optional?: true;
  /** What makes it true where the repository's own files do not: asked anew, though its files are as they were. */
  readonly orElse?: {
    readonly needs: readonly FactName[];
    /** null: nothing. */
    readonly evaluate: (facts: Facts) => Judgement | null;
  };
  /** `now` is ISO 8601. */
  readonly evaluate: (facts: Facts, terms: PostureTerms, now: string) => Judgement;
};

export const pass = (...evidence: readonly string[]): Judgement => ({ outcome: "pass", evidence });
export const fail = (...evidence: readonly string[]): Judgement => ({ outcome: "fail", evidence });
export const notApplicable = (...evidence: readonly string[]): Judgement => ({ outcome: "not-applicable", evidence });

export const inconclusive = (...unknowns: readonly Unknown[]): Judgement => ({
  outcome: "inconclusive",
  evidence: [...new Set(unknowns.map(({ reason }) => reason))],
  permissions: [...new Set(unknowns.flatMap(({ permission }) => permission ?? []))],
});

/** Judges what is known; what is not is inconclusive. */
export const given = <T>(fact: Fact<T>, judge: (value: T) => Judgement): Judgement =>
  fact.kind === "known" ? judge(fact.value) : inconclusive(fact);

/** Fails with what is wrong, if anything is. */
export const passUnless = (wrong: readonly string[], fine: string): Judgement =>
  wrong.length === 0 ? pass(fine) : fail(...wrong);
