import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { verbs } from "../../../src/core/incident/commands.ts";
import { allChecks } from "../../../src/core/posture/all-checks.ts";
import type { BranchRequirements } from "../../../src/core/posture/branch.ts";
import type { Judgement } from "../../../src/core/posture/check.ts";
import { chosenChecks, evaluatePosture, factsNeeded, judge, scoreOf } from "../../../src/core/posture/evaluate.ts";
import { known, unknown } from "../../../src/core/posture/fact.ts";
import type { Facts, StoredSecret } from "../../../src/core/posture/facts.ts";
import { postureDefaults, type PostureTerms } from "../../../src/core/posture/terms.ts";

const now = "2026-11-26T12:00:00Z";
const terms: PostureTerms = { ...postureDefaults, appId: 42, checkName: "Keyward" };

/** What a source asks for that asks for everything. */
const strict: BranchRequirements = {
  reviews: 2,
  dismissesStaleReviews: true,
  codeOwnerReview: true,
  checks: [{ context: "Keyward", appId: 42 }],
  blocksForcePushes: true,
  blocksDeletion: true,
  conversationsResolved: true,
  signedCommits: true,
  linearHistory: true,
  bypass: [],
};

const lax: BranchRequirements = {
  reviews: 0,
  dismissesStaleReviews: false,
  codeOwnerReview: false,
  checks: [],
  blocksForcePushes: false,
  blocksDeletion: false,
  conversationsResolved: false,
  signedCommits: false,
  linearHistory: false,
  bypass: [{ who: "every administrator", openly: false }],
};

const missing = unknown("not told", "administration: read");

const branch = (classic: unknown, rules: unknown): Facts["branches"] =>
  known([{ branch: "main", classic, rules }]) as Facts["branches"];

const nothingKnown: Facts = {
  repository: missing,
  branches: missing,
  tree: missing,
  sharedPolicy: missing,
  workflows: missing,
  workflowDefaults: missing,
  secrets: missing,
  deployKeys: missing,
  webhooks: missing,
  security: missing,
  privateReporting: missing,
  sensitiveFiles: missing,
  organization: missing,
  organizationSecrets: missing,
  organizationWebhooks: missing,
  accessTokens: missing,
  ipAllowList: missing,
};

const judged = (id: string, facts: Partial<Facts>): Judgement => {
  const check = allChecks.find((one) => one.id === id);
  if (check === undefined) throw new Error(`no check ${id}`);
  return judge(check, { ...nothingKnown, ...facts }, terms, now);
};

const secret = (fields: Partial<StoredSecret>): StoredSecret => ({
  store: "actions",
  environment: null,
  name: "DEPLOY",
  createdAt: "2020-01-01T00:00:00Z",
  updatedAt: "2026-11-20T00:00:00Z",
  ...fields,
});

test("every check is in the list, under the name of its file", () => {
  const files = readdirSync(new URL("../../../src/core/posture/checks", import.meta.url));
  expect(allChecks.map(({ id }) => `${id}.ts`).toSorted()).toEqual(files.toSorted());
});

test("what is not known is inconclusive, whatever the claim, and names the permission", () => {
  for (const { id } of allChecks)
    expect({ id, ...judged(id, {}) }).toMatchObject({
      id,
      outcome: "inconclusive",
      permissions: ["administration: read"],
    });
});

