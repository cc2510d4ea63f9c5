import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { loosened, type ProtectedSettings } from "../../../../src/core/posture/fixes/loosened.ts";
import {
  bypassModes,
  enforcements,
  type OwnRuleset,
  type RulesetNeeds,
  strengthened,
} from "../../../../src/core/posture/fixes/own-ruleset.ts";

const settings = (ruleset: OwnRuleset | null): ProtectedSettings => ({
  ruleset,
  workflowToken: null,
  workflowsApprove: null,
  secretScanning: null,
  pushProtection: null,
  privateReporting: null,
});

const refs = fc.constantFrom("~DEFAULT_BRANCH", "~ALL", "refs/heads/main", "refs/heads/release/*", "refs/heads/topic");
const check = fc.record(
  { context: fc.constantFrom("Keyward", "build"), integration_id: fc.constantFrom(null, 42, 43) },
  { requiredKeys: ["context"] },
);
const pullRequest = fc.record({
  type: fc.constant("pull_request"),
  parameters: fc.record({
    required_approving_review_count: fc.nat(6),
    dismiss_stale_reviews_on_push: fc.boolean(),
    require_code_owner_review: fc.boolean(),
    require_last_push_approval: fc.boolean(),
    required_review_thread_resolution: fc.boolean(),
    allowed_merge_methods: fc.subarray(["merge", "squash", "rebase"], { minLength: 1 }),
  }),
});
const statusChecks = fc.record({
  type: fc.constant("required_status_checks"),
  parameters: fc.record({
    strict_required_status_checks_policy: fc.boolean(),
    do_not_enforce_on_create: fc.boolean(),
    required_status_checks: fc.array(check, { maxLength: 3 }),
  }),
});
const other = fc.record({
  type: fc.constantFrom("deletion", "non_fast_forward", "required_signatures", "branch_name_pattern"),
});
const ruleset: fc.Arbitrary<OwnRuleset> = fc.record({
  enforcement: fc.constantFrom(...enforcements),
  include: fc.uniqueArray(refs),
  exclude: fc.uniqueArray(refs),
  bypass: fc.array(
    fc.record({
      type: fc.constantFrom("Team", "Integration"),
      id: fc.constantFrom(1, 2, null),
      mode: fc.constantFrom(...bypassModes),
    }),
    { maxLength: 3 },
  ),
  rules: fc.array(fc.oneof(pullRequest, statusChecks, other), { maxLength: 4 }),
});
const needs: fc.Arbitrary<RulesetNeeds> = fc.record({
  include: fc.uniqueArray(refs, { minLength: 1 }),
  reviews: fc.nat(6),
  dismissesStaleReviews: fc.boolean(),
  codeOwnerReview: fc.boolean(),
  conversationsResolved: fc.boolean(),
  check: fc.constantFrom(null, { context: "Keyward", appId: 42 }),
  rules: fc.subarray(["deletion", "non_fast_forward", "required_signatures", "required_linear_history"]),
  nobodyBypasses: fc.boolean(),
});

const nothingNeeded: RulesetNeeds = {
  include: [],
  reviews: 0,
  dismissesStaleReviews: false,
  codeOwnerReview: false,
  conversationsResolved: false,
  check: null,
  rules: [],
  nobodyBypasses: false,
};

