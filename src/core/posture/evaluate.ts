import type { Judgement, PostureCheck } from "./check.ts";
import type { FactName, Facts } from "./facts.ts";
import type { Waiver } from "./posture-config.ts";
import type { PostureTerms } from "./terms.ts";
import { waivedBy, type Waived } from "./waivers.ts";

/** What became of one claim, and who said that it need not be true. */
export type PostureResult = { readonly check: PostureCheck } & FullJudgement & Waived;

/** What became of a claim: by the files of the repository, as `own` says, and by what else makes it true. */
export type FullJudgement = Judgement & { readonly own?: Judgement };

/** Judges a claim; `remembered` is what was found out about the same files before. */
export function judge(
  check: PostureCheck,
  facts: Facts,
  terms: PostureTerms,
  now: string,
  remembered?: Judgement,
): FullJudgement {
  const own = remembered ?? check.evaluate(facts, terms, now);
  const otherwise = own.outcome === "fail" ? check.orElse?.evaluate(facts) : null;
  return otherwise ? { ...otherwise, own } : own;
}

/** What a result comes to. A waived claim is not true; it is let be. */
export type Standing = Judgement["outcome"] | "waived";

export const standingOf = ({ outcome, waived }: PostureResult): Standing => (waived ? "waived" : outcome);

/** The checks that are asked for: all but the optional ones that the terms do not name. */
export const chosenChecks = (
  checks: readonly PostureCheck[],
  subject: PostureCheck["subject"],
  { optional }: PostureTerms,
): readonly PostureCheck[] =>
  checks.filter((check) => check.subject === subject && (check.optional !== true || optional.includes(check.id)));

/** What has to be asked of GitHub for these checks; of those that are remembered little is. */
export const factsNeeded = (
  checks: readonly PostureCheck[],
  remembered: ReadonlyMap<string, Judgement> = new Map(),
): ReadonlySet<FactName> =>
  new Set(checks.flatMap(({ id, needs, orElse }) => [...(remembered.has(id) ? [] : needs), ...(orElse?.needs ?? [])]));

/** Judges facts, one result a check; what is `remembered` of a claim is not judged again. */
export const evaluatePosture = (
  checks: readonly PostureCheck[],
  facts: Facts,
  terms: PostureTerms,
  waivers: readonly Waiver[],
  now: string,
  remembered: ReadonlyMap<string, Judgement> = new Map(),
): readonly PostureResult[] =>
  checks.map((check) => {
    const judgement = judge(check, facts, terms, now, remembered.get(check.id));
    return { check, ...judgement, ...waivedBy(check.id, judgement, waivers, now) };
  });

/** How much of what applies is known to be true, from 0 to 100; null if nothing applies. What is not known, or waived, does not count as true. */
export function scoreOf(results: readonly PostureResult[]): number | null {
  const applying = results.filter(({ outcome }) => outcome !== "not-applicable");
  const passed = applying.filter(({ outcome }) => outcome === "pass").length;
  return applying.length === 0 ? null : Math.round((100 * passed) / applying.length);
}
