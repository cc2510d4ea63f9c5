import * as z from "zod";
import type { BranchFacts, BranchRequirements, Bypass } from "../../../core/posture/branch.ts";
import { type Fact, known, unknown } from "../../../core/posture/fact.ts";
import { wildmatch } from "../../../core/posture/gitignore/wildmatch.ts";
import { toByteText } from "../../../core/scan/byte-text.ts";
import { hasStatus } from "../errors.ts";
import { asked, type Inquiry, notInPlan } from "./asking.ts";

/** Each takes at least two requests. */
const mostBranches = 50;

/**
 * The default branch, and those that fit one of the patterns. Where so many fit that they cannot all be asked about, nothing is known.
 * https://docs.github.com/en/rest/branches/branches#list-branches
 */
export async function protectedBranches(
  inquiry: Inquiry,
  defaultBranch: string,
  patterns: readonly string[],
): Promise<Fact<readonly BranchFacts[]>> {
  const { rest, paginate, repo } = inquiry;
  const all =
    patterns.length === 0
      ? known([])
      : await asked("which branches there are", "contents: read", async () =>
          z
            .array(z.object({ name: z.string() }))
            .parse(await paginate(rest.repos.listBranches, { ...repo, per_page: 100 })),
        );
  if (all.kind === "unknown") return all;
  const fitting = all.value
    .map(({ name }) => name)
    .filter((name) => name !== defaultBranch && patterns.some((pattern) => fitsBranch(pattern, name)));
  if (fitting.length > mostBranches)
    return unknown(`${fitting.length} branches fit the patterns that are configured, more than can be asked about`);
  const facts: BranchFacts[] = [];
  for (const branch of [defaultBranch, ...fitting]) facts.push(await branchFacts(inquiry, branch));
  return known(facts);
}

const fitsBranch = (pattern: string, branch: string): boolean =>
  wildmatch(toByteText(pattern), toByteText(branch), true);

/** What is asked of a branch, by classic protection and by the effective rules, each by itself. */
async function branchFacts(inquiry: Inquiry, branch: string): Promise<BranchFacts> {
  const [classic, rules] = await Promise.all([classicProtection(inquiry, branch), effectiveRules(inquiry, branch)]);
  return { branch, classic, rules };
}

const enabled = z.object({ enabled: z.boolean() }).nullish();
const logins = z.object({
  users: z.array(z.object({ login: z.string() })),
  teams: z.array(z.object({ slug: z.string() })),
  apps: z.array(z.object({ slug: z.string() })),
});

/** https://docs.github.com/en/rest/branches/branch-protection#get-branch-protection */
const protection = z.object({
  required_pull_request_reviews: z
    .object({
      required_approving_review_count: z.int().nullish(),
      dismiss_stale_reviews: z.boolean().nullish(),
      require_code_owner_reviews: z.boolean().nullish(),
      bypass_pull_request_allowances: logins.partial().nullish(),
    })
    .nullish(),
  required_status_checks: z
    .object({ checks: z.array(z.object({ context: z.string(), app_id: z.int().nullish() })).nullish() })
    .nullish(),
  enforce_admins: enabled,
  allow_force_pushes: enabled,
  allow_deletions: enabled,
  required_conversation_resolution: enabled,
  required_signatures: enabled,
  required_linear_history: enabled,
});

function classicProtection({ rest, repo }: Inquiry, branch: string): Promise<Fact<BranchRequirements | null>> {
  return asked("about classic branch protection", "administration: read", async () => {
    try {
      return classicRequirements(protection.parse((await rest.repos.getBranchProtection({ ...repo, branch })).data));
    } catch (error) {
      // Not protected, or nothing the plan of a private repository offers: either way it asks for nothing.
      if (hasStatus(error, 404) || notInPlan(error)) return null;
      throw error;
    }
  });
}

function classicRequirements(given: z.infer<typeof protection>): BranchRequirements {
  const reviews = given.required_pull_request_reviews;
  const allowances = reviews?.bypass_pull_request_allowances;
  return {
    reviews: reviews?.required_approving_review_count ?? 0,
    dismissesStaleReviews: reviews?.dismiss_stale_reviews === true,
    codeOwnerReview: reviews?.require_code_owner_reviews === true,
    checks: (given.required_status_checks?.checks ?? []).map(({ context, app_id }) => ({
      context,
      // -1: any source.
      appId: app_id === undefined || app_id === null || app_id < 0 ? null : app_id,
    })),
    blocksForcePushes: given.allow_force_pushes?.enabled !== true,
    blocksDeletion: given.allow_deletions?.enabled !== true,
    conversationsResolved: given.required_conversation_resolution?.enabled === true,
    signedCommits: given.required_signatures?.enabled === true,
    linearHistory: given.required_linear_history?.enabled === true,
    bypass: [
      ...(given.enforce_admins?.enabled === true ? [] : [quietly("every administrator")]),
      ...(allowances?.users ?? []).map(({ login }) => quietly(`@${login} (reviews)`)),
      ...(allowances?.teams ?? []).map(({ slug }) => quietly(`the team ${slug} (reviews)`)),
      ...(allowances?.apps ?? []).map(({ slug }) => quietly(`the app ${slug} (reviews)`)),
    ],
  };
}