describe("a ruleset that is strengthened", () => {
  test("asks for at least as much as before in every respect, whatever it was", () => {
    fc.assert(
      fc.property(fc.option(ruleset), needs, (before, wanted) => {
        expect(loosened(settings(before), settings(strengthened(before, wanted)))).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });

  test("asks for what is needed, and is not changed by being asked again", () => {
    fc.assert(
      fc.property(fc.option(ruleset), needs, (before, wanted) => {
        const after = strengthened(before, wanted);
        expect(strengthened(after, wanted)).toEqual(after);
        // At least as strict as one that has the needs alone, but for what people made weaker before.
        const alone = { ...strengthened(null, wanted), exclude: after.exclude, bypass: after.bypass };
        const lacking = loosened(settings(alone), settings(after));
        expect(lacking.filter((one) => !one.includes("do_not_enforce_on_create"))).toEqual([]);
        expect(after.enforcement).toBe("active");
        expect(wanted.nobodyBypasses ? after.bypass : []).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });

  test("keeps rules it knows nothing of", () => {
    const before = strengthened(null, nothingNeeded);
    const odd = { type: "code_scanning", parameters: { code_scanning_tools: [{ tool: "x" }] } };
    const after = strengthened(
      { ...before, rules: [odd] },
      { ...nothingNeeded, include: ["~DEFAULT_BRANCH"], reviews: 2 },
    );
    expect(after.rules[0]).toEqual(odd);
  });

  test("requires the check from this app instead of from anywhere, and beside another app's", () => {
    const rule = (...checks: readonly object[]): OwnRuleset["rules"] => [
      { type: "required_status_checks", parameters: { required_status_checks: checks } },
    ];
    const before = {
      ...strengthened(null, nothingNeeded),
      rules: rule({ context: "Keyward" }, { context: "Keyward", integration_id: 7 }),
    };
    const after = strengthened(before, { ...nothingNeeded, check: { context: "Keyward", appId: 42 } });
    expect(after.rules[0]?.parameters?.["required_status_checks"]).toEqual([
      { context: "Keyward", integration_id: 7 },
      { context: "Keyward", integration_id: 42 },
    ]);
  });
});

describe("what is looser", () => {
  const full = strengthened(null, {
    include: ["~DEFAULT_BRANCH"],
    reviews: 2,
    dismissesStaleReviews: true,
    codeOwnerReview: true,
    conversationsResolved: true,
    check: { context: "Keyward", appId: 42 },
    rules: ["deletion", "non_fast_forward"],
    nobodyBypasses: true,
  });
  const withPull = (name: string, value: unknown): OwnRuleset => ({
    ...full,
    rules: full.rules.map((rule) =>
      rule.type === "pull_request" ? { ...rule, parameters: { ...rule.parameters, [name]: value } } : rule,
    ),
  });
  const withCheck = (check: object): OwnRuleset => ({
    ...full,
    rules: full.rules.map((rule) =>
      rule.type === "required_status_checks"
        ? { ...rule, parameters: { ...rule.parameters, required_status_checks: [check] } }
        : rule,
    ),
  });

  test.each<[string, OwnRuleset | null]>([
    ["no ruleset", null],
    ["one that is evaluated only", { ...full, enforcement: "evaluate" }],
    ["one for no branch", { ...full, include: [] }],
    ["one that leaves a branch out", { ...full, exclude: ["refs/heads/main"] }],
    ["one that somebody may bypass", { ...full, bypass: [{ type: "Team", id: 1, mode: "pull_request" }] }],
    ["one with a rule less", { ...full, rules: full.rules.slice(1) }],
    ["one review less", withPull("required_approving_review_count", 1)],
    ["stale reviews that count", withPull("dismiss_stale_reviews_on_push", false)],
    ["code owners who need not review", withPull("require_code_owner_review", false)],
    ["the check from anywhere", withCheck({ context: "Keyward" })],
    ["another check", withCheck({ context: "build", integration_id: 42 })],
  ])("%s", (_, after) => {
    expect(loosened(settings(full), settings(after))).not.toEqual([]);
  });

  test("another way to merge, where some are allowed", () => {
    const squash = settings(withPull("allowed_merge_methods", ["squash"]));
    expect(loosened(settings(full), squash)).toEqual([]);
    expect(loosened(squash, settings(withPull("allowed_merge_methods", ["squash", "merge"])))).not.toEqual([]);
    expect(loosened(squash, settings(full))).not.toEqual([]);
  });

  test("settings that are switched off", () => {
    const on: ProtectedSettings = {
      ruleset: null,
      workflowToken: "read",
      workflowsApprove: false,
      secretScanning: true,
      pushProtection: true,
      privateReporting: true,
    };
    expect(loosened(on, on)).toEqual([]);
    expect(
      loosened(on, {
        ruleset: null,
        workflowToken: "write",
        workflowsApprove: true,
        secretScanning: false,
        pushProtection: null,
        privateReporting: false,
      }),
    ).toHaveLength(5);
  });
});
