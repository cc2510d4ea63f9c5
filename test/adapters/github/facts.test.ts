import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createGithubApp } from "../../../src/adapters/github/app.ts";
import { createFactGatherer } from "../../../src/adapters/github/facts/gather.ts";
import { createRepositoryFinder } from "../../../src/adapters/github/repository-finder.ts";
import { allChecks } from "../../../src/core/posture/all-checks.ts";
import type { Judgement } from "../../../src/core/posture/check.ts";
import { factsNeeded, judge } from "../../../src/core/posture/evaluate.ts";
import { known } from "../../../src/core/posture/fact.ts";
import type { FactName, Facts } from "../../../src/core/posture/facts.ts";
import { postureDefaults } from "../../../src/core/posture/terms.ts";
import type { ContentScanner } from "../../../src/core/scan/scanner.ts";
import type { GatherFacts } from "../../../src/flows/ports/facts.ts";
import type { FoundRepository } from "../../../src/flows/ports/find-repository.ts";
import { startLocalGithub, type LocalGithub } from "../../github/local-github.ts";
import type { LocalRepository } from "../../github/local-repository.ts";
import type { Permissions, Ruleset } from "../../github/state.ts";
import { endFaithfully } from "../../github/testing/faithful.ts";
import { startWorkTree, type WorkTree } from "../../github/work-tree.ts";
import { aRepo } from "../../support/builders.ts";
import { carefulRules } from "../../support/careful-rules.ts";
import { silentLog } from "../../support/log.ts";

/** Everything that a fact asks for. */
const everything: Permissions = {
  metadata: "read",
  contents: "read",
  administration: "write",
  secrets: "read",
  dependabot_secrets: "read",
  codespaces_secrets: "read",
  environments: "read",
  repository_hooks: "read",
  organization_secrets: "read",
  organization_dependabot_secrets: "read",
  organization_codespaces_secrets: "read",
  organization_hooks: "read",
  organization_personal_access_tokens: "read",
  organization_administration: "write",
};

/** Finds nothing: what a scan finds is tested where scans are. */
const scanner: ContentScanner = { scan: () => Promise.resolve({ matches: [], gaps: [] }) };
const organizationFacts = factsNeeded(allChecks.filter(({ subject }) => subject === "organization"));
const branchFacts: ReadonlySet<FactName> = new Set(["branches"]);

type Stage = {
  readonly github: LocalGithub;
  readonly repository: LocalRepository;
  readonly tree: WorkTree;
  readonly find: () => Promise<FoundRepository | null>;
  readonly gather: (
    needed: ReadonlySet<FactName>,
    branches?: readonly string[],
    found?: FoundRepository["facts"],
  ) => Promise<Facts>;
  /** With nothing remembered. */
  readonly restarted: () => { readonly gather: (needed: ReadonlySet<FactName>) => Promise<Facts> };
  readonly outcomeOf: (claim: string, facts: Facts) => Judgement;
};

async function startStage(permissions: Permissions): Promise<Stage> {
  const github = await startLocalGithub({ permissions, events: ["push"] });
  const { id: installationId } = github.createOrganization("acme");
  const repository = await github.createRepository({ owner: "acme", name: "shop", visibility: "public" });
  const tree = await startWorkTree(repository);
  await tree.commit({
    message: "one",
    files: [
      [".github/workflows/ci.yml", "on: push\njobs: { a: { steps: [{ run: make }] } }\n"],
      ["certs/ca.pem", "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"],
    ],
  });
  await tree.push("main", "HEAD:release/1", "HEAD:topic");
  const app = createGithubApp({
    appId: github.app.id,
    privateKey: github.app.privateKey,
    webhookSecret: github.app.webhookSecret,
    baseUrl: github.apiUrl,
    log: silentLog,
  });
  const newGatherer = (): GatherFacts => createFactGatherer(app, () => scanner);
  const gatherFacts = newGatherer();
  const subject = { installationId, owner: "acme", name: "shop" };
  const findRepository = createRepositoryFinder(app);
  const terms = { ...postureDefaults, appId: github.app.id, checkName: "Keyward" };
  return {
    github,
    repository,
    tree,
    find: () => findRepository(aRepo({ installationId, repoId: repository.id })),
    gather: (needed, branches = [], found) => gatherFacts(subject, needed, branches, found),
    restarted: () => {
      const again = newGatherer();
      return { gather: (needed) => again(subject, needed, []) };
    },
    outcomeOf: (claim, facts) => {
      const check = allChecks.find(({ id }) => id === claim);
      if (check === undefined) throw new Error(`no claim ${claim}`);
      return judge(check, facts, terms, new Date().toISOString());
    },
  };
}

