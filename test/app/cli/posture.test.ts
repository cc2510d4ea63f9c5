import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { readManifest } from "../../github/app-manifest.ts";
import { startLocalGithub, type LocalGithub } from "../../github/local-github.ts";
import type { LocalRepository } from "../../github/local-repository.ts";
import { endFaithfully } from "../../github/testing/faithful.ts";
import { startWorkTree, type WorkTree } from "../../github/work-tree.ts";
import { carefulRules } from "../../support/careful-rules.ts";
import { newToken } from "../../support/tokens.ts";
import { runKeyward, type CliRun } from "../../support/keyward-cli.ts";

let github: LocalGithub;
let careful: LocalRepository;
let careless: LocalRepository;
const trees: WorkTree[] = [];

const permissions = {
  ...readManifest().permissions,
  administration: "write",
  repository_hooks: "read",
  organization_administration: "read",
  codespaces_secrets: "read",
  organization_dependabot_secrets: "read",
  organization_codespaces_secrets: "read",
  organization_hooks: "read",
  organization_personal_access_tokens: "read",
} as const;

const ignored = [
  ".env",
  ".env.*",
  "*.env",
  "!.env.example",
  "*.key",
  "id_*",
  "*.ppk",
  "*.pem",
  "*.p12",
  "*.pfx",
  ".aws/",
  "*service-account*.json",
  "*credentials*.json",
  "application_default_credentials.json",
  ".pypirc",
  ".netrc",
  ".dockercfg",
  ".pgpass",
  ".my.cnf",
  ".htpasswd",
  "*.kdbx",
  ".claude/settings.local.json",
  ".cursor/mcp.json",
  ".mcp.local.json",
];

const pinned = `someone/action@${"0123456789".repeat(4)}`;

const safeWorkflow = `on: [push]
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
      - uses: ${pinned}
      - run: deploy
        env:
          TOKEN: \${{ secrets.DEPLOY }}
`;

const unsafeWorkflow = `on:
  pull_request_target:
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
        with:
          ref: \${{ github.event.pull_request.head.sha }}
      - uses: someone/action@v1
      - uses: aws-actions/configure-aws-credentials@${"0123456789".repeat(4)}
        with:
          aws-access-key-id: \${{ secrets.AWS_ID }}
      - run: echo \${{ secrets.DEPLOY }}
`;

const ago = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString().replace(/\.\d+/, "");

beforeAll(async () => {
  github = await startLocalGithub({ permissions });
  github.createOrganization("acme");
  github.setOrganization("acme", {
    twoFactorRequired: true,
    basePermission: "read",
    membersCreatePublicRepositories: false,
    ipAllowList: true,
  });
  careful = await github.createRepository({ owner: "acme", name: "careful", visibility: "public" });
  careless = await github.createRepository({ owner: "acme", name: "careless" });
  const [first, second] = [await startWorkTree(careful), await startWorkTree(careless)];
  trees.push(first, second);
  await first.commit({
    message: "all in order",
    files: [
      [".gitignore", `${ignored.join("\n")}\n`],
      [".github/workflows/ci.yml", safeWorkflow],
      [".github/CODEOWNERS", "* @acme/owners\n"],
      ["SECURITY.md", "Write to us.\n"],
      ["certs/ca.pem", "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"],
      [".npmrc", "fund=false\n"],
    ],
  });
  await second.commit({
    message: "nothing in order",
    files: [
      [".env", "MODE=test\n"],
      [".npmrc", `//npm.pkg.github.com/:_authToken=${newToken()}\n`],
      [".github/workflows/ci.yml", unsafeWorkflow],
    ],
  });
  await first.push("main");
  await second.push("main");
  careful.set({
    rulesets: [{ id: 7, name: "main", ...carefulRules(github.app.id) }],
    secrets: { actions: [{ name: "DEPLOY", createdAt: ago(400), updatedAt: ago(10) }] },
    deployKeys: [{ title: "mirror", readOnly: true, createdAt: ago(20), lastUsed: ago(1) }],
    webhooks: [{ url: "https://hooks.example.com/x", insecureSsl: "0", secret: true }],
    secretScanning: true,
    pushProtection: true,
    privateReporting: true,
  });
  careless.set({
    secrets: { "environment/production": [{ name: "KEY", createdAt: ago(400), updatedAt: ago(120) }] },
    deployKeys: [{ title: "old", readOnly: false, createdAt: ago(500), lastUsed: null }],
    webhooks: [{ url: "http://hooks.example.com/x", insecureSsl: "0", secret: false }],
    workflowToken: "write",
    workflowsApprove: true,
  });
});

