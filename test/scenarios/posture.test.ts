import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import type { LocalRepository } from "../github/local-repository.ts";
import { assertFaithful } from "../github/testing/faithful.ts";
import { startWorkTree, type WorkTree } from "../github/work-tree.ts";
import { readManifest } from "../github/app-manifest.ts";
import { startScene, type Scene } from "../support/scene.ts";
import { until } from "../support/watch.ts";

const settleSeconds = 2;
/** Longer than anything that happened needs to be looked at. */
const quiet = () => new Promise((resolve) => setTimeout(resolve, 2000 * settleSeconds));

let scene: Scene;
const trees: WorkTree[] = [];

beforeAll(async () => {
  const permissions = { ...readManifest().permissions, repository_hooks: "read" } as const;
  scene = await startScene({ KEYWARD_POSTURE_SETTLE_SECONDS: String(settleSeconds) }, { permissions });
});
afterAll(async () => {
  for (const tree of trees) await tree[Symbol.asyncDispose]();
  await scene[Symbol.asyncDispose]();
});
afterEach(async () => {
  scene.github.faults.clear();
  await assertFaithful(scene.github);
});

let names = 0;

/** A repository with a first commit of these files. */
async function start(
  files: readonly (readonly [string, string])[],
  visibility: "private" | "public" = "private",
): Promise<{ readonly repository: LocalRepository; readonly tree: WorkTree; readonly head: string }> {
  names += 1;
  const repository = await scene.github.createRepository({ owner: "acme", name: `posture-${names}`, visibility });
  const tree = await startWorkTree(repository);
  trees.push(tree);
  const head = await tree.commit({ message: "Start", files: [["README.md", "# Shop\n"], ...files] });
  await tree.push("main");
  return { repository, tree, head };
}

const workflow = (uses: string): string => `on: [push]\njobs:\n  build:\n    steps:\n      - uses: ${uses}\n`;
const unpinned: readonly [string, string] = [".github/workflows/ci.yml", workflow("someone/action@v1")];

const postureRuns = (repository: LocalRepository, head: string) =>
  repository.checkRuns(head, "all").filter(({ name }) => name === "Keyward posture");

const shown = (repository: LocalRepository, head: string) =>
  until("the check run of the posture", () => postureRuns(repository, head).at(0));

const theIssue = (repository: LocalRepository) => until("the issue", () => repository.issues().at(0));

/** How often a repository was looked at: each look asks for its deploy keys once. */
const looks = (repository: LocalRepository): number =>
  scene.github.requests.filter(({ path }) => path.startsWith(`/repos/${repository.fullName}/keys`)).length;

it("a new repository gets a check run on the line that is wrong and one issue; a push that puts it right changes both", async () => {
  const { repository, tree, head } = await start([unpinned]);
  const run = await shown(repository, head);
  expect(run).toMatchObject({ conclusion: "failure", annotations: [{ path: unpinned[0], start_line: 5 }] });
  const issue = await theIssue(repository);
  expect(issue.body).toContain("actions-pinned");
  const pinned = workflow(`someone/action@${"0123456789".repeat(4)}`);
  const next = await tree.commit({ message: "Pin", files: [[unpinned[0], pinned]] });
  await tree.push("main");
  expect((await shown(repository, next)).annotations).toEqual([]);
  await until("the issue to say so", () => !(repository.issues()[0]?.body ?? "").includes("actions-pinned"));
  expect(repository.issues()).toHaveLength(1);
});

it("ten things that happen at once are looked at once", async () => {
  const { repository, head } = await start([]);
  await shown(repository, head);
  await quiet();
  const before = looks(repository);
  for (let count = 0; count < 5; count += 1) {
    repository.setArchived(true);
    repository.setArchived(false);
  }
  await until("the look", () => looks(repository) > before);
  await quiet();
  expect(looks(repository)).toBe(before + 1);
});

it("a waiver on the default branch is shown; in a pull request it counts for nothing", async () => {
  const { repository, tree, head } = await start([unpinned]);
  await shown(repository, head);
  const waiver = `posture:
  waivers:
    - { claim: actions-pinned, reason: it is ours under another name, by: "@ada", expires: 2999-01-01 }
`;
  await tree.git("switch", "--quiet", "--create", "topic");
  await tree.commit({ message: "Waive", files: [[".github/keyward.yml", waiver]] });
  await tree.push("topic");
  repository.setArchived(true);
  repository.setArchived(false);
  const issue = await theIssue(repository);
  expect(issue.body).not.toContain("### Waived");
  await tree.push("HEAD:main");
  const waived = await until("the waiver to be shown", () => {
    const body = repository.issues()[0]?.body ?? "";
    return body.includes("### Waived") && body;
  });
  expect(waived).toContain("it is ours under another name");
  expect(waived.split("### Waived")[0]).not.toContain("actions-pinned");
});

it("a ruleset of the organization, whose event names no repository, is seen in all of them", async () => {
  const both = [await start([]), await start([])];
  for (const { repository, head } of both) await shown(repository, head);
  await quiet();
  scene.github.saveOrganizationRuleset("acme", { name: "everywhere", rules: [{ type: "deletion" }] });
  for (const { repository } of both) {
    const body = await until("the claim to be true", () => {
      const text = repository.issues()[0]?.body ?? "deletion-blocked";
      return !text.includes("deletion-blocked") && text;
    });
    expect(body).toContain("reviews-required");
  }
});

it("answers that are lost, and a server that is killed while it files, make nothing twice", async () => {
  scene.github.faults.add({ kind: "bad-gateway-after", operation: "checks/create", path: /posture-/, times: 1 });
  const slow = scene.github.faults.add({ kind: "slow", operation: "issues/create", delayMs: 1500, times: 1 });
  const { repository, head } = await start([unpinned]);
  await until("the issue to be asked for", () => slow.hits() === 1);
  await scene.restart();
  await theIssue(repository);
  await until("the work to be done", () => postureRuns(repository, head).length > 0);
  await quiet();
  expect(repository.issues()).toHaveLength(1);
  expect(postureRuns(repository, head)).toHaveLength(1);
});

it("a public repository is told what helps nobody who means harm", async () => {
  const { repository, head } = await start([unpinned, [".env", "MODE=test\n"]], "public");
  const run = await shown(repository, head);
  const issue = await theIssue(repository);
  const said = [run.title, run.summary, issue.title, issue.body].join("\n");
  expect(said).toContain("actions-pinned");
  expect(said).not.toMatch(/branch-protected|reviews-required|is not required|Score|\.env \(/);
});