const classic = (url: string, appId: number): Record<string, Record<string, never>> =>
  ({
    main: {
      required_pull_request_reviews: {
        dismiss_stale_reviews: true,
        require_code_owner_reviews: true,
        required_approving_review_count: 2,
      },
      required_status_checks: { contexts: ["Keyward"], checks: [{ context: "Keyward", app_id: appId }] },
      enforce_admins: { url, enabled: true },
      allow_force_pushes: { enabled: false },
      allow_deletions: { enabled: false },
    },
  }) as never;

test("what finding a repository told of it is not asked again", async () => {
  const { github, repository, tree, find, gather } = await startStage(everything);
  const found = await find();
  const asked = github.requests.length;
  const facts = await gather(new Set(["repository", "security"]), [], found?.facts);
  expect(facts.repository).toMatchObject({ kind: "known", value: { defaultBranch: repository.defaultBranch } });
  expect(facts.security.kind).toBe("known");
  expect(github.requests.slice(asked)).toEqual([]);
  await endFaithfully(github, tree);
});

test("the security policy of an organization counts where a repository has none, as GitHub shows it: out of a public .github", async () => {
  const { github, tree, gather, outcomeOf, restarted } = await startStage(everything);
  const needed = factsNeeded(
    allChecks.filter(({ id }) => ["security-policy-present", "code-owners-present"].includes(id)),
  );
  const outcome = async (claim: string) => outcomeOf(claim, await restarted().gather(needed)).outcome;
  expect(await outcome("security-policy-present")).toBe("fail");
  const home = await github.createRepository({ owner: "acme", name: ".github", visibility: "public" });
  await using shared = await startWorkTree(home);
  await shared.commit({
    message: "Share",
    files: [
      ["CODEOWNERS", "* @acme/all\n"],
      ["docs/SECURITY.md", "Tell us.\n"],
    ],
  });
  await shared.push("main");
  expect(outcomeOf("security-policy-present", await restarted().gather(needed))).toMatchObject({
    outcome: "pass",
    evidence: ["none of its own; that of its owner holds: acme/.github/docs/SECURITY.md"],
  });
  // One answer is enough for all repositories that are looked at together.
  const asked = github.requests.length;
  const both = restarted();
  await Promise.all([both.gather(needed), both.gather(needed)]);
  await both.gather(needed);
  expect(github.requests.slice(asked).filter(({ path }) => path === "/repos/acme/.github")).toHaveLength(1);
  expect(await outcome("code-owners-present")).toBe("fail");
  home.setVisibility("private");
  expect(await outcome("security-policy-present")).toBe("fail");
  expect((await gather(needed)).sharedPolicy).toEqual(known(null));
  await endFaithfully(github, tree);
});