describe("a branch", () => {
  const claims = allChecks.filter(({ id, needs }) => needs.includes("branches") && id !== "nobody-bypasses");

  test.each([
    ["classic protection alone", known(strict), known(null), "pass"],
    ["rulesets alone", known(null), known(strict), "pass"],
    ["both", known(strict), known(strict), "pass"],
    ["a lax source beside a strict one", known(lax), known(strict), "pass"],
    ["neither", known(null), known(null), "fail"],
    ["two lax sources", known(lax), known(lax), "fail"],
    ["one strict source while the other is not known", known(strict), missing, "pass"],
    ["one lax source while the other is not known", missing, known(lax), "inconclusive"],
    ["nothing known", missing, missing, "inconclusive"],
  ])("with %s", (_, classic, rules, outcome) => {
    for (const { id } of claims)
      expect({ id, outcome: judged(id, { branches: branch(classic, rules) }).outcome }).toEqual({ id, outcome });
  });

  test("does not exist in an empty repository", () => {
    for (const { id } of claims) expect(judged(id, { branches: known([]) }).outcome).toBe("not-applicable");
  });

  test("needs as many reviews as the terms say", () => {
    const one = branch(known({ ...strict, reviews: 1 }), known(null));
    expect(judged("reviews-required", { branches: one })).toEqual({
      outcome: "fail",
      evidence: ["main: classic protection: 1 of 2 approving reviews required", "main: rulesets: none"],
    });
  });

  test.each([
    ["required from this app", 42, "pass"],
    ["required from any source", null, "fail"],
    ["required from another app", 43, "fail"],
  ])("with the check %s", (_, appId, outcome) => {
    const rules = known({ ...strict, checks: [{ context: "Keyward", appId }] });
    expect(judged("keyward-required", { branches: branch(known(null), rules) }).outcome).toBe(outcome);
  });

  test.each([
    ["nobody", [], "pass"],
    ["somebody", [{ who: "every administrator (ruleset main)", openly: false }], "fail"],
    ["somebody, in pull requests only,", [{ who: "every administrator (ruleset main)", openly: true }], "pass"],
    ["nobody knows who", null, "inconclusive"],
  ])("that %s may bypass", (_, bypass, outcome) => {
    const rules = known({ ...strict, bypass });
    expect(judged("nobody-bypasses", { branches: branch(known(null), rules) }).outcome).toBe(outcome);
  });
});

describe("files", () => {
  const tree = (paths: readonly string[], ignore = ""): Facts["tree"] =>
    known({ paths, ignoreFiles: [{ folder: "", text: ignore }] });

  test("of a stack must be ignored where the stack is", () => {
    const told = (paths: readonly string[]): string =>
      judged("sensitive-files-ignored", { tree: tree(paths, "") }).evidence.join("\n");
    expect(told(["infra/main.tf"])).toMatch(/^Terraform state and variables: \*\.tfstate, /m);
    expect(told(["src/a.ts"])).not.toMatch(/Terraform/);
  });

  test("that are ignored and taken back in are not ignored", () => {
    const open = judged("sensitive-files-ignored", { tree: tree([], ".env\n!.env\n") }).evidence;
    expect(open.join("\n")).toMatch(/^environment files: \.env, /m);
  });
});

describe("stored secrets", () => {
  test.each([
    ["fresh", secret({}), "pass"],
    ["of production, 91 days old", secret({ environment: "production", updatedAt: "2026-08-27T00:00:00Z" }), "fail"],
    ["of production, 80 days old", secret({ environment: "production", updatedAt: "2026-09-07T00:00:00Z" }), "pass"],
    ["of no environment, 170 days old", secret({ updatedAt: "2026-06-09T00:00:00Z" }), "pass"],
    ["of no environment, 190 days old", secret({ updatedAt: "2026-05-20T00:00:00Z" }), "fail"],
    ["of a test environment, 300 days old", secret({ environment: "Test", updatedAt: "2026-01-30T00:00:00Z" }), "pass"],
    ["of a test environment, 400 days old", secret({ environment: "test", updatedAt: "2025-10-22T00:00:00Z" }), "fail"],
  ])("%s", (_, one, outcome) => {
    expect(judged("stored-secrets-rotated", { secrets: known({ secrets: [one], unread: [] }) }).outcome).toBe(outcome);
  });

  test("that will be too old soon are named before they are late", () => {
    const one = secret({ environment: "production", updatedAt: "2026-09-07T00:00:00Z" });
    expect(judged("stored-secrets-rotated", { secrets: known({ secrets: [one], unread: [] }) }).evidence[0]).toBe(
      "secret DEPLOY of the environment production: 80 days old (high), to be rotated by 2026-12-06",
    );
  });

  test("that do not exist cannot be late", () => {
    expect(judged("stored-secrets-rotated", { secrets: known({ secrets: [], unread: [] }) }).outcome).toBe(
      "not-applicable",
    );
  });
});

