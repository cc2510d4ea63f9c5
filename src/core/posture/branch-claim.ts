import type { BranchFacts, BranchRequirements, SourceAnswer } from "./branch.ts";
import { fail, inconclusive, type Judgement, notApplicable, pass } from "./check.ts";
import type { Fact, Unknown } from "./fact.ts";
import type { Facts } from "./facts.ts";

/**
 * A claim about each branch that is to be protected. It is true of a branch when classic protection *or* the effective rules make it
 * true, and false only when both are known and neither does.
 */
export function ofEachBranch(facts: Facts, ask: (requirements: BranchRequirements) => SourceAnswer): Judgement {
  const { branches } = facts;
  if (branches.kind === "unknown") return inconclusive(branches);
  if (branches.value.length === 0) return notApplicable("the repository has no branch yet");
  const judged = branches.value.map((branch) => ofBranch(branch, ask));
  const failed = judged.filter(({ outcome }) => outcome === "fail");
  if (failed.length > 0) return fail(...failed.flatMap(({ evidence }) => evidence));
  const open = judged.flatMap((one) => (one.outcome === "open" ? one.unknowns : []));
  return open.length > 0 ? inconclusive(...open) : pass(...judged.flatMap(({ evidence }) => evidence));
}

type BranchJudgement =
  | { readonly outcome: "pass" | "fail"; readonly evidence: readonly string[] }
  | { readonly outcome: "open"; readonly evidence: readonly string[]; readonly unknowns: readonly Unknown[] };

function ofBranch(branch: BranchFacts, ask: (requirements: BranchRequirements) => SourceAnswer): BranchJudgement {
  const sources = [answered("classic protection", branch.classic, ask), answered("rulesets", branch.rules, ask)];
  const told = sources.map(({ source, found }) => `${branch.branch}: ${source}: ${found}`);
  if (sources.some(({ holds }) => holds === true)) {
    return { outcome: "pass", evidence: told.filter((_, index) => sources[index]?.holds === true) };
  }
  const unknowns = sources.flatMap(({ unknown }) => unknown ?? []);
  return unknowns.length > 0 ? { outcome: "open", evidence: told, unknowns } : { outcome: "fail", evidence: told };
}

type Answered = {
  readonly source: string;
  readonly holds: boolean | null;
  readonly found: string;
  readonly unknown?: Unknown;
};

function answered(
  source: string,
  fact: Fact<BranchRequirements | null>,
  ask: (requirements: BranchRequirements) => SourceAnswer,
): Answered {
  if (fact.kind === "unknown") return { source, holds: null, found: fact.reason, unknown: fact };
  if (fact.value === null) return { source, holds: false, found: "none" };
  return { source, ...ask(fact.value) };
}