describe("the protection of a branch, as GitHub tells it", () => {
  let stage: Stage;
  beforeAll(async () => void (stage = await startStage(everything)));
  afterAll(() => endFaithfully(stage.github, stage.tree));

  type Case = {
    readonly protection?: true;
    readonly rulesets?: readonly Partial<Ruleset>[];
    readonly outcome: Judgement["outcome"];
    readonly bypass: Judgement["outcome"];
    readonly listed?: string;
  };
  const cases: Readonly<Record<string, Case>> = {
    neither: { outcome: "fail", bypass: "not-applicable" },
    "classic protection alone": { protection: true, outcome: "pass", bypass: "pass" },
    "a ruleset alone": { rulesets: [{}], outcome: "pass", bypass: "pass" },
    both: { protection: true, rulesets: [{}], outcome: "pass", bypass: "pass" },
    "a ruleset that is only evaluated": {
      rulesets: [{ enforcement: "evaluate" }],
      outcome: "fail",
      bypass: "not-applicable",
    },
    "a ruleset that is off": { rulesets: [{ enforcement: "disabled" }], outcome: "fail", bypass: "not-applicable" },
    "one only evaluated beside classic protection": {
      protection: true,
      rulesets: [{ enforcement: "evaluate" }],
      outcome: "pass",
      bypass: "pass",
    },
    "a ruleset of the organization": { rulesets: [{ source: "Organization" }], outcome: "pass", bypass: "pass" },
    "a ruleset for other branches": {
      rulesets: [{ include: ["refs/heads/release/*"] }],
      outcome: "fail",
      bypass: "not-applicable",
    },
    "one that leaves the branch out": {
      rulesets: [{ include: ["~ALL"], exclude: ["refs/heads/main"] }],
      outcome: "fail",
      bypass: "not-applicable",
    },
    "a bypass by administrators": {
      rulesets: [{ bypassActors: [{ actor_id: 5, actor_type: "RepositoryRole", bypass_mode: "always" }] }],
      outcome: "pass",
      bypass: "fail",
      listed: "main: rulesets: every administrator (ruleset main) may bypass it",
    },
    "a bypass in pull requests only": {
      rulesets: [{ bypassActors: [{ actor_id: 77, actor_type: "Team", bypass_mode: "pull_request" }] }],
      outcome: "pass",
      bypass: "pass",
      listed: "main: rulesets: the team with the id 77 (ruleset main) may bypass it, in pull requests only",
    },
    "a bypass of an organization's ruleset": {
      rulesets: [
        {
          source: "Organization",
          bypassActors: [{ actor_id: null, actor_type: "OrganizationAdmin", bypass_mode: "always" }],
        },
      ],
      outcome: "pass",
      bypass: "fail",
      listed: "main: rulesets: every owner of the organization (ruleset main) may bypass it",
    },
  };

  test.each(Object.entries(cases))("%s", async (_, { protection, rulesets = [], outcome, bypass, listed }) => {
    const { github, repository, gather, outcomeOf } = stage;
    repository.set({
      protection: protection === true ? classic(github.apiUrl, github.app.id) : {},
      rulesets: rulesets.map((one, index) => ({ id: index + 1, name: "main", ...carefulRules(github.app.id), ...one })),
    });
    const facts = await gather(branchFacts);
    for (const claim of ["branch-protected", "reviews-required", "keyward-required", "deletion-blocked"])
      expect({ claim, outcome: outcomeOf(claim, facts).outcome }).toEqual({ claim, outcome });
    const told = outcomeOf("nobody-bypasses", facts);
    expect(told.outcome).toBe(bypass);
    expect(told.evidence).toEqual(expect.arrayContaining(listed === undefined ? [] : [listed]));
  });

  test("of branches that are configured counts as that of the default one", async () => {
    const { github, repository, gather, outcomeOf } = stage;
    repository.set({ protection: {}, rulesets: [{ id: 1, name: "main", ...carefulRules(github.app.id) }] });
    expect(outcomeOf("reviews-required", await gather(branchFacts, ["release/*"])).evidence).toEqual([
      "release/1: classic protection: none",
      "release/1: rulesets: none",
    ]);
    repository.set({
      rulesets: [
        { id: 1, name: "all", include: ["~DEFAULT_BRANCH", "refs/heads/release/*"], ...carefulRules(github.app.id) },
      ],
    });
    expect(outcomeOf("reviews-required", await gather(branchFacts, ["release/*"])).outcome).toBe("pass");
    expect(outcomeOf("reviews-required", await gather(branchFacts, ["**"])).outcome).toBe("fail");
  });
});

