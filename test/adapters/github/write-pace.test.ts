import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createWritePace } from "../../../src/adapters/postgres/write-pace.ts";
import type { PaceBucket } from "../../../src/flows/ports/write-pace.ts";
import { startChild, type TestChild } from "../../support/child.ts";
import { forEachDatabase, noServer, serverOptions } from "../../support/databases.ts";
import { startGithubWorld, type GithubWorld } from "./github-world.ts";

let world: GithubWorld;
beforeAll(async () => {
  world = await startGithubWorld();
});
afterAll(() => world.stop());

/** So slow that nothing comes back while a test runs. */
const slow: PaceBucket = { name: "writes", size: 3, perSecond: 0.001, leaving: 0 };

forEachDatabase((get) => {
  test("a bucket gives what it holds, to whoever asks, and each installation has its own", async () => {
    const [one, other] = [createWritePace(get().database), createWritePace(get().database)];
    for (const worker of [one, other, one]) expect(await worker.take("1", slow)).toEqual({ kind: "wait", seconds: 0 });
    const refused = await other.take("1", slow);
    expect(refused.kind).toBe("ask-again");
    expect(refused.seconds).toBeGreaterThan(900);
    expect(await other.take("2", slow)).toEqual({ kind: "wait", seconds: 0 });
    expect(await other.take("1", { ...slow, name: "notifications" })).toEqual({ kind: "wait", seconds: 0 });
  });

  test("what must be left for verdicts is, and they may owe, each waiting longer than the one before", async () => {
    const pace = createWritePace(get().database);
    const [work, verdict] = [
      { ...slow, leaving: 2 },
      { ...slow, leaving: -2 },
    ];
    expect((await pace.take("3", work)).kind).toBe("wait");
    expect((await pace.take("3", work)).kind).toBe("ask-again");
    const waits: number[] = [];
    for (let n = 0; n < 4; n += 1) {
      const { kind, seconds } = await pace.take("3", verdict);
      expect(kind).toBe("wait");
      waits.push(Math.round(seconds / 1000));
    }
    expect(waits).toEqual([0, 0, 1, 2]);
    expect((await pace.take("3", verdict)).kind).toBe("ask-again");
  });

  test("what was asked for at the same moment is not given twice", async () => {
    const pace = createWritePace(get().database);
    const asked = await Promise.all(Array.from({ length: 12 }, () => pace.take("4", slow)));
    expect(asked.filter(({ kind }) => kind === "wait")).toHaveLength(3);
  });
});

test.skipIf(noServer !== null)(
  "two workers that write for one installation keep its pace together, and one that is killed holds nobody up",
  async () => {
    const { url = "" } = await serverOptions();
    const { app, apiUrl: baseUrl } = world.github;
    const { sha: head } = await world.newHead();
    const start = (use: "verdict" | "work"): TestChild => {
      const given = { url, app, baseUrl, installationId: world.installation.id, head, use, does: "write" };
      return startChild("adapters/github/pace-writer.child.ts", [JSON.stringify(given)]);
    };
    const written = (): number => world.sent("checks/create");
    const begun = performance.now();
    const [first, second] = [start("verdict"), start("verdict")];
    try {
      await Promise.all([first.hasSaid(1), second.hasSaid(1)]);
      // Each alone may write 40 at once, and 40 a minute after that.
      while (first.said.length + second.said.length < 40) await sleep(50);
      await sleep(2000);
      const minutes = (performance.now() - begun) / 60_000;
      expect(written()).toBeLessThanOrEqual(Math.ceil(40 + 40 * minutes));
      await first.kill();
      // What the dead one had taken leave for comes first: four at most, at one in a second and a half.
      await second.hasSaid(second.said.length + 1);
    } finally {
      await Promise.all([first.kill(), second.kill()]);
    }
  },
  60_000,
);
