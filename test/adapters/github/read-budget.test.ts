import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createRequestBudget } from "../../../src/adapters/postgres/request-budget.ts";
import type { HourLeft, ReadLeave } from "../../../src/flows/ports/request-budget.ts";
import { startChild, type TestChild } from "../../support/child.ts";
import { forEachDatabase, noServer, serverOptions } from "../../support/databases.ts";
import { startGithubWorld, type GithubWorld } from "./github-world.ts";

let world: GithubWorld;
beforeAll(async () => {
  world = await startGithubWorld();
});
afterAll(() => world.stop());

/** So slow that nothing comes back while a test runs. */
const slow: ReadLeave = { requests: 10, size: 30, perSecond: 0.01, leaving: 0, leavingOfHour: 0.2 };
const verdict: ReadLeave = { ...slow, leaving: -20, leavingOfHour: -1 };
const granted = { kind: "wait", seconds: 0 };

const hour = (left: number, inSeconds: number): HourLeft => {
  return { limit: 5000, left, resetsAt: Math.round(Date.now() / 1000) + inSeconds };
};

forEachDatabase((get) => {
  test("workers take leave for several requests at once from what they have together, each installation its own", async () => {
    const [one, other] = [createRequestBudget(get().database), createRequestBudget(get().database)];
    for (const worker of [one, other, one]) expect(await worker.take("1", slow, null)).toEqual(granted);
    const refused = await other.take("1", slow, null);
    expect(refused).toMatchObject({ kind: "ask-again", limit: "secondary" });
    expect(Math.round(refused.seconds / 10)).toBe(100);
    expect(await other.take("2", slow, null)).toEqual(granted);
  });

  test("what is asked for at the same moment is not given twice", async () => {
    const budget = createRequestBudget(get().database);
    const asked = await Promise.all(Array.from({ length: 12 }, () => budget.take("3", slow, null)));
    expect(asked.filter(({ kind }) => kind === "wait")).toHaveLength(3);
  });

  test("verdicts find what other work has to leave, and may owe after that, each waiting longer", async () => {
    const budget = createRequestBudget(get().database);
    const work = { ...slow, leaving: 10 };
    const kinds: string[] = [];
    for (let n = 0; n < 3; n += 1) kinds.push((await budget.take("4", work, null)).kind);
    expect(kinds).toEqual(["wait", "wait", "ask-again"]);
    const waits: number[] = [];
    for (let n = 0; n < 3; n += 1) waits.push(Math.round((await budget.take("4", verdict, null)).seconds / 100));
    expect(waits).toEqual([0, 10, 20]);
    expect(await budget.take("4", verdict, null)).toMatchObject({ kind: "ask-again", limit: "secondary" });
  });

  test("what one worker sees of the hour holds for all: work leaves verdicts a fifth of it until it is over", async () => {
    const [one, other] = [createRequestBudget(get().database), createRequestBudget(get().database)];
    const wide = { ...slow, size: 1000, perSecond: 100 };
    expect(await one.take("5", wide, null)).toEqual(granted);
    expect(await one.take("5", wide, hour(1010, 1800))).toEqual(granted);
    expect(await one.take("5", wide, hour(1009, 1800))).toMatchObject({ kind: "ask-again", limit: "primary" });
    const refused = await other.take("5", wide, null);
    expect(refused).toMatchObject({ kind: "ask-again", limit: "primary" });
    expect(Math.round(refused.seconds / 100)).toBe(18);
    expect(await other.take("5", { ...wide, leavingOfHour: -1 }, null)).toEqual(granted);
    // A worker that has asked GitHub nothing for long knows an older hour only.
    expect(await other.take("5", wide, hour(4000, 900))).toMatchObject({ limit: "primary" });
    expect(await other.take("5", wide, hour(5000, 5400))).toEqual(granted);
    expect(await one.take("6", wide, hour(3, -1))).toEqual(granted);
    expect(await one.take("6", wide, hour(3, -1))).toEqual(granted);
  });
});

test.skipIf(noServer !== null)(
  "two workers that read for one installation stay within one pace, and leave verdicts their part of the hour",
  async () => {
    const { url = "" } = await serverOptions();
    const { app, apiUrl: baseUrl } = world.github;
    const { sha: head } = await world.newHead();
    const start = (use: "verdict" | "work"): TestChild => {
      const given = { url, app, baseUrl, installationId: world.installation.id, head, use, does: "read" };
      return startChild("adapters/github/pace-writer.child.ts", [JSON.stringify(given)]);
    };
    const read = (): number => world.sent("repos/get");
    const left = 1055;
    world.github.setUsed(world.installation, 5000 - left);
    const workers = [start("work"), start("work")];
    let verdicts: TestChild | null = null;
    try {
      // A thousand of the five are for verdicts; each worker may have leave for ten that GitHub has not counted yet.
      await Promise.all(workers.map((one) => one.hasSaid(4)));
      while (!workers.every(({ said }) => said.filter((line) => line.startsWith("limited")).length === 4))
        await sleep(50);
      expect(new Set(workers.flatMap(({ said }) => said.filter((line) => line !== "done")))).toEqual(
        new Set(["limited: primary"]),
      );
      const byWork = read();
      expect(byWork).toBeGreaterThanOrEqual(left - 1000 - 10);
      expect(byWork).toBeLessThanOrEqual(left - 1000 + 20);
      verdicts = start("verdict");
      const begun = performance.now();
      await verdicts.hasSaid(20);
      await sleep(1500);
      const seconds = (performance.now() - begun) / 1000;
      // All that was read since the first worker started is within the bucket of all.
      expect(read()).toBeGreaterThanOrEqual(byWork + 20);
      expect(read()).toBeLessThanOrEqual(Math.ceil(90 + 10 + 7 * (seconds + 15)));
    } finally {
      await Promise.all([...workers, ...(verdicts ? [verdicts] : [])].map((one) => one.kill()));
    }
  },
  60_000,
);
