import type { Facts } from "../facts.ts";
import type { PostureTerms } from "../terms.ts";
import type { FixRequest } from "./fix-plan.ts";
import { loosened, type ProtectedSettings } from "./loosened.ts";
import { type OwnRuleset, type RulesetNeeds, strengthened } from "./own-ruleset.ts";

/** The name under which the ruleset is found again. */
export const rulesetName = "Keyward";

/** The ruleset as it stands, by that name. */
export type FoundRuleset = { readonly id: number; readonly ruleset: OwnRuleset };

/** Rules that have nothing to set, by the claim that asks for them. */
const plainRules: Readonly<Record<string, string>> = {
  "force-pushes-blocked": "non_fast_forward",
  "deletion-blocked": "deletion",
  "commits-signed": "required_signatures",
  "history-linear": "required_linear_history",
};

/** Claims that the ruleset can make true. */
export const rulesetClaims: readonly string[] = [
  "branch-protected",
  "reviews-required",
  "stale-reviews-dismissed",
  "code-owner-review-required",
  "conversations-resolved",
  "keyward-required",
  "nobody-bypasses",
  ...Object.keys(plainRules),
];

/** What the ruleset has to ask for, so that these claims are true. */
export function needsOf(
  claims: readonly string[],
  { reviews, appId, checkName, branches }: PostureTerms,
): RulesetNeeds {
  const has = (claim: string): boolean => claims.includes(claim);
  const dismisses = has("stale-reviews-dismissed");
  const owners = has("code-owner-review-required");
  // A review that is dismissed, or an owner's, has to be asked for first.
  const asksForReviews = has("reviews-required") || dismisses || owners;
  return {
    include: ["~DEFAULT_BRANCH", ...branches.map((pattern) => `refs/heads/${pattern}`)],
    reviews: asksForReviews ? Math.max(1, reviews) : has("branch-protected") ? Math.max(1, reviews) : 0,
    dismissesStaleReviews: dismisses,
    codeOwnerReview: owners,
    conversationsResolved: has("conversations-resolved"),
    check: has("keyward-required") ? { context: checkName, appId } : null,
    rules: Object.entries(plainRules).flatMap(([claim, type]) => (has(claim) ? [type] : [])),
    nobodyBypasses: has("nobody-bypasses"),
  };
}

/** The request that makes or corrects the ruleset; null if it asks for all of that already. */
export function rulesetRequest(
  repository: string,
  found: FoundRuleset | null,
  needs: RulesetNeeds,
): { readonly request: FixRequest; readonly after: OwnRuleset } | null {
  const after = strengthened(found?.ruleset ?? null, needs);
  if (found !== null && JSON.stringify(bodyOf(found.ruleset)) === JSON.stringify(bodyOf(after))) return null;
  const at = `/repos/${repository}/rulesets`;
  return {
    after,
    request:
      found === null
        ? { method: "POST", path: at, body: bodyOf(after) }
        : { method: "PUT", path: `${at}/${found.id}`, body: bodyOf(after) },
  };
}

const bodyOf = ({ enforcement, include, exclude, bypass, rules }: OwnRuleset): Readonly<Record<string, unknown>> => ({
  name: rulesetName,
  target: "branch",
  enforcement,
  bypass_actors: bypass.map(({ type, id, mode }) => ({ actor_id: id, actor_type: type, bypass_mode: mode })),
  conditions: { ref_name: { include, exclude } },
  rules,
});

/** A setting that one request makes right. */
export type SettingFix = {
  readonly about: string;
  readonly claims: readonly string[];
  readonly request: FixRequest;
  readonly changes: readonly string[];
};

type Switches = Pick<Facts, "workflowDefaults" | "security" | "repository">;

/** The requests that make claims about settings true, one a setting. What is not known is not touched. */
export function settingFixes(repository: string, claims: readonly string[], facts: Switches): readonly SettingFix[] {
  return [
    ...workflowFix(repository, claims, facts),
    ...securityFix(repository, claims, facts),
    ...reportingFix(repository, claims),
  ];
}

const workflowClaims = ["workflow-token-read-only", "workflows-cannot-approve"];
const securityClaims = ["secret-scanning-on", "push-protection-on"];

export const settingClaims: readonly string[] = [...workflowClaims, ...securityClaims, "private-reporting-on"];

function workflowFix(
  repository: string,
  claims: readonly string[],
  { workflowDefaults }: Switches,
): readonly SettingFix[] {
  const ours = workflowClaims.filter((claim) => claims.includes(claim));
  if (ours.length === 0 || workflowDefaults.kind === "unknown") return [];
  const { token, canApproveReviews } = workflowDefaults.value;
  const after = {
    default_workflow_permissions: ours.includes("workflow-token-read-only") ? "read" : token,
    can_approve_pull_request_reviews: canApproveReviews && !ours.includes("workflows-cannot-approve"),
  };
  return [
    {
      about: "workflow-defaults",
      claims: ours,
      request: { method: "PUT", path: `/repos/${repository}/actions/permissions/workflow`, body: after },
      changes: [
        ...(after.default_workflow_permissions === token ? [] : [`the token of workflows: ${token} → read`]),
        ...(canApproveReviews && !after.can_approve_pull_request_reviews ? ["workflows can no longer approve"] : []),
      ],
    },
  ];
}

