import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createGithubApp } from "../../src/adapters/github/app.ts";
import { createFactGatherer } from "../../src/adapters/github/facts/gather.ts";
import { composeFixes } from "../../src/app/compose-fixes.ts";
import { fateOf, type FixStep } from "../../src/core/posture/fixes/fix-plan.ts";
import { toPostureConfig } from "../../src/core/posture/posture-config.ts";
import { checkPosture } from "../../src/flows/check-posture.ts";
import { makeFixes, type MadeFix } from "../../src/flows/make-fixes.ts";
import { planFixes } from "../../src/flows/plan-fixes.ts";
import type { FixDesk } from "../../src/flows/ports/fixes.ts";
import type { Fault } from "../github/faults.ts";
import { startLocalGithub, type LocalGithub } from "../github/local-github.ts";
import { gitText } from "../github/git/git.ts";
import type { LocalRepository } from "../github/local-repository.ts";
import type { Permissions } from "../github/state.ts";
import { endFaithfully } from "../github/testing/faithful.ts";
import { startWorkTree, type WorkTree } from "../github/work-tree.ts";
import { silentLog } from "../support/log.ts";

const everything: Permissions = {
  metadata: "read",
  contents: "write",
  pull_requests: "write",
  workflows: "write",
  administration: "write",
};

type Modes = Readonly<Record<string, "off" | "report" | "propose" | "enforce">>;

type Stage = {
  readonly github: LocalGithub;
  readonly desk: FixDesk;
  readonly plan: (repository: LocalRepository, modes: Modes) => Promise<readonly FixStep[]>;
  readonly fix: (repository: LocalRepository, modes: Modes) => Promise<readonly MadeFix[]>;
};

let stage: Stage;
let commit: string;
const trees: WorkTree[] = [];

async function startStage(permissions: Permissions): Promise<Stage> {
  const github = await startLocalGithub({ permissions, events: ["push"] });
  const app = createGithubApp({
    appId: github.app.id,
    privateKey: github.app.privateKey,
    webhookSecret: github.app.webhookSecret,
    baseUrl: github.apiUrl,
    log: silentLog,
  });
  const fixPorts = composeFixes(app);
  const gatherFacts = createFactGatherer(app, () => ({ scan: () => Promise.resolve({ matches: [], gaps: [] }) }));
  const plan = async ({ owner, name }: LocalRepository, modes: Modes): Promise<readonly FixStep[]> => {
    const subject = { installationId: installations.get(owner) ?? 0, owner, name };
    const config = toPostureConfig({}, { fixes: modes }, name);
    const asked = Object.keys(modes);
    const posture = await checkPosture(subject, {
      // Only what the fixes of the case ask for.
      gatherFacts: (of, needed, branches) => gatherFacts(of, new Set([...needed].filter(factsOf(asked))), branches),
      postureConfigOf: () => Promise.resolve({ config, problems: [] }),
      clock: () => new Date().toISOString(),
      appId: github.app.id,
    });
    return planFixes(subject, posture, fixPorts);
  };
  return {
    github,
    desk: fixPorts.fixDesk,
    plan,
    fix: async (repository, modes) =>
      makeFixes(
        { installationId: installations.get(repository.owner) ?? 0, owner: repository.owner, name: repository.name },
        await plan(repository, modes),
        fixPorts,
      ),
  };
}

const factsOf =
  (claims: readonly string[]) =>
  (fact: string): boolean =>
    ({
      tree: claims.includes("sensitive-files-ignored"),
      workflows: claims.includes("actions-pinned"),
      branches: claims.some((claim) => /required|blocked|protected|dismissed|bypasses/.test(claim)),
      workflowDefaults: claims.some((claim) => claim.startsWith("workflow")),
      security: true,
      privateReporting: claims.includes("private-reporting-on"),
    })[fact] ?? false;

let names = 0;
/** Each repository has an installation of its own, as writes of one are paced. */
const installations = new Map<string, number>();

async function newRepository(
  github: LocalGithub,
  files: readonly (readonly [string, string])[] = [],
): Promise<LocalRepository> {
  names += 1;
  const owner = `acme-${names}`;
  installations.set(owner, github.createOrganization(owner).id);
  const repository = await github.createRepository({ owner, name: "shop", visibility: "public" });
  const tree = await startWorkTree(repository);
  trees.push(tree);
  await tree.commit({ message: "one", files: [["a.txt", "a\n"], ...files] });
  await tree.push("main");
  return repository;
}

