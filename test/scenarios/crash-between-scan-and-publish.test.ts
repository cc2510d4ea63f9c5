import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { assertFaithful } from "../github/testing/faithful.ts";
import type { LocalRepository } from "../github/local-repository.ts";
import type { WorkTree } from "../github/work-tree.ts";
import { startRepository } from "../support/scenario.ts";
import { startScene, type Scene } from "../support/scene.ts";
import { inDatabase, loseJobs } from "../support/stored-state.ts";
import { swept } from "../support/sweep.ts";
import { newToken } from "../support/tokens.ts";
import { until, verdictOn } from "../support/watch.ts";

let scene: Scene;
let repository: LocalRepository;
let tree: WorkTree;

beforeAll(async () => {
  scene = await startScene();
  ({ repository, tree } = await startRepository(scene));
});
afterAll(async () => {
  await tree[Symbol.asyncDispose]();
  await scene[Symbol.asyncDispose]();
});

let branches = 0;
let head: string;

beforeEach(async () => {
  branches += 1;
  await tree.git("switch", "--quiet", "--create", `topic-${branches}`, "main");
  head = await tree.commit({ message: "Leak", files: [["app.ts", `const t = "${newToken()}";\n`]] });
});
afterEach(async () => {
  scene.github.faults.clear();
  await assertFaithful(scene.github);
});

/** Other checks, of the history and of the posture, are looked for as well: only what is asked about this head is meant. */
const aboutHead = (operation: string) => ({
  operation,
  ...(operation === "checks/list-for-ref" && { path: new RegExp(head) }),
});

/** Pushes, and waits until Keyward has asked for `operation` (after `skip` times before) and has no answer yet. */
async function pushUntil(operation: string, skip = 0): Promise<void> {
  const fault = scene.github.faults.add({ kind: "slow", ...aboutHead(operation), delayMs: 3000, times: 1, skip });
  await tree.push(`topic-${branches}`);
  await until(`${operation} to be asked for`, () => fault.hits() === 1);
}

/** One check run, concluded, that says what is so. */
async function expectOneVerdict(): Promise<void> {
  expect(await verdictOn(repository, head)).toMatchObject({ conclusion: "failure" });
  await scene.github.idle();
  expect(repository.checkRuns(head, "all")).toHaveLength(1);
}

/** The second look for the check run is the publishing's: the first one was before the scan. */
const beforePublishing = (): Promise<void> => pushUntil("checks/list-for-ref", 1);

describe("a server that is killed after it has stored its verdict and before GitHub knows of it", () => {
  it("publishes it when it is back", async () => {
    await beforePublishing();
    const stored = await scene.whileKilled((dataDir) =>
      inDatabase(dataDir, (pool) =>
        pool.query("select verdict->>'outcome' as outcome, told from scopes where head_sha = $1", [head]),
      ),
    );
    expect(stored.rows).toEqual([{ outcome: "block", told: false }]);
    await expectOneVerdict();
  });

  it("publishes it even if the job that should have done so is lost", async () => {
    await beforePublishing();
    expect(await scene.whileKilled(loseJobs("publish-verdict"))).toBe(1);
    await expectOneVerdict();
  });
});

describe("a server that is killed while it reads", () => {
  it("reads again even if the job that should have done so is lost", async () => {
    await pushUntil("git/upload-pack");
    expect(repository.checkRuns(head)).toMatchObject([{ status: "in_progress" }]);
    expect(await scene.whileKilled(loseJobs("scan-change"))).toBe(1);
    await expectOneVerdict();
  });
});

describe("a server that is killed while a check is asked for again", () => {
  const moments = [
    ["before it looks for the check", "checks/list-for-ref", 0],
    ["while it opens the new one", "checks/create", 0],
    ["before the scan looks for it", "checks/list-for-ref", 1],
    ["before the publishing looks for it", "checks/list-for-ref", 2],
    ["while it concludes it", "checks/update", 0],
  ] as const;
  it.each(swept(3, moments))("%s concludes it when it is back", async (_, operation, skip) => {
    await tree.push(`topic-${branches}`);
    const { id } = await verdictOn(repository, head);
    await scene.github.idle();
    const fault = scene.github.faults.add({ kind: "slow", ...aboutHead(operation), delayMs: 3000, times: 1, skip });
    repository.rerequestCheckRun(id);
    await until(`${operation} to be asked for`, () => fault.hits() === 1);
    await scene.restart();
    await until("the new check to be concluded", () => repository.checkRuns(head, "all").length > 1);
    expect(await verdictOn(repository, head)).toMatchObject({ conclusion: "failure" });
    await scene.github.idle();
    const runs = repository.checkRuns(head, "all");
    expect(runs.filter(({ status }) => status !== "completed")).toEqual([]);
  });
});