function securityFix(repository: string, claims: readonly string[], { security }: Switches): readonly SettingFix[] {
  const ours = securityClaims.filter((claim) => claims.includes(claim));
  if (ours.length === 0 || security.kind === "unknown") return [];
  const { secretScanning, pushProtection } = security.value;
  const on = { status: "enabled" };
  // Push protection is a part of secret scanning.
  const features = {
    ...(secretScanning === false ? { secret_scanning: on } : {}),
    ...(ours.includes("push-protection-on") && pushProtection === false ? { secret_scanning_push_protection: on } : {}),
  };
  return [
    {
      about: "security-features",
      claims: ours,
      request: { method: "PATCH", path: `/repos/${repository}`, body: { security_and_analysis: features } },
      changes: Object.keys(features).map((name) => `${name.replaceAll("_", " ")}: off → on`),
    },
  ];
}

const reportingFix = (repository: string, claims: readonly string[]): readonly SettingFix[] =>
  claims.includes("private-reporting-on")
    ? [
        {
          about: "private-reporting",
          claims: ["private-reporting-on"],
          request: { method: "PUT", path: `/repos/${repository}/private-vulnerability-reporting`, body: null },
          changes: ["private vulnerability reporting: off → on"],
        },
      ]
    : [];

/** The settings as facts tell them. */
export const settingsNow = (ruleset: OwnRuleset | null, facts: Facts): ProtectedSettings => ({
  ruleset,
  workflowToken: facts.workflowDefaults.kind === "known" ? facts.workflowDefaults.value.token : null,
  workflowsApprove: facts.workflowDefaults.kind === "known" ? facts.workflowDefaults.value.canApproveReviews : null,
  secretScanning: facts.security.kind === "known" ? facts.security.value.secretScanning : null,
  pushProtection: facts.security.kind === "known" ? facts.security.value.pushProtection : null,
  privateReporting: facts.privateReporting.kind === "known" ? facts.privateReporting.value : null,
});

/** The settings as a setting's request leaves them. */
export function settingsAfter(before: ProtectedSettings, { body, path }: FixRequest): ProtectedSettings {
  const features = (body?.["security_and_analysis"] ?? {}) as Readonly<Record<string, { readonly status: string }>>;
  const isOn = (name: string, was: boolean | null): boolean | null =>
    features[name] === undefined ? was : features[name].status === "enabled";
  const token = body?.["default_workflow_permissions"];
  const approves = body?.["can_approve_pull_request_reviews"];
  return {
    ...before,
    workflowToken: token === "read" || token === "write" ? token : before.workflowToken,
    workflowsApprove: typeof approves === "boolean" ? approves : before.workflowsApprove,
    secretScanning: isOn("secret_scanning", before.secretScanning),
    pushProtection: isOn("secret_scanning_push_protection", before.pushProtection),
    privateReporting: path.endsWith("/private-vulnerability-reporting") ? true : before.privateReporting,
  };
}

/** Throws where a change would ask for less than what there is: a fault of ours, which must reach nobody's settings. */
export function assertNotLooser(before: ProtectedSettings, after: ProtectedSettings): void {
  const problems = loosened(before, after);
  if (problems.length > 0)
    throw new Error(`a fix would loosen a setting, and is not carried out: ${problems.join("; ")}`);
}

/** What a ruleset would ask for that it does not now, for people. */
export function rulesetChanges(before: OwnRuleset | null, after: OwnRuleset): readonly string[] {
  const now = before === null ? [] : linesOf(before);
  const then = linesOf(after);
  return [
    before === null ? `a ruleset “${rulesetName}” is made` : `the ruleset “${rulesetName}” is corrected`,
    ...then.filter((line) => !now.includes(line)).map((line) => `+ ${line}`),
    ...now.filter((line) => !then.includes(line)).map((line) => `- ${line}`),
  ];
}

function linesOf({ enforcement, include, exclude, bypass, rules }: OwnRuleset): readonly string[] {
  return [
    `enforcement: ${enforcement}`,
    ...include.map((one) => `for ${one}`),
    ...exclude.map((one) => `not for ${one}`),
    ...bypass.map(({ type, id, mode }) => `${type} ${id ?? ""} may bypass it (${mode})`),
    ...rules.flatMap(({ type, parameters }) =>
      parameters === undefined || Object.keys(parameters).length === 0
        ? [type]
        : Object.entries(parameters).map(([name, value]) => `${type}: ${name}: ${JSON.stringify(value)}`),
    ),
  ];
}
