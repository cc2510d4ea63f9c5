import type { BranchRequirements } from "../../../src/core/posture/branch.ts";
import { type Fact, known, type Unknown, unknown } from "../../../src/core/posture/fact.ts";
import type {
  AccessToken,
  DeployKey,
  FactName,
  Facts,
  OrganizationFacts,
  RepositoryFacts,
  SensitiveFile,
  StoredSecret,
  Webhook,
} from "../../../src/core/posture/facts.ts";

/** Facts of a case, with the case in words. */
export type Row = readonly [string, Partial<Facts>];

/** What is tried of a claim. `notApplicable: null`: it applies to every repository, or organization. */
export type ClaimRows = {
  readonly pass: readonly Row[];
  readonly fail: readonly Row[];
  readonly notApplicable: readonly Row[] | null;
  /** Facts of which a part is not known, and the permission that would tell. */
  readonly partlyKnown?: readonly (readonly [string, Partial<Facts>, string])[];
};

/** The permissions whose lack makes a fact unknown as a whole. */
export const permissionsOf: Readonly<Record<FactName, readonly string[]>> = {
  repository: ["metadata: read"],
  branches: ["metadata: read", "administration: read", "contents: read"],
  sharedPolicy: ["metadata: read", "contents: read"],
  tree: ["contents: read"],
  workflows: ["contents: read"],
  sensitiveFiles: ["contents: read"],
  workflowDefaults: ["administration: read"],
  secrets: ["secrets: read"],
  deployKeys: ["administration: read"],
  webhooks: ["repository_hooks: read"],
  security: ["administration: read"],
  privateReporting: ["administration: read"],
  organization: ["organization_administration: read"],
  organizationSecrets: ["organization_secrets: read"],
  organizationWebhooks: ["organization_hooks: read"],
  accessTokens: ["organization_personal_access_tokens: read"],
  ipAllowList: ["organization_administration: read"],
};

export const now = "2026-11-26T12:00:00Z";
const ago = (days: number): string => new Date(Date.parse(now) - days * 86_400_000).toISOString();