describe("deploy keys", () => {
  const keys = (fields: object): Partial<Facts> => ({
    deployKeys: known([
      { id: 1, title: "k", readOnly: true, createdAt: "2026-11-01T00:00:00Z", lastUsedAt: null, ...fields },
    ]),
  });

  test.each([
    ["deploy-keys-in-use", { lastUsedAt: "2026-11-20T00:00:00Z", createdAt: "2020-01-01T00:00:00Z" }, "pass"],
    ["deploy-keys-in-use", { lastUsedAt: null }, "pass"],
    ["deploy-keys-in-use", { lastUsedAt: null, createdAt: "2026-01-01T00:00:00Z" }, "fail"],
    ["deploy-keys-in-use", { lastUsedAt: "2026-01-01T00:00:00Z" }, "fail"],
    ["deploy-keys-rotated", {}, "pass"],
    ["deploy-keys-rotated", { createdAt: "2026-01-01T00:00:00Z" }, "fail"],
    ["deploy-keys-read-only", {}, "pass"],
    ["deploy-keys-read-only", { readOnly: false }, "fail"],
  ])("%s, of %j", (id, fields, outcome) => {
    expect(judged(id, keys(fields)).outcome).toBe(outcome);
  });

  test.each(["deploy-keys-in-use", "deploy-keys-rotated", "deploy-keys-read-only"])("%s, of none", (id) => {
    expect(judged(id, { deployKeys: known([]) }).outcome).toBe("not-applicable");
  });
});

describe("webhooks", () => {
  const fine = { id: 1, host: "example.com", https: true, verifiesCertificate: true, hasSecret: true, active: true };
  test.each([
    ["over TLS, signed", fine, "pass"],
    ["over plain HTTP", { ...fine, https: false }, "fail"],
    ["that take any certificate", { ...fine, verifiesCertificate: false }, "fail"],
    ["without a secret", { ...fine, hasSecret: false }, "fail"],
    ["that are off", { ...fine, https: false, active: false }, "not-applicable"],
  ])("%s", (_, hook, outcome) => {
    expect(judged("webhooks-secured", { webhooks: known([hook]) }).outcome).toBe(outcome);
  });
});

describe("workflows", () => {
  const commit = "0123456789".repeat(4);
  const workflow = (...steps: readonly string[]): string =>
    ["on: [push]", "jobs:", "  a:", "    steps:", ...steps.map((step) => `      - ${step}`)].join("\n");
  const target = (step: string): string => workflow(step).replace("[push]", "{ pull_request_target: {} }");
  const head = "uses: actions/checkout@v5\n        with: { ref: '${{ github.event.pull_request.head.sha }}' }";

  test.each([
    ["actions-pinned", workflow("uses: a/b@v1"), "fail"],
    ["actions-pinned", workflow("uses: a/b@main"), "fail"],
    ["actions-pinned", workflow(`uses: a/b@${commit}`), "pass"],
    ["actions-pinned", workflow("uses: actions/checkout@v5"), "pass"],
    ["actions-pinned", workflow("uses: ./local"), "pass"],
    ["actions-pinned", workflow("uses: docker://alpine:3"), "fail"],
    ["actions-pinned", "jobs:\n  a:\n    uses: a/b/.github/workflows/x.yml@v1", "fail"],
    ["forks-not-trusted", target(head), "fail"],
    ["forks-not-trusted", workflow(head), "pass"],
    ["forks-not-trusted", target("uses: actions/checkout@v5"), "pass"],
    ["forks-not-trusted", target("run: gh pr checkout 1"), "fail"],
    ["secrets-not-on-command-lines", workflow("run: deploy ${{ secrets.KEY }}"), "fail"],
    ["secrets-not-on-command-lines", workflow("run: |\n          a\n          echo ${{secrets.KEY}}"), "fail"],
    ["secrets-not-on-command-lines", workflow("run: deploy\n        env: { K: '${{ secrets.KEY }}' }"), "pass"],
    [
      "cloud-access-temporary",
      workflow(`uses: aws-actions/configure-aws-credentials@${commit}\n        with: { role-to-assume: r }`),
      "pass",
    ],
    [
      "cloud-access-temporary",
      workflow(`uses: google-github-actions/auth@${commit}\n        with: { credentials_json: x }`),
      "fail",
    ],
    ["cloud-access-temporary", workflow(`uses: azure/login@${commit}\n        with: { creds: x }`), "fail"],
    ["actions-pinned", "jobs: [", "inconclusive"],
    ["actions-pinned", "just text", "inconclusive"],
  ])("%s, of %j", (id, text, outcome) => {
    const workflows = known([{ path: ".github/workflows/x.yml", text }]);
    expect(judged(id, { workflows }).outcome).toBe(outcome);
  });

  test("that print a secret are told with the line and the secret's name, never more", () => {
    const workflows = known([{ path: ".github/workflows/x.yml", text: workflow("run: echo ${{ secrets.KEY }}") }]);
    expect(judged("secrets-not-on-command-lines", { workflows }).evidence).toEqual([
      ".github/workflows/x.yml:5: the secret KEY is printed by a script",
    ]);
  });

  test("that do not exist have no claims", () => {
    for (const { id } of allChecks.filter(({ needs }) => needs.includes("workflows")))
      expect(judged(id, { workflows: known([]) }).outcome).toBe("not-applicable");
  });
});