describe("the organization", () => {
  let stage: Stage;
  beforeAll(async () => void (stage = await startStage(everything)));
  afterAll(() => endFaithfully(stage.github, stage.tree));

  test("tells its secrets, webhooks, tokens and IP allow list", async () => {
    const { github, gather } = stage;
    const at = "2026-01-01T00:00:00Z";
    github.setOrganization("acme", {
      twoFactorRequired: true,
      basePermission: "read",
      membersCreatePublicRepositories: false,
      secrets: {
        actions: [{ name: "A", createdAt: at, updatedAt: at }],
        dependabot: [{ name: "D", createdAt: at, updatedAt: at }],
        codespaces: [{ name: "C", createdAt: at, updatedAt: at }],
      },
      webhooks: [{ url: "http://hooks.example.com/hidden-path", insecureSsl: "1", secret: false }],
      accessGrants: [
        { owner: "developer", name: "ci", grantedAt: at, expiresAt: null, lastUsedAt: null, selection: "all" },
        { owner: "developer", name: "over", grantedAt: at, expiresAt: at, lastUsedAt: null, selection: "subset" },
      ],
      ipAllowList: true,
    });
    const facts = await gather(organizationFacts);
    expect(facts.organizationSecrets).toMatchObject(
      known({
        secrets: [
          { store: "organization", name: "A" },
          { store: "organization dependabot", name: "D" },
          { store: "organization codespaces", name: "C" },
        ],
        unread: [],
      }),
    );
    expect(facts.organizationWebhooks).toMatchObject(
      known([{ host: "hooks.example.com", https: false, verifiesCertificate: false, hasSecret: false }]),
    );
    expect(facts.accessTokens).toEqual(
      known([
        {
          owner: "developer",
          name: "ci",
          grantedAt: at,
          expiresAt: null,
          lastUsedAt: null,
          everyRepository: true,
        },
      ]),
    );
    expect(facts.ipAllowList).toEqual(known(true));
    // GraphQL has no conditional requests: the answer is kept for a while.
    await gather(new Set(["ipAllowList"]));
    expect(github.requests.filter(({ operation }) => operation === "graphql")).toHaveLength(1);
  });
});

test.each([
  ["free", null],
  ["enterprise", false],
] as const)("without an IP allow list, the plan %s tells whether it could have one", async (plan, answer) => {
  const stage = await startStage(everything);
  stage.github.setOrganization("acme", {
    twoFactorRequired: true,
    basePermission: "read",
    membersCreatePublicRepositories: false,
    plan,
  });
  expect((await stage.gather(new Set(["ipAllowList"]))).ipAllowList).toEqual(known(answer));
  await endFaithfully(stage.github, stage.tree);
});

/** Which claims are no longer decided without a permission, or with less of it. */
const without: Readonly<Record<string, { readonly less?: "read"; readonly open: readonly string[] }>> = {
  contents: {
    open: [
      "sensitive-files-ignored",
      "sensitive-files-untracked",
      "forks-not-trusted",
      "secrets-not-on-command-lines",
      "cloud-access-temporary",
      "actions-pinned",
      "security-policy-present",
      "code-owners-present",
    ],
  },
  administration: { less: "read", open: ["nobody-bypasses"] },
  secrets: { open: ["stored-secrets-rotated", "overlaps-ended"] },
  dependabot_secrets: { open: ["stored-secrets-rotated", "overlaps-ended"] },
  codespaces_secrets: { open: ["stored-secrets-rotated", "overlaps-ended"] },
  environments: { open: ["stored-secrets-rotated", "overlaps-ended"] },
  repository_hooks: { open: ["webhooks-secured"] },
  organization_secrets: { open: ["organization-secrets-rotated"] },
  organization_dependabot_secrets: { open: ["organization-secrets-rotated"] },
  organization_codespaces_secrets: { open: ["organization-secrets-rotated"] },
  organization_hooks: { open: ["organization-webhooks-secured"] },
  organization_personal_access_tokens: { open: ["access-tokens-expire", "access-tokens-in-use"] },
  organization_administration: {
    open: ["two-factor-required", "base-permission-limited", "public-repositories-restricted", "ip-allow-list-on"],
  },
};

test.each(Object.entries(without))("without %s, what hangs on it is not known and names it", async (name, expected) => {
  const { [name]: _gone, ...others } = everything;
  const stage = await startStage(expected.less === undefined ? others : { ...others, [name]: expected.less });
  stage.repository.set({ rulesets: [{ id: 1, name: "main", ...carefulRules(stage.github.app.id) }] });
  const facts = await stage.gather(factsNeeded(allChecks.filter(({ id }) => expected.open.includes(id))));
  const open = allChecks.flatMap(({ id }) => {
    const judgement = stage.outcomeOf(id, facts);
    // What was not asked for names no permission.
    return judgement.outcome === "inconclusive" && judgement.permissions.length > 0
      ? [{ id, permissions: judgement.permissions }]
      : [];
  });
  const permission = `${name}: ${expected.less === undefined ? "read" : "write"}`;
  expect(open).toEqual(expected.open.map((id) => ({ id, permissions: [permission] })));
  await endFaithfully(stage.github, stage.tree);
});