export const strict: BranchRequirements = {
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

export const lax: BranchRequirements = {
  reviews: 0,
  dismissesStaleReviews: false,
  codeOwnerReview: false,
  checks: [],
  blocksForcePushes: false,
  blocksDeletion: false,
  conversationsResolved: false,
  signedCommits: false,
  linearHistory: false,
  bypass: [],
};

type Source = Fact<BranchRequirements | null>;

export const branches = (classic: Source, rules: Source, others: Facts["branches"] = known([])): Partial<Facts> => ({
  branches: known([{ branch: "main", classic, rules }, ...(others.kind === "known" ? others.value : [])]),
});

const noBranch: Row = ["in an empty repository", { branches: known([]) }];

/** Rows of a claim that holds where one source has a requirement: every combination of the two, and of several branches. */
function ofBranches(without: Partial<BranchRequirements>): ClaimRows {
  const has = known(strict);
  const lacks = known({ ...strict, ...without });
  const none = known(null);
  const notTold = unknown("not told", "administration: read");
  const release = (classic: Source, rules: Source): Facts["branches"] =>
    known([{ branch: "release/1", classic, rules }]);
  return {
    pass: [
      ["classic protection alone", branches(has, none)],
      ["rulesets alone", branches(none, has)],
      ["both", branches(has, has)],
      ["a lax source beside a strict one", branches(lacks, has)],
      ["a strict source beside a lax one", branches(has, lacks)],
      ["one strict source while the other is not told", branches(has, notTold)],
      ["two branches, each by another source", branches(has, none, release(none, has))],
    ],
    fail: [
      ["neither", branches(none, none)],
      ["classic protection that does not ask for it", branches(lacks, none)],
      ["rulesets that do not ask for it", branches(none, lacks)],
      ["both, neither of which asks for it", branches(lacks, lacks)],
      ["nothing at all asked by either", branches(known(lax), known(lax))],
      ["a configured branch without it", branches(has, has, release(none, lacks))],
      ["a configured branch without it, and the default branch not told", branches(notTold, none, release(none, none))],
    ],
    notApplicable: [noBranch],
    partlyKnown: [
      ["classic protection not told", branches(notTold, none), "administration: read"],
      ["classic protection not told, lax rulesets", branches(notTold, lacks), "administration: read"],
      ["rules not told", branches(none, unknown("not told", "metadata: read")), "metadata: read"],
      ["a configured branch not told", branches(has, none, release(notTold, none)), "administration: read"],
    ],
  };
}

const repository = (fields: Partial<RepositoryFacts>): Fact<RepositoryFacts> =>
  known({
    visibility: "private",
    ownedBy: "organization",
    archived: false,
    defaultBranch: "main",
    properties: {},
    ...fields,
  });

const tree = (paths: readonly string[], ignore: Readonly<Record<string, string>> = {}): Partial<Facts> => ({
  tree: known({ paths, ignoreFiles: Object.entries(ignore).map(([folder, text]) => ({ folder, text })) }),
});

export const everything = [
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
].join("\n");

const file = (path: string, content: Partial<SensitiveFile["content"]> = {}): SensitiveFile => ({
  path,
  content: { kind: "read", credentials: [], onlyPublic: false, ...content } as SensitiveFile["content"],
});

const secret = (fields: Partial<StoredSecret>): StoredSecret => ({
  store: "actions",
  environment: null,
  name: "DEPLOY",
  createdAt: ago(2000),
  updatedAt: ago(6),
  ...fields,
});

const stored = (secrets: readonly StoredSecret[], unread: readonly Unknown[] = []): Facts["secrets"] =>
  known({ secrets, unread });

const ageRows = (fact: "secrets" | "organizationSecrets", permissions: readonly string[]): ClaimRows => ({
  pass: [
    ["set a week ago", { [fact]: stored([secret({})]) }],
    ["of production, 80 days old", { [fact]: stored([secret({ environment: "production", updatedAt: ago(80) })]) }],
    ["of no class, 170 days old", { [fact]: stored([secret({ updatedAt: ago(170) })]) }],
    ["of a test environment, 300 days old", { [fact]: stored([secret({ environment: "Test", updatedAt: ago(300) })]) }],
  ],
  fail: [
    ["of production, 91 days old", { [fact]: stored([secret({ environment: "production", updatedAt: ago(91) })]) }],
    ["of no class, 190 days old", { [fact]: stored([secret({}), secret({ updatedAt: ago(190) })]) }],
    ["of a test environment, 400 days old", { [fact]: stored([secret({ environment: "test", updatedAt: ago(400) })]) }],
    [
      "one that is late, while a store is not told",
      { [fact]: stored([secret({ store: "codespaces", updatedAt: ago(500) })], [unknown("not told", "x: read")]) },
    ],
  ],
  notApplicable: [["none stored", { [fact]: stored([]) }]],
  partlyKnown: permissions.map((permission) => [
    `a fresh one, while a store is not told for lack of ${permission}`,
    { [fact]: stored([secret({})], [unknown("not told", permission)]) },
    permission,
  ]),
});

const key = (fields: Partial<DeployKey>): DeployKey => ({
  id: 1,
  title: "mirror",
  readOnly: true,
  createdAt: ago(20),
  lastUsedAt: ago(1),
  ...fields,
});
const keys = (...all: readonly Partial<DeployKey>[]): Partial<Facts> => ({ deployKeys: known(all.map(key)) });
const noKeys: Row = ["no deploy keys", { deployKeys: known([]) }];

const hook = (fields: Partial<Webhook>): Webhook => ({
  id: 1,
  host: "example.com",
  https: true,
  verifiesCertificate: true,
  hasSecret: true,
  active: true,
  ...fields,
});
const hookRows = (fact: "webhooks" | "organizationWebhooks"): ClaimRows => ({
  pass: [["over TLS, signed", { [fact]: known([hook({})]) }]],
  fail: [
    ["over plain HTTP", { [fact]: known([hook({}), hook({ https: false })]) }],
    ["to whoever has any certificate", { [fact]: known([hook({ verifiesCertificate: false })]) }],
    ["without a secret", { [fact]: known([hook({ hasSecret: false })]) }],
  ],
  notApplicable: [
    ["none", { [fact]: known([]) }],
    ["one that is off", { [fact]: known([hook({ https: false, active: false })]) }],
  ],
});

const token = (fields: Partial<AccessToken>): AccessToken => ({
  owner: "ada",
  name: "ci",
  grantedAt: ago(10),
  expiresAt: ago(-80),
  lastUsedAt: ago(1),
  everyRepository: false,
  ...fields,
});
const tokens = (...all: readonly Partial<AccessToken>[]): Partial<Facts> => ({ accessTokens: known(all.map(token)) });
const noTokens: Row = ["no tokens", { accessTokens: known([]) }];

const organization = (fields: Partial<OrganizationFacts>): Partial<Facts> => ({
  organization: known({
    twoFactorRequired: true,
    basePermission: "read",
    membersCreatePublicRepositories: false,
    ...fields,
  }),
});

const commit = "0123456789".repeat(4);
const workflow = (...steps: readonly string[]): string =>
  ["on: [push]", "jobs:", "  a:", "    steps:", ...steps.map((step) => `      - ${step}`)].join("\n");
const target = (step: string): string => workflow(step).replace("[push]", "{ pull_request_target: {} }");
const files = (...texts: readonly string[]): Partial<Facts> => ({
  workflows: known(texts.map((text, index) => ({ path: `.github/workflows/${index}.yml`, text }))),
});
const ofWorkflows = (pass: readonly string[], fail: readonly string[]): ClaimRows => ({
  pass: pass.map((text) => [text, files(text)]),
  fail: [
    ...fail.map((text): Row => [text, files(text)]),
    ...fail.slice(0, 1).map((text): Row => ["beside a file that cannot be read", files("jobs: [", text)]),
  ],
  notApplicable: [["no workflows", { workflows: known([]) }]],
});
const checkout = (...given: readonly string[]): string =>
  `uses: actions/checkout@v5\n        with: { ${given.join(", ")} }`;
const headSha = "ref: '${{ github.event.pull_request.head.sha }}'";
const cloud = (action: string, given: string): string =>
  workflow(`uses: ${action}@${commit}\n        with: { ${given} }`);

const settingsRows = (fact: FactName, on: unknown, off: unknown, notOffered?: unknown): ClaimRows => ({
  pass: [["on", { [fact]: known(on) }]],
  fail: [["off", { [fact]: known(off) }]],
  notApplicable: notOffered === undefined ? null : [["not offered", { [fact]: known(notOffered) }]],
});

/** Every claim, with what it is tried with. */
export const claimRows: Readonly<Record<string, ClaimRows>> = {
  "branch-protected": ofBranches({ reviews: 0, checks: [] }),
  "reviews-required": ofBranches({ reviews: 1 }),
  "stale-reviews-dismissed": ofBranches({ dismissesStaleReviews: false }),
  "code-owner-review-required": ofBranches({ codeOwnerReview: false }),
  "keyward-required": {
    ...ofBranches({ checks: [{ context: "Keyward", appId: null }] }),
    fail: [
      ...ofBranches({ checks: [{ context: "Keyward", appId: null }] }).fail,
      ["from another app", branches(known(null), known({ ...strict, checks: [{ context: "Keyward", appId: 43 }] }))],
      ["another check of this app", branches(known(null), known({ ...strict, checks: [{ context: "x", appId: 42 }] }))],
    ],
  },
  "force-pushes-blocked": ofBranches({ blocksForcePushes: false }),
  "deletion-blocked": ofBranches({ blocksDeletion: false }),
  "conversations-resolved": ofBranches({ conversationsResolved: false }),
  "commits-signed": ofBranches({ signedCommits: false }),
  "history-linear": ofBranches({ linearHistory: false }),
  "nobody-bypasses": {
    pass: [
      ["classic protection that includes administrators", branches(known(strict), known(null))],
      ["rulesets without a bypass list", branches(known(null), known(strict))],
      ["both", branches(known(strict), known(strict))],
      [
        "somebody who may in pull requests only",
        branches(known(null), known({ ...strict, bypass: [{ who: "the team with the id 3", openly: true }] })),
      ],
    ],
    fail: [
      [
        "administrators by classic protection",
        branches(known({ ...strict, bypass: [{ who: "every administrator", openly: false }] }), known(null)),
      ],
      [
        "an app by a ruleset",
        branches(known(null), known({ ...strict, bypass: [{ who: "the app with the id 9", openly: false }] })),
      ],
      [
        "somebody by one of both, the other being strict",
        branches(known(strict), known({ ...strict, bypass: [{ who: "every deploy key", openly: false }] })),
      ],
      [
        "somebody by one source while the other does not tell",
        branches(
          known({ ...strict, bypass: [{ who: "@ada (reviews)", openly: false }] }),
          known({ ...strict, bypass: null }),
        ),
      ],
    ],
    notApplicable: [noBranch, ["no protection to bypass", branches(known(null), known(null))]],
    partlyKnown: [
      [
        "a ruleset of the repository that does not tell",
        branches(known(null), known({ ...strict, bypass: null })),
        "administration: write",
      ],
      [
        "one of the organization that does not tell",
        branches(known(null), known({ ...strict, bypass: null, bypassToldTo: "organization_administration: write" })),
        "organization_administration: write",
      ],
      [
        "classic protection not told",
        branches(unknown("no", "administration: read"), known(strict)),
        "administration: read",
      ],
    ],
  },
  "sensitive-files-ignored": {
    pass: [
      ["everything named", tree(["src/a.ts"], { "": everything })],
      ["Terraform's too where there is some", tree(["infra/main.tf"], { "": `${everything}\n*.tfstate*\n*.tfvars*` })],
      [
        "by a nested file beside the stack",
        tree(["main.tf"], { "": `${everything}\n*.tfstate*\n*.tfvars*`, infra: "x" }),
      ],
    ],
    fail: [
      ["nothing", tree(["src/a.ts"])],
      ["all but Terraform's state", tree(["infra/main.tf"], { "": everything })],
      ["taken back in later", tree([], { "": `${everything}\n!.env` })],
      ["taken back in by a nested file", tree(["app/a.ts"], { "": everything, app: "!*.pem" })],
    ],
    notApplicable: null,
  },
  "sensitive-files-untracked": {
    pass: [
      ["none", { sensitiveFiles: known([]) }],
      ["public certificates", { sensitiveFiles: known([file("ca.pem", { onlyPublic: true })]) }],
      ["settings without a token", { sensitiveFiles: known([file(".npmrc"), file(".claude/settings.json")]) }],
    ],
    fail: [
      ["an environment file, whatever it holds", { sensitiveFiles: known([file(".env")]) }],
      ["a private key", { sensitiveFiles: known([file("ca.pem", { onlyPublic: true }), file("deploy/id_ed25519")]) }],
      [
        "a certificate with a key in it",
        { sensitiveFiles: known([file("x.pem", { credentials: ["a private key"] })]) },
      ],
      ["settings with a token", { sensitiveFiles: known([file("web/.npmrc", { credentials: ["a token"] })]) }],
      [
        "an environment file that was not looked into",
        { sensitiveFiles: known([{ path: ".env", content: { kind: "unread", reason: "too large" } }]) },
      ],
    ],
    notApplicable: null,
  },
  "stored-secrets-rotated": ageRows("secrets", [
    "secrets: read",
    "dependabot_secrets: read",
    "codespaces_secrets: read",
    "environments: read",
  ]),
  "organization-secrets-rotated": ageRows("organizationSecrets", [
    "organization_secrets: read",
    "organization_dependabot_secrets: read",
    "organization_codespaces_secrets: read",
  ]),
  "overlaps-ended": {
    pass: [
      ["names that have nothing in common", { secrets: stored([secret({}), secret({ name: "OLDER" })]), ...keys({}) }],
      [
        "an old and a new one since yesterday",
        {
          secrets: stored([secret({ updatedAt: ago(90) }), secret({ name: "DEPLOY_NEW", updatedAt: ago(1) })]),
          deployKeys: known([]),
        },
      ],
      [
        "the same name in two stores",
        { secrets: stored([secret({}), secret({ name: "DEPLOY_OLD", store: "dependabot" })]), ...keys({}) },
      ],
    ],
    fail: [
      [
        "an old and a new secret for a week",
        { secrets: stored([secret({}), secret({ name: "DEPLOY_V2", updatedAt: ago(7) })]), deployKeys: known([]) },
      ],
      [
        "an old and a new deploy key for a month",
        { secrets: stored([]), ...keys({ createdAt: ago(400) }, { title: "mirror (new)", createdAt: ago(30) }) },
      ],
      [
        "secrets, while the deploy keys are not told",
        {
          secrets: stored([secret({}), secret({ name: "OLD_DEPLOY", updatedAt: ago(7) })]),
          deployKeys: unknown("not told", "administration: read"),
        },
      ],
    ],
    notApplicable: [["nothing stored", { secrets: stored([]), deployKeys: known([]) }]],
    partlyKnown: [
      [
        "a store not told",
        { secrets: stored([secret({})], [unknown("not told", "codespaces_secrets: read")]), ...keys({}) },
        "codespaces_secrets: read",
      ],
    ],
  },
  "deploy-keys-rotated": {
    pass: [["made this month", keys({})]],
    fail: [["made a year ago", keys({}, { createdAt: ago(365) })]],
    notApplicable: [noKeys],
  },
  "deploy-keys-in-use": {
    pass: [
      ["used yesterday", keys({ createdAt: ago(2000) })],
      ["new and not used yet", keys({ lastUsedAt: null })],
    ],
    fail: [
      ["never used", keys({ lastUsedAt: null, createdAt: ago(100) })],
      ["not used for a year", keys({ createdAt: ago(800), lastUsedAt: ago(365) })],
    ],
    notApplicable: [noKeys],
  },
  "deploy-keys-read-only": {
    pass: [["one that reads", keys({})]],
    fail: [["one that writes", keys({}, { readOnly: false })]],
    notApplicable: [noKeys],
  },
  "webhooks-secured": hookRows("webhooks"),
  "organization-webhooks-secured": hookRows("organizationWebhooks"),
  "workflow-token-read-only": settingsRows(
    "workflowDefaults",
    { token: "read", canApproveReviews: true },
    { token: "write", canApproveReviews: false },
  ),
  "workflows-cannot-approve": settingsRows(
    "workflowDefaults",
    { token: "write", canApproveReviews: false },
    { token: "read", canApproveReviews: true },
  ),
  "forks-not-trusted": ofWorkflows(
    [
      workflow(checkout(headSha)),
      target("uses: actions/checkout@v5"),
      target("run: git fetch origin main"),
      target(checkout("ref: main", "path: x")),
    ],
    [
      target(checkout(headSha)),
      target(checkout("ref: main", "repository: '${{ github.event.pull_request.head.repo.full_name }}'")),
      target(checkout("ref: '${{ github.head_ref }}'")),
      target("run: gh pr checkout 1"),
      target("run: git fetch origin pull/${{ github.event.number }}/head && git checkout FETCH_HEAD"),
      target("run: git checkout ${{ github.event.pull_request.head.sha }}"),
      target("run: git fetch origin refs/pull/1/head"),
      target(checkout(headSha)).replace("pull_request_target", "workflow_run"),
      `x: &s\n  uses: actions/checkout@v5\n  with: { ${headSha} }\non: pull_request_target\njobs:\n  a:\n    steps:\n      - *s`,
    ],
  ),
  "secrets-not-on-command-lines": ofWorkflows(
    [
      workflow("run: deploy\n        env: { K: '${{ secrets.KEY }}' }"),
      workflow("run: echo \"$K\" | docker login --password-stdin\n        env: { K: '${{ secrets.KEY }}' }"),
      workflow("run: echo done\n        env: { K: '${{ secrets.KEY }}' }"),
      workflow("run: echo $KIND\n        env: { K: '${{ secrets.KEY }}' }"),
    ],
    [
      workflow("run: deploy ${{ secrets.KEY }}"),
      workflow("run: |\n          a\n          echo ${{secrets.KEY}}"),
      workflow("run: deploy ${{ secrets['KEY'] }}"),
      workflow("run: deploy '${{ toJSON(secrets) }}'"),
      workflow("run: echo $K\n        env: { K: '${{ secrets.KEY }}' }"),
      workflow('run: printf "%s" "${K}"\n        env: { K: \'${{ secrets.KEY }}\' }'),
      workflow("run: Write-Host $env:K\n        env: { K: '${{ secrets.KEY }}' }"),
      `env: { K: '\${{ secrets.KEY }}' }\n${workflow("run: echo $K")}`,
    ],
  ),
  "cloud-access-temporary": ofWorkflows(
    [
      cloud("aws-actions/configure-aws-credentials", "role-to-assume: r"),
      cloud("aws-actions/configure-aws-credentials", "aws-access-key-id: x, aws-session-token: y"),
      cloud("google-github-actions/auth", "workload_identity_provider: x"),
      cloud("azure/login", "client-id: x, tenant-id: y"),
      workflow("run: deploy\n        env: { AWS_SECRET_ACCESS_KEY: '${{ steps.login.outputs.key }}' }"),
    ],
    [
      cloud("aws-actions/configure-aws-credentials", "aws-access-key-id: x"),
      cloud("google-github-actions/auth", "credentials_json: x"),
      cloud("google-github-actions/setup-gcloud", "service_account_key: x"),
      cloud("azure/login", "creds: x"),
      workflow("run: deploy\n        env: { AWS_SECRET_ACCESS_KEY: '${{ secrets.AWS }}' }"),
      `env: { ARM_CLIENT_SECRET: '\${{ secrets.AZ }}' }\n${workflow("run: terraform apply")}`,
    ],
  ),
  "actions-pinned": ofWorkflows(
    [
      workflow(`uses: a/b@${commit}`),
      workflow("uses: actions/checkout@v5"),
      workflow("uses: ./local"),
      workflow(`uses: docker://alpine@sha256:${commit}${"0".repeat(24)}`),
    ],
    [
      workflow("uses: a/b@v1"),
      workflow("uses: a/b@main"),
      workflow(`uses: a/b@${commit.slice(0, 12)}`),
      workflow("uses: docker://alpine:3"),
      "jobs:\n  a:\n    uses: a/b/.github/workflows/x.yml@v1",
      "runs:\n  using: composite\n  steps:\n    - uses: a/b@v1",
    ],
  ),
  "secret-scanning-on": settingsRows(
    "security",
    { secretScanning: true, pushProtection: false },
    { secretScanning: false, pushProtection: true },
    { secretScanning: null, pushProtection: null },
  ),
  "push-protection-on": settingsRows(
    "security",
    { secretScanning: false, pushProtection: true },
    { secretScanning: true, pushProtection: false },
    { secretScanning: null, pushProtection: null },
  ),
  "private-reporting-on": {
    pass: [["on", { repository: repository({ visibility: "public" }), privateReporting: known(true) }]],
    fail: [["off", { repository: repository({ visibility: "public" }), privateReporting: known(false) }]],
    notApplicable: [["not public", { repository: repository({}), privateReporting: known(false) }]],
  },
  "security-policy-present": {
    pass: [
      ["at the top", tree(["SECURITY.md"])],
      ["in docs", tree(["docs/security.md"])],
      ["none, and one of the organization's", { ...tree([]), sharedPolicy: known("acme/.github/SECURITY.md") }],
    ],
    fail: [
      ["elsewhere", { ...tree(["src/SECURITY.md"]), sharedPolicy: known(null) }],
      ["nowhere", { ...tree([]), sharedPolicy: known(null) }],
    ],
    notApplicable: null,
    partlyKnown: [
      [
        "none, and the organization's not told",
        { ...tree([]), sharedPolicy: unknown("not told: contents: read", "contents: read") },
        "contents: read",
      ],
    ],
  },
  "code-owners-present": {
    pass: [["in .github", tree([".github/CODEOWNERS"])]],
    fail: [
      ["elsewhere", tree(["a/CODEOWNERS"])],
      ["none, though the organization shares other files", tree(["README.md"])],
    ],
    notApplicable: null,
  },
  "two-factor-required": {
    pass: [["required", organization({})]],
    fail: [["not required", organization({ twoFactorRequired: false })]],
    notApplicable: null,
  },
  "base-permission-limited": {
    pass: [
      ["read", organization({})],
      ["none", organization({ basePermission: "none" })],
    ],
    fail: [
      ["write", organization({ basePermission: "write" })],
      ["admin", organization({ basePermission: "admin" })],
    ],
    notApplicable: null,
  },
  "public-repositories-restricted": {
    pass: [["restricted", organization({})]],
    fail: [["allowed", organization({ membersCreatePublicRepositories: true })]],
    notApplicable: null,
  },
  "access-tokens-expire": {
    pass: [["within a year", tokens({}, { expiresAt: ago(-355) })]],
    fail: [
      ["never", tokens({}, { expiresAt: null })],
      ["after years", tokens({ expiresAt: ago(-800) })],
      ["older than its class may be", tokens({ grantedAt: ago(200), expiresAt: ago(-100) })],
      ["for every repository", tokens({ everyRepository: true })],
    ],
    notApplicable: [noTokens],
  },
  "access-tokens-in-use": {
    pass: [
      ["used yesterday", tokens({})],
      ["new and not used yet", tokens({ lastUsedAt: null })],
    ],
    fail: [
      ["never used", tokens({ lastUsedAt: null, grantedAt: ago(120) })],
      ["not used for a year", tokens({}, { lastUsedAt: ago(365) })],
    ],
    notApplicable: [noTokens],
  },
  "ip-allow-list-on": settingsRows("ipAllowList", true, false, null),
};