describe("settings", () => {
  const organization = {
    twoFactorRequired: true,
    basePermission: "read",
    membersCreatePublicRepositories: false,
  } as const;

  test.each<[string, Partial<Facts>, Judgement["outcome"]]>([
    ["workflow-token-read-only", { workflowDefaults: known({ token: "read", canApproveReviews: true }) }, "pass"],
    ["workflow-token-read-only", { workflowDefaults: known({ token: "write", canApproveReviews: true }) }, "fail"],
    ["workflows-cannot-approve", { workflowDefaults: known({ token: "read", canApproveReviews: true }) }, "fail"],
    ["workflows-cannot-approve", { workflowDefaults: known({ token: "read", canApproveReviews: false }) }, "pass"],
    ["secret-scanning-on", { security: known({ secretScanning: true, pushProtection: null }) }, "pass"],
    ["secret-scanning-on", { security: known({ secretScanning: false, pushProtection: null }) }, "fail"],
    ["push-protection-on", { security: known({ secretScanning: true, pushProtection: null }) }, "not-applicable"],
    ["push-protection-on", { security: known({ secretScanning: true, pushProtection: true }) }, "pass"],
    ["two-factor-required", { organization: known(organization) }, "pass"],
    ["two-factor-required", { organization: known({ ...organization, twoFactorRequired: false }) }, "fail"],
    ["base-permission-limited", { organization: known(organization) }, "pass"],
    ["base-permission-limited", { organization: known({ ...organization, basePermission: "write" }) }, "fail"],
    ["public-repositories-restricted", { organization: known(organization) }, "pass"],
    [
      "public-repositories-restricted",
      { organization: known({ ...organization, membersCreatePublicRepositories: true }) },
      "fail",
    ],
  ])("%s, of %j", (id, facts, outcome) => {
    expect(judged(id, facts).outcome).toBe(outcome);
  });

  test.each([
    ["public", true, "pass"],
    ["public", false, "fail"],
    ["private", false, "not-applicable"],
  ] as const)("private reporting of a %s repository, set to %s", (visibility, on, outcome) => {
    const repository = known({
      visibility,
      archived: false,
      ownedBy: "organization" as const,
      defaultBranch: "main",
      properties: {},
    });
    expect(judged("private-reporting-on", { repository, privateReporting: known(on) }).outcome).toBe(outcome);
  });

  test.each([
    ["security-policy-present", "SECURITY.md", "pass"],
    ["security-policy-present", "docs/security.md", "pass"],
    ["security-policy-present", "src/SECURITY.md", "fail"],
    ["code-owners-present", ".github/CODEOWNERS", "pass"],
    ["code-owners-present", "a/CODEOWNERS", "fail"],
  ])("%s, with %s", (id, path, outcome) => {
    expect(judged(id, { sharedPolicy: known(null), tree: known({ paths: [path], ignoreFiles: [] }) }).outcome).toBe(
      outcome,
    );
  });
});

