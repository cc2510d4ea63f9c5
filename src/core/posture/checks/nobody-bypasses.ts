import type { BranchRequirements, Bypass } from "../branch.ts";
import { fail, inconclusive, notApplicable, pass, type PostureCheck } from "../check.ts";
import { type Fact, type Unknown, unknown } from "../fact.ts";

export const nobodyBypasses: PostureCheck = {
  id: "nobody-bypasses",
  subject: "repository",
  title: "Nobody can pass by the protection of the branch quietly",
  why: "A rule that administrators need not keep is missing exactly when somebody is in a hurry, or somebody's account is taken over.",
  remedy:
    "Empty the bypass list of the rulesets, or let it say “for pull requests only”; in classic protection: Do not allow bypassing the above settings.",
  needs: ["branches"],
  evaluate: ({ branches }) => {
    if (branches.kind === "unknown") return inconclusive(branches);
    const sources = branches.value.flatMap(({ branch, classic, rules }) => [
      { where: `${branch}: classic protection`, fact: classic },
      { where: `${branch}: rulesets`, fact: rules },
    ]);
    const everybody = sources.flatMap(({ where, fact }) => bypassesOf(fact).map((one) => ({ where, ...one })));
    const quiet = everybody.filter(({ openly }) => !openly);
    const listed = [...quiet, ...everybody.filter(({ openly }) => openly)].map(told);
    if (quiet.length > 0) return fail(...listed);
    const open = sources.flatMap(({ where, fact }) => notTold(where, fact));
    if (open.length > 0) return inconclusive(...open);
    const protectedAtAll = sources.some(({ fact }) => fact.kind === "known" && fact.value !== null);
    if (!protectedAtAll) return notApplicable("there is no protection to bypass");
    return pass(...listed, "nobody may bypass it quietly");
  },
};

const told = ({ where, who, openly }: Bypass & { readonly where: string }): string =>
  `${where}: ${who} may bypass it${openly ? ", in pull requests only" : ""}`;

const bypassesOf = (fact: Fact<BranchRequirements | null>): readonly Bypass[] =>
  fact.kind === "known" ? (fact.value?.bypass ?? []) : [];

function notTold(where: string, fact: Fact<BranchRequirements | null>): readonly Unknown[] {
  if (fact.kind === "unknown") return [fact];
  if (fact.value === null || fact.value.bypass !== null) return [];
  const permission = fact.value.bypassToldTo ?? "administration: write";
  return [unknown(`${where}: GitHub does not tell this app who may bypass it`, permission)];
}
