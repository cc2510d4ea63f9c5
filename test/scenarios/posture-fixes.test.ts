import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { readManifest } from "../github/app-manifest.ts";
import type { LocalRepository } from "../github/local-repository.ts";
import { assertFaithful } from "../github/testing/faithful.ts";
import { startWorkTree, type WorkTree } from "../github/work-tree.ts";
import { startScene, type Scene } from "../support/scene.ts";
import { inDatabase } from "../support/stored-state.ts";
import { until } from "../support/watch.ts";

let scene: Scene;
const trees: WorkTree[] = [];

beforeAll(async () => {
  const permissions = {
    ...readManifest().permissions,
    administration: "write",
    contents: "write",
    pull_requests: "write",
    workflows: "write",
  } as const;
  scene = await startScene({ KEYWARD_POSTURE_SETTLE_SECONDS: "1" }, { permissions });
  scene.github.createUser("mallory");
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

async function start(fixes: string): Promise<LocalRepository> {
  names += 1;
  const repository = await scene.github.createRepository({ owner: "acme", name: `kept-${names}` });
  const tree = await startWorkTree(repository);
  trees.push(tree);
  await tree.commit({
    message: "Start",
    files: [
      ["README.md", "# Shop\n"],
      [".github/keyward.yml", `posture:\n  issue: false\n  fixes: { ${fixes} }\n`],
    ],
  });
  await tree.push("main");
  return repository;
}

const ruleTypes = (repository: LocalRepository): readonly unknown[] =>
  repository.rulesets().flatMap(({ rules }) => rules.map(({ type }) => type));

const setBack = (repository: LocalRepository) =>
  repository.issues().filter(({ title }) => title === "Settings that were set back");

it("what is enforced is set; who loosens it finds it set back, and is named in an issue", async () => {
  const repository = await start("deletion-blocked: enforce, force-pushes-blocked: enforce");
  await until("the ruleset", () => ruleTypes(repository).length === 2);
  expect(setBack(repository)).toEqual([]);
  repository.saveRuleset({ name: "Keyward", rules: [{ type: "deletion" }] }, "mallory");
  await until("the ruleset to be set back", () => ruleTypes(repository).length === 2);
  const issue = await until("the issue", () => setBack(repository).at(0));
  expect(issue.body).toContain("Changed by @mallory.");
  expect(issue.body).toContain("`force-pushes-blocked`");
  repository.deleteRuleset("Keyward", "mallory");
  await until("the ruleset to be made again", () => ruleTypes(repository).length === 2);
  await until("the second news", () => setBack(repository)[0]?.body?.split("Changed by @mallory.").length === 3);
  expect(setBack(repository)).toHaveLength(1);
  expect(repository.rulesets()).toHaveLength(1);

  // An hour later somebody does it again, and GitHub sends no word of it.
  await scene.whileStopped((dataDir) =>
    inDatabase(
      dataDir,
      async (pool) => void (await pool.query("update setting_changes set at = at - interval '1 hour'")),
    ),
  );
  repository.set({ rulesets: [] });
  repository.setArchived(true);
  repository.setArchived(false);
  await until("the ruleset to be made once more", () => ruleTypes(repository).length === 2);
  const unknown = await until("the third news", () => {
    const body = setBack(repository)[0]?.body ?? "";
    return body.includes("is unknown") && body;
  });
  expect(unknown).toMatch(
    /Who changed it is unknown: [^.]*\. It was last seen as it is kept at [\d-]{10} [\d:]{5} UTC, and otherwise at [\d-]{10}/,
  );
  expect(unknown.split("Changed by @mallory.")).toHaveLength(3);
});

it("what is proposed becomes one pull request, though the server is killed before it is opened", async () => {
  const slow = scene.github.faults.add({ kind: "slow", operation: "pulls/create", delayMs: 1500, times: 1 });
  const repository = await start("sensitive-files-ignored: propose");
  await until("the pull request to be asked for", () => slow.hits() === 1);
  await scene.restart();
  await until("the pull request", () => repository.pullRequests().length > 0);
  await until("the work to be done", () =>
    scene.github.requests.some(({ path }) => path.startsWith(`/repos/${repository.fullName}/pulls?`)),
  );
  expect(repository.pullRequests().map(({ title }) => title)).toEqual(["Ignore files that hold credentials"]);
});

it("where nothing is configured, nothing is changed", async () => {
  const repository = await start("deletion-blocked: report, sensitive-files-ignored: report");
  await until("the look", () =>
    scene.github.requests.some(({ path }) => path.startsWith(`/repos/${repository.fullName}/rulesets`)),
  );
  expect(repository.rulesets()).toEqual([]);
  expect(repository.pullRequests()).toEqual([]);
});
