import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { assertFaithful } from "../github/testing/faithful.ts";
import type { LocalRepository } from "../github/local-repository.ts";
import type { WorkTree } from "../github/work-tree.ts";
import { startRepository } from "../support/scenario.ts";
import { startScene, type Scene } from "../support/scene.ts";
import { swept } from "../support/sweep.ts";
import { newToken } from "../support/tokens.ts";
import { until, verdictOn } from "../support/watch.ts";

let scene: Scene;
let repository: LocalRepository;
let tree: WorkTree;

beforeAll(async () => {
  scene = await startScene();
});
afterAll(async () => {
  await scene[Symbol.asyncDispose]();
});
beforeEach(async () => {
  ({ repository, tree } = await startRepository(scene));
  await tree.git("switch", "--quiet", "--create", "topic");
});
afterEach(async () => {
  scene.github.faults.clear();
  await assertFaithful(scene.github);
  await tree[Symbol.asyncDispose]();
});

async function pushLeak(): Promise<string> {
  const head = await tree.commit({ message: "Leak", files: [["app.ts", `const t = "${newToken()}";\n`]] });
  await tree.push("topic");
  return head;
}

/** One check, concluded, with each annotation once; one issue. */
async function expectOneOfEach(head: string): Promise<void> {
  const run = await verdictOn(repository, head);
  expect(run.conclusion).toBe("failure");
  await until("the incident", () => repository.issues().length > 0);
  await scene.github.idle();
  expect(repository.checkRuns(head, "all")).toHaveLength(1);
  expect(repository.checkRuns(head)[0]?.annotations).toHaveLength(1);
  expect(repository.issues()).toHaveLength(1);
}

describe("the same delivery", () => {
  it("sent again changes nothing", async () => {
    const head = await pushLeak();
    await expectOneOfEach(head);
    const delivery = scene.github.deliveries.findLast(({ event }) => event === "push");
    expect(delivery).toBeDefined();
    const again = await scene.github.redeliver(delivery?.id ?? 0);
    expect(again.statusCode).toBe(202);
    await expectOneOfEach(head);
  });

  it("sent twice at once is worked on once", async () => {
    scene.github.faults.add({ kind: "twice", operation: "webhook/push", times: 1 });
    await expectOneOfEach(await pushLeak());
  });
});

describe("an answer that is lost after GitHub has done the thing", () => {
  it.each(["checks/create", "checks/update", "issues/create"])("of %s does not do it twice", async (operation) => {
    const fault = scene.github.faults.add({ kind: "bad-gateway-after", operation, times: 1 });
    await expectOneOfEach(await pushLeak());
    expect(fault.hits()).toBe(1);
  });
});

describe("GitHub", () => {
  it.each(["git/upload-pack", "checks/create"])(
    "failing %s for a moment delays the verdict, and no more",
    async (operation) => {
      const fault = scene.github.faults.add({ kind: "bad-gateway", operation, times: 1 });
      await expectOneOfEach(await pushLeak());
      expect(fault.hits()).toBe(1);
    },
  );

  it("letting tokens expire early is no matter", async () => {
    await expectOneOfEach(await pushLeak());
    scene.github.expireTokens();
    const head = await tree.commit({ message: "Go on", files: [["more.ts", "export {};\n"]] });
    await tree.push("topic");
    expect(await verdictOn(repository, head)).toMatchObject({ conclusion: "failure" });
  });

  it("asking for patience gets it", async () => {
    scene.github.faults.add({ kind: "secondary-limit", operation: "issues/create", times: 1, retryAfterSeconds: 1 });
    await expectOneOfEach(await pushLeak());
  });
});

describe("a server that is killed", () => {
  const moments = [
    ["before it reads", "git/upload-pack"],
    ["while it creates the check", "checks/create"],
    ["while it concludes the check", "checks/update"],
    ["while it files the issue", "issues/create"],
  ] as const;
  it.each(swept(2, moments))("%s goes on where it was", async (_, operation) => {
    const fault = scene.github.faults.add({ kind: "slow", operation, delayMs: 1500, times: 1 });
    const head = await pushLeak();
    await until(`${operation} to be asked for`, () => fault.hits() === 1);
    await scene.restart();
    await expectOneOfEach(head);
  });
});