beforeAll(async () => {
  stage = await startStage(everything);
  stage.github.createUser("someone");
  const action = await stage.github.createRepository({ owner: "someone", name: "action", visibility: "public" });
  const tree = await startWorkTree(action);
  trees.push(tree);
  commit = await tree.commit({ message: "action", files: [["action.yml", "runs: { using: node24 }\n"]] });
  await tree.git("tag", "-a", "v1", "-m", "v1");
  await tree.push("main", "refs/tags/v1");
});

beforeEach(() => stage.github.faults.clear());

afterAll(() => endFaithfully(stage.github, ...trees));

const gitignore: Modes = { "sensitive-files-ignored": "propose" };
const pins: Modes = { "actions-pinned": "propose" };
const workflow = `on: push
jobs:
  build:
    runs-on: ubuntu-latest # ours
    steps:
      - uses: actions/checkout@v5
      - uses: someone/action@v1
      - uses: someone/action@v9
`;

const pullsOf = (repository: LocalRepository): readonly string[] =>
  repository.pullRequests().map(({ number, state, title }) => `#${number} ${state} ${title}`);

const textOn = (repository: LocalRepository, branch: string, path: string): Promise<string> =>
  gitText(repository.directory, ["show", `${branch}:${path}`]);

describe("a pull request", () => {
  test("completes .gitignore, once, however often it is asked for", async () => {
    const repository = await newRepository(stage.github, [[".gitignore", "node_modules\n"]]);
    expect(await stage.fix(repository, gitignore)).toMatchObject([{ about: "gitignore", outcome: "made" }]);
    expect(pullsOf(repository)).toEqual(["#1 open Ignore files that hold credentials"]);
    const text = await textOn(repository, "keyward/complete-gitignore", ".gitignore");
    expect(text).toMatch(/^node_modules\n\n# Files that hold credentials\n\.env\n/);
    expect(await stage.plan(repository, gitignore)).toMatchObject([{ requests: [] }]);
    expect(await stage.fix(repository, gitignore)).toEqual([]);
    expect(pullsOf(repository)).toHaveLength(1);
    await repository.mergePullRequest(1);
    expect(await stage.plan(repository, gitignore)).toEqual([]);
  });

  test("pins actions to what their tag names, and leaves the rest to a person", async () => {
    const repository = await newRepository(stage.github, [[".github/workflows/ci.yml", workflow]]);
    const [step] = await stage.plan(repository, pins);
    expect(step?.changes).toEqual([`.github/workflows/ci.yml: someone/action@v1 → ${commit}`]);
    expect(step?.left).toEqual([".github/workflows/ci.yml: someone/action@v9 names no tag that can be looked up"]);
    await stage.fix(repository, pins);
    expect(await textOn(repository, "keyward/pin-actions", ".github/workflows/ci.yml")).toBe(
      workflow.replace("someone/action@v1\n", `someone/action@${commit} # v1\n`).trimEnd(),
    );
  });

  test("is planned with the very requests that are then sent", async () => {
    const repository = await newRepository(stage.github);
    const [step] = await stage.plan(repository, gitignore);
    const before = stage.github.requests.length;
    await stage.fix(repository, gitignore);
    const sent = stage.github.requests
      .slice(before)
      .filter(({ method, path }) => method !== "GET" && !path.endsWith("/access_tokens"))
      .map(({ method, path, body }) => ({ method, path, body: JSON.parse(body) as unknown }));
    expect(sent).toEqual(step?.requests);
    expect(sent.map(({ method, path }) => `${method} ${path.split("/").slice(4).join("/")}`)).toEqual([
      "POST git/refs",
      "PUT contents/.gitignore",
      "POST pulls",
    ]);
  });

  test.each<[string, Fault]>([
    ["the branch", { kind: "bad-gateway-after", operation: "git/create-ref", times: 1 }],
    ["the file", { kind: "bad-gateway-after", operation: "repos/create-or-update-file-contents", times: 1 }],
    ["the pull request", { kind: "bad-gateway-after", operation: "pulls/create", times: 1 }],
    ["nothing, for the branch", { kind: "answer", status: 502, operation: "git/create-ref", times: 1 }],
    ["nothing, for the pull request", { kind: "answer", status: 502, operation: "pulls/create", times: 1 }],
  ])("is one, when it ended after %s the first time", async (_, fault) => {
    const repository = await newRepository(stage.github);
    stage.github.faults.add(fault);
    await expect(stage.fix(repository, gitignore)).rejects.toThrow(/502/);
    await stage.fix(repository, gitignore);
    await stage.fix(repository, gitignore);
    expect(pullsOf(repository)).toEqual(["#1 open Ignore files that hold credentials"]);
    expect(await textOn(repository, "keyward/complete-gitignore", ".gitignore")).toMatch(/\.env/);
  });

  test("that somebody closed is not opened again for the same, but for something else", async () => {
    const repository = await newRepository(stage.github);
    await stage.fix(repository, gitignore);
    await repository.close(1);
    expect(await stage.plan(repository, gitignore)).toMatchObject([
      { requests: [], left: ["pull request #1 with this content was closed: it is not opened again"] },
    ]);
    expect(await stage.fix(repository, gitignore)).toEqual([]);
    const tree = await startWorkTree(repository);
    trees.push(tree);
    await tree.git("pull", "-q", "origin", "main");
    await tree.commit({ message: "infrastructure", files: [["main.tf", "x\n"]] });
    await tree.push("main");
    await stage.fix(repository, gitignore);
    expect(pullsOf(repository)).toEqual([
      "#1 closed Ignore files that hold credentials",
      "#2 open Ignore files that hold credentials",
    ]);
    expect(await textOn(repository, "keyward/complete-gitignore", ".gitignore")).toMatch(/tfstate/);
  });

  test("is updated in place when what is missing changes", async () => {
    const repository = await newRepository(stage.github);
    await stage.fix(repository, gitignore);
    const tree = await startWorkTree(repository);
    trees.push(tree);
    await tree.git("pull", "-q", "origin", "main");
    await tree.commit({ message: "infrastructure", files: [["main.tf", "x\n"]] });
    await tree.push("main");
    await stage.fix(repository, gitignore);
    expect(pullsOf(repository)).toEqual(["#1 open Ignore files that hold credentials"]);
    expect(repository.pullRequests()[0]?.body).toMatch(/tfstate/);
    expect(await textOn(repository, "keyward/complete-gitignore", ".gitignore")).toMatch(/tfstate/);
    expect(await stage.fix(repository, gitignore)).toEqual([]);
  });

  test("is only shown where the configuration says so", async () => {
    const repository = await newRepository(stage.github);
    const [step] = await stage.plan(repository, { "sensitive-files-ignored": "report" });
    expect(step?.requests).toHaveLength(3);
    expect(step && fateOf(step)).toMatch(/^shown only/);
    expect(await stage.fix(repository, { "sensitive-files-ignored": "report" })).toEqual([]);
    expect(await stage.plan(repository, { "sensitive-files-ignored": "off" })).toEqual([]);
    expect(pullsOf(repository)).toEqual([]);
  });
});

const protection = (mode: "report" | "propose" | "enforce"): Modes =>
  Object.fromEntries(
    [
      "branch-protected",
      "reviews-required",
      "stale-reviews-dismissed",
      "code-owner-review-required",
      "keyward-required",
      "force-pushes-blocked",
      "deletion-blocked",
      "nobody-bypasses",
    ].map((claim) => [claim, mode]),
  );

const rulesetsOf = (repository: LocalRepository) => repository.rulesets();

describe("a ruleset", () => {
  test("is made where it is enforced, and nothing is left to do then", async () => {
    const repository = await newRepository(stage.github);
    expect(await stage.fix(repository, protection("propose"))).toEqual([]);
    expect(await stage.fix(repository, protection("enforce"))).toMatchObject([{ about: "ruleset", outcome: "made" }]);
    expect(rulesetsOf(repository)).toMatchObject([
      {
        name: "Keyward",
        enforcement: "active",
        include: ["~DEFAULT_BRANCH"],
        bypassActors: [],
        rules: [
          { type: "non_fast_forward" },
          { type: "deletion" },
          { type: "pull_request", parameters: { required_approving_review_count: 2 } },
          {
            type: "required_status_checks",
            parameters: {
              required_status_checks: [{ context: "Keyward", integration_id: stage.github.app.id }],
            },
          },
        ],
      },
    ]);
    expect(await stage.plan(repository, protection("enforce"))).toEqual([]);
  });

  test("that drifted is set back, with what people added kept", async () => {
    const repository = await newRepository(stage.github);
    await stage.fix(repository, protection("enforce"));
    const [made] = rulesetsOf(repository);
    repository.saveRuleset({
      name: "Keyward",
      enforcement: "evaluate",
      rules: [...(made?.rules ?? []).slice(1), { type: "required_signatures" }],
    });
    const [step] = await stage.plan(repository, protection("enforce"));
    const at = { installationId: installations.get(repository.owner) ?? 0, owner: repository.owner, name: "shop" };
    expect(step && (await stage.desk.lastEditor(at, step))).toMatch(/^the account with the id \d+$/);
    expect(step?.changes).toEqual([
      "the ruleset “Keyward” is corrected",
      "+ enforcement: active",
      "+ non_fast_forward",
      "- enforcement: evaluate",
    ]);
    await stage.fix(repository, protection("enforce"));
    expect(rulesetsOf(repository)).toHaveLength(1);
    expect(
      rulesetsOf(repository)[0]
        ?.rules.map(({ type }) => type)
        .toSorted(),
    ).toEqual(["deletion", "non_fast_forward", "pull_request", "required_signatures", "required_status_checks"]);
    expect(await stage.plan(repository, protection("enforce"))).toEqual([]);
  });

  test.each<Fault["kind"]>(["bad-gateway-after", "bad-gateway"])("is one, after an answer %s", async (kind) => {
    const repository = await newRepository(stage.github);
    stage.github.faults.add({ kind, operation: "repos/create-repo-ruleset", times: 1 });
    await expect(stage.fix(repository, protection("enforce"))).rejects.toThrow(/502/);
    await stage.fix(repository, protection("enforce"));
    expect(rulesetsOf(repository)).toHaveLength(1);
  });
});

describe("a setting", () => {
  const modes: Modes = {
    "workflow-token-read-only": "enforce",
    "secret-scanning-on": "enforce",
    "push-protection-on": "enforce",
    "private-reporting-on": "enforce",
  };

  test("is set where it is enforced, and others stay as they are", async () => {
    const repository = await newRepository(stage.github);
    repository.set({ workflowToken: "write", workflowsApprove: true });
    const made = await stage.fix(repository, modes);
    expect(made.map(({ about, outcome }) => `${about} ${outcome}`)).toEqual([
      "workflow-defaults made",
      "security-features made",
      "private-reporting made",
    ]);
    expect(repository.settings()).toMatchObject({
      workflowToken: "read",
      workflowsApprove: true,
      secretScanning: true,
      pushProtection: true,
      privateReporting: true,
    });
    expect(await stage.plan(repository, modes)).toEqual([]);
  });
});

test("who changed a setting is looked up in the audit log, where it is open to the app", async () => {
  const github = await startStage({ ...everything, organization_administration: "read" });
  const repository = await newRepository(github.github);
  const at = { installationId: installations.get(repository.owner) ?? 0, owner: repository.owner, name: "shop" };
  const actions = ["repo.set_default_workflow_permissions"];
  const asked = () => github.desk.audited(at, actions, "2026-11-26T10:00:00.000Z");
  expect(await asked()).toBeNull();
  const entry = (actor: string, hour: string, action = actions[0] ?? "", repo = repository.fullName) => ({
    actor,
    action,
    repo,
    at: `2026-11-26T${hour}:00:00Z`,
  });
  const settings = { twoFactorRequired: true, basePermission: "read", membersCreatePublicRepositories: false } as const;
  github.github.setOrganization(repository.owner, {
    ...settings,
    auditLog: [
      entry("before", "09"),
      entry("mallory", "11"),
      entry("elsewhere", "12", actions[0], "acme/other"),
      entry("otherwise", "12", "repo.rename"),
      entry(`${github.github.app.slug}[bot]`, "13"),
    ],
  });
  expect(await asked()).toBe("@mallory");
  expect(await github.desk.audited(at, actions, "2026-11-26T12:00:00.000Z")).toBeNull();
  await github.github.stop();
});

test("without the permission for workflows, GitHub writes none", async () => {
  const { workflows: _none, ...others } = everything;
  const poor = await startStage(others);
  const repository = await newRepository(poor.github);
  const at = { installationId: installations.get(repository.owner) ?? 0, owner: repository.owner, name: "shop" };
  const content = Buffer.from("on: push\n").toString("base64");
  const path = `/repos/${repository.fullName}/contents/.github/workflows/new.yml`;
  const request = { method: "PUT", path, body: { message: "m", content, branch: "main" } } as const;
  expect(await poor.desk.send(at, request)).toBe("denied");
  await poor.github.stop();
});

test("without the permissions, the plan names them and nothing is tried", async () => {
  const poor = await startStage({ metadata: "read", contents: "read", pull_requests: "read", administration: "read" });
  const repository = await newRepository(poor.github, [[".github/workflows/ci.yml", workflow]]);
  const modes: Modes = { ...gitignore, ...protection("enforce"), "workflow-token-read-only": "enforce" };
  repository.set({ workflowToken: "write" });
  const steps = await poor.plan(repository, modes);
  expect(steps.map((step) => `${step.about}: ${fateOf(step)}`)).toEqual([
    "gitignore: cannot fix: missing permission contents: write, pull_requests: write",
    "ruleset: cannot fix: missing permission administration: write",
    "workflow-defaults: cannot fix: missing permission administration: write",
  ]);
  expect(await poor.fix(repository, modes)).toEqual([]);
  expect(
    poor.github.requests.filter(({ actor, method }) => actor.startsWith("installation") && method !== "GET"),
  ).toEqual([]);
  await poor.github.stop();
});