const quietly = (who: string): Bypass => ({ who, openly: false });

const rule = z.object({
  type: z.string(),
  ruleset_id: z.int().optional(),
  ruleset_source_type: z.string().optional(),
  parameters: z
    .object({
      required_approving_review_count: z.int().optional(),
      dismiss_stale_reviews_on_push: z.boolean().optional(),
      require_code_owner_review: z.boolean().optional(),
      required_review_thread_resolution: z.boolean().optional(),
      required_status_checks: z.array(z.object({ context: z.string(), integration_id: z.int().nullish() })).optional(),
    })
    .optional(),
});
type Rule = z.infer<typeof rule>;

/**
 * The rules of every active ruleset that covers the branch, the organization's too; those that are only evaluated are not among them.
 * https://docs.github.com/en/rest/repos/rules#get-rules-for-a-branch
 */
function effectiveRules(inquiry: Inquiry, branch: string): Promise<Fact<BranchRequirements | null>> {
  const { rest, paginate, repo } = inquiry;
  return asked("which rules hold for a branch", "metadata: read", async () => {
    try {
      const rules = z.array(rule).parse(await paginate(rest.repos.getBranchRules, { ...repo, branch, per_page: 100 }));
      if (rules.length === 0) return null;
      const rulesets = new Map(rules.flatMap((one) => (one.ruleset_id === undefined ? [] : [[one.ruleset_id, one]])));
      const bypasses = await Promise.all(
        [...rulesets].map(async ([id, { ruleset_source_type: source }]) => ({
          source,
          who: await bypassOf(inquiry, id),
        })),
      );
      const silent = bypasses.find(({ who }) => who === null);
      if (silent === undefined)
        return ruleRequirements(
          rules,
          bypasses.flatMap(({ who }) => who ?? []),
        );
      const bypassToldTo =
        (silent.source ?? "Repository") === "Repository"
          ? "administration: write"
          : "organization_administration: write";
      return { ...ruleRequirements(rules, null), bypassToldTo };
    } catch (error) {
      if (notInPlan(error)) return null;
      throw error;
    }
  });
}

function ruleRequirements(rules: readonly Rule[], bypass: BranchRequirements["bypass"]): BranchRequirements {
  const has = (type: string): boolean => rules.some((one) => one.type === type);
  const parameters = (type: string): NonNullable<Rule["parameters"]>[] =>
    rules.flatMap((one) => (one.type === type ? (one.parameters ?? []) : []));
  const pulls = parameters("pull_request");
  return {
    reviews: Math.max(0, ...pulls.map((one) => one.required_approving_review_count ?? 0)),
    dismissesStaleReviews: pulls.some((one) => one.dismiss_stale_reviews_on_push === true),
    codeOwnerReview: pulls.some((one) => one.require_code_owner_review === true),
    checks: parameters("required_status_checks").flatMap((one) =>
      (one.required_status_checks ?? []).map(({ context, integration_id }) => ({
        context,
        appId: integration_id ?? null,
      })),
    ),
    blocksForcePushes: has("non_fast_forward"),
    blocksDeletion: has("deletion"),
    conversationsResolved: pulls.some((one) => one.required_review_thread_resolution === true),
    signedCommits: has("required_signatures"),
    linearHistory: has("required_linear_history"),
    bypass,
  };
}

const ruleset = z.object({
  name: z.string(),
  bypass_actors: z
    .array(z.object({ actor_type: z.string(), actor_id: z.int().nullish(), bypass_mode: z.string().nullish() }))
    .nullish(),
});

/** GitHub's own roles; others are an organization's own. */
const roles: Readonly<Record<number, string>> = {
  1: "everybody who reads",
  2: "every maintainer",
  4: "everybody who writes",
  5: "every administrator",
};

function nameOfActor(type: string, id: number | null): string {
  if (type === "OrganizationAdmin") return "every owner of the organization";
  if (type === "EnterpriseOwner") return "every owner of the enterprise";
  if (type === "DeployKey") return "every deploy key";
  if (type === "RepositoryRole") return roles[id ?? 0] ?? `the role ${id}`;
  if (type === "Integration") return `the app with the id ${id}`;
  return `${type === "Team" ? "the team" : type === "User" ? "the user" : type} with the id ${id}`;
}

/**
 * Who may pass by a ruleset; null if GitHub does not say, as it tells only those who may change the ruleset.
 * https://docs.github.com/en/rest/repos/rules#get-a-repository-ruleset
 */
async function bypassOf({ rest, repo }: Inquiry, id: number): Promise<readonly Bypass[] | null> {
  try {
    const { data } = await rest.repos.getRepoRuleset({ ...repo, ruleset_id: id, includes_parents: true });
    const { name, bypass_actors: actors } = ruleset.parse(data);
    if (actors === null || actors === undefined) return null;
    return actors.map(({ actor_type, actor_id, bypass_mode }) => ({
      who: `${nameOfActor(actor_type, actor_id ?? null)} (ruleset ${name})`,
      openly: bypass_mode === "pull_request",
    }));
  } catch (error) {
    if (hasStatus(error, 403, 404)) return null;
    throw error;
  }
}