describe("the choice of checks", () => {
  test("leaves out optional claims that nobody asked for", () => {
    const ids = (optional: readonly string[]): readonly string[] =>
      chosenChecks(allChecks, "repository", { ...terms, optional }).map(({ id }) => id);
    expect(ids([])).not.toContain("commits-signed");
    expect(ids(["commits-signed"])).toContain("commits-signed");
  });
});

test("the score counts what applies, and what is not known as not true", () => {
  const [check] = allChecks;
  if (check === undefined) throw new Error("no checks");
  const of = (...outcomes: Judgement["outcome"][]): number | null =>
    scoreOf(outcomes.map((outcome) => ({ check, outcome, evidence: [], permissions: [], waived: false, waivers: [] })));
  expect(of("pass", "pass", "fail", "inconclusive", "not-applicable")).toBe(50);
  expect(of("not-applicable")).toBeNull();
});

describe("docs/checklist.md", () => {
  const root = new URL("../../../", import.meta.url);
  const text = readFileSync(new URL("docs/checklist.md", root), "utf8");
  const named = (pattern: RegExp): readonly string[] => [
    ...new Set([...text.matchAll(pattern)].map(([, name]) => name ?? "")),
  ];

  test("names every claim that exists, and no other", () => {
    expect(named(/claim `([a-z-]+)`/g).toSorted()).toEqual(allChecks.map(({ id }) => id).toSorted());
  });

  test("names commands, comments and documents that exist", () => {
    const commands = readdirSync(new URL("src/app/cli/commands", root)).map((file) => file.replace(/\.ts$/, ""));
    const asked = named(/`keyward ([a-z ]+?)(?: --[a-z]+)?`/g);
    expect(asked.map((words) => words.replace(" ", "-")).filter((name) => !commands.includes(name))).toEqual([]);
    const said = named(/`\/keyward ([a-z]+)`/g);
    expect(said.filter((verb) => !verbs.some((one) => one === verb))).toEqual([]);
    const linked = named(/\]\(([a-z-]+\.md)\)/g);
    expect(linked.filter((file) => !existsSync(new URL(`docs/${file}`, root)))).toEqual([]);
    for (const found of [asked, said, linked]) expect(found.length).toBeGreaterThan(2);
  });

  test("says of every line what is done", () => {
    const rows = text.split("\n").filter((line) => /^\| (?!Line|-)/.test(line));
    const words = new Set(["checks", "blocks", "files", "fixes", "verifies", "asks"]);
    expect(rows.length).toBeGreaterThan(45);
    for (const row of rows) {
      const [, line = "", does = "", by = ""] = row.split("|").map((cell) => cell.trim());
      expect({ line, unknown: does.split(", ").filter((word) => !words.has(word)) }).toEqual({ line, unknown: [] });
      expect({ line, by }).toEqual({ line, by: expect.stringMatching(/./) as string });
    }
  });
});

test("of files that are as they were nothing is asked again but what may hold in their stead", () => {
  const check = allChecks.find(({ id }) => id === "security-policy-present");
  if (check === undefined) throw new Error("no claim security-policy-present");
  const own = check.evaluate({ ...nothingKnown, tree: known({ paths: [], ignoreFiles: [] }) }, terms, now);
  const remembered = new Map([[check.id, own]]);
  expect([...factsNeeded([check], remembered)]).toEqual(["sharedPolicy"]);
  const facts = { ...nothingKnown, sharedPolicy: known("acme/.github/SECURITY.md") };
  const [shared] = evaluatePosture([check], facts, terms, [], now, remembered);
  expect(shared).toMatchObject({ outcome: "pass", own: { outcome: "fail" } });
  const [gone] = evaluatePosture([check], { ...facts, sharedPolicy: known(null) }, terms, [], now, remembered);
  expect(gone?.outcome).toBe("fail");
});