afterAll(() => endFaithfully(github, ...trees));

const claims = z.object({
  score: z.number().nullable(),
  results: z.array(
    z.object({
      claim: z.string(),
      result: z.string(),
      evidence: z.array(z.string()),
      permissions: z.array(z.string()).optional(),
    }),
  ),
});

const posture = (...args: readonly string[]): Promise<CliRun> =>
  runKeyward(process.cwd(), ["posture", ...args], {
    env: {
      APP_ID: String(github.app.id),
      PRIVATE_KEY: github.app.privateKey,
      WEBHOOK_SECRET: github.app.webhookSecret,
      GITHUB_API_URL: github.apiUrl,
      LOG_LEVEL: "silent",
    },
  });

describe("keyward posture", () => {
  test("of a repository in order says so, and ends with 0", async () => {
    const run = await posture("acme/careful", "--json");
    expect(run.stderr).toBe("");
    const { results, score } = claims.parse(JSON.parse(run.stdout));
    const notTrue = results.filter(({ result }) => result !== "pass" && result !== "not-applicable");
    expect(notTrue).toEqual([]);
    expect(score).toBe(100);
    expect(run.code).toBe(0);
  });

  test("of one that is not tells what is wrong and what to do, and ends with 1", async () => {
    const run = await posture("acme/careless", "--json");
    const { results } = claims.parse(JSON.parse(run.stdout));
    const failed = new Map(results.filter(({ result }) => result === "fail").map((one) => [one.claim, one.evidence]));
    expect([...failed.keys()]).toEqual([
      "branch-protected",
      "reviews-required",
      "stale-reviews-dismissed",
      "code-owner-review-required",
      "keyward-required",
      "force-pushes-blocked",
      "deletion-blocked",
      "sensitive-files-ignored",
      "sensitive-files-untracked",
      "stored-secrets-rotated",
      "deploy-keys-rotated",
      "deploy-keys-in-use",
      "deploy-keys-read-only",
      "webhooks-secured",
      "workflow-token-read-only",
      "workflows-cannot-approve",
      "forks-not-trusted",
      "secrets-not-on-command-lines",
      "cloud-access-temporary",
      "actions-pinned",
      "secret-scanning-on",
      "push-protection-on",
      "security-policy-present",
      "code-owners-present",
    ]);
    expect(failed.get("actions-pinned")).toEqual([
      ".github/workflows/ci.yml:10: someone/action@v1 is not pinned to a commit",
    ]);
    expect(failed.get("stored-secrets-rotated")?.[0]).toMatch(
      /^secret KEY of the environment production: 120 days old \(high\), was due \d{4}-\d{2}-\d{2}$/,
    );
    expect(failed.get("sensitive-files-untracked")).toEqual([
      ".env (environment files; no credential recognized in it): git rm --cached -- .env",
      `.npmrc (settings that can hold a token; holds GitHub personal access token (classic)): git rm --cached -- .npmrc`,
    ]);
    expect(run.code).toBe(1);
  });

  test("is a table for people", async () => {
    const run = await posture("acme/careless");
    expect(run.stdout).toMatch(/^FAIL +keyward-required +A change cannot be merged without this app's verdict$/m);
    expect(run.stdout).toMatch(/→ In the ruleset of the branch: Block force pushes\./);
    expect(run.stdout).toMatch(/\d+ true, \d+ false, 0 not known, \d+ do not apply; score \d+ of 100\.\n$/);
  });

  test("plan shows what would be put right by which requests, and changes nothing", async () => {
    const nothing = await posture("plan", "acme/careless");
    expect(nothing.stdout).toMatch(/^Nothing to fix, as far as the configuration asks for it/);
    const run = await posture("plan", "acme/careless", "--as", "enforce");
    expect(run.stderr).toBe("");
    expect(run.stdout).toMatch(
      /^gitignore \(enforce\): cannot fix: missing permission contents: write, pull_requests: write$/m,
    );
    expect(run.stdout).toMatch(/^ruleset \(enforce\): is set, and set back when it changes$/m);
    expect(run.stdout).toMatch(/^ {4}→ POST \/repos\/acme\/careless\/rulesets \{"name":"Keyward",/m);
    const json = await posture("plan", "acme/careless", "--as", "report", "--json");
    const { steps } = z
      .object({
        steps: z.array(z.object({ about: z.string(), carriedOut: z.boolean(), requests: z.array(z.unknown()) })),
      })
      .parse(JSON.parse(json.stdout));
    expect(steps.map(({ about }) => about)).toEqual([
      "gitignore",
      "actions-pinned",
      "ruleset",
      "workflow-defaults",
      "security-features",
    ]);
    expect(steps.some(({ carriedOut }) => carriedOut)).toBe(false);
    const written = github.requests.filter(({ actor, method }) => actor.startsWith("installation") && method !== "GET");
    expect(written.filter(({ operation }) => operation !== "graphql")).toEqual([]);
  });

  test("classic protection counts as rulesets do", async () => {
    careless.set({
      protection: {
        main: {
          required_pull_request_reviews: {
            dismiss_stale_reviews: true,
            require_code_owner_reviews: false,
            required_approving_review_count: 2,
          },
          required_status_checks: { contexts: ["Keyward"], checks: [{ context: "Keyward", app_id: null }] },
          enforce_admins: { url: `${github.apiUrl}/x`, enabled: false },
          allow_force_pushes: { enabled: false },
          allow_deletions: { enabled: true },
        },
      },
    });
    const { results } = claims.parse(JSON.parse((await posture("acme/careless", "--json")).stdout));
    const of = new Map(results.map((one) => [one.claim, one]));
    expect(of.get("reviews-required")?.result).toBe("pass");
    expect(of.get("force-pushes-blocked")?.result).toBe("pass");
    expect(of.get("deletion-blocked")?.result).toBe("fail");
    expect(of.get("keyward-required")?.evidence[0]).toMatch(/from any source/);
    expect(of.get("nobody-bypasses")?.evidence).toEqual([
      "main: classic protection: every administrator may bypass it",
    ]);
  });

  test("where the app is not installed says so, and ends with 2", async () => {
    const run = await posture("acme/nowhere");
    expect(run.stderr).toMatch(/not installed on acme\/nowhere/);
    expect(run.code).toBe(2);
  });
});

test("what the app may not know is not known, names the permission, and is never true", async () => {
  const poor = await startLocalGithub({ permissions: { metadata: "read", contents: "read" }, events: ["push"] });
  poor.createOrganization("acme");
  const repository = await poor.createRepository({ owner: "acme", name: "shop" });
  const tree = await startWorkTree(repository);
  await tree.commit({ message: "one", files: [["a.txt", "a\n"]] });
  await tree.push("main");
  const run = await runKeyward(process.cwd(), ["posture", "acme/shop", "--json"], {
    env: {
      APP_ID: String(poor.app.id),
      PRIVATE_KEY: poor.app.privateKey,
      WEBHOOK_SECRET: poor.app.webhookSecret,
      GITHUB_API_URL: poor.apiUrl,
      LOG_LEVEL: "silent",
    },
  });
  const { results } = claims.parse(JSON.parse(run.stdout));
  const open = Object.fromEntries(
    results.flatMap(({ claim, result, permissions }) => (result === "inconclusive" ? [[claim, permissions]] : [])),
  );
  expect(open).toEqual({
    "branch-protected": ["administration: read"],
    "reviews-required": ["administration: read"],
    "stale-reviews-dismissed": ["administration: read"],
    "code-owner-review-required": ["administration: read"],
    "keyward-required": ["administration: read"],
    "force-pushes-blocked": ["administration: read"],
    "deletion-blocked": ["administration: read"],
    "nobody-bypasses": ["administration: read"],
    "stored-secrets-rotated": [
      "secrets: read",
      "dependabot_secrets: read",
      "codespaces_secrets: read",
      "environments: read",
    ],
    "overlaps-ended": [
      "secrets: read",
      "dependabot_secrets: read",
      "codespaces_secrets: read",
      "environments: read",
      "administration: read",
    ],
    "deploy-keys-rotated": ["administration: read"],
    "deploy-keys-in-use": ["administration: read"],
    "deploy-keys-read-only": ["administration: read"],
    "webhooks-secured": ["repository_hooks: read"],
    "workflow-token-read-only": ["administration: read"],
    "workflows-cannot-approve": ["administration: read"],
    "secret-scanning-on": ["administration: read"],
    "push-protection-on": ["administration: read"],
    "two-factor-required": ["organization_administration: read"],
    "base-permission-limited": ["organization_administration: read"],
    "public-repositories-restricted": ["organization_administration: read"],
    "organization-secrets-rotated": [
      "organization_secrets: read",
      "organization_dependabot_secrets: read",
      "organization_codespaces_secrets: read",
    ],
    "organization-webhooks-secured": ["organization_hooks: read"],
    "access-tokens-expire": ["organization_personal_access_tokens: read"],
    "access-tokens-in-use": ["organization_personal_access_tokens: read"],
    "ip-allow-list-on": ["organization_administration: read"],
  });
  expect(run.code).toBe(1);
  await endFaithfully(poor, tree);
});
