import { expect, test } from "vitest";
import { createScanMemory } from "../../../src/adapters/postgres/scan-memory.ts";
import { scanMemoryContract } from "../../contracts/scan-memory.ts";
import { aRepo, aSha } from "../../support/builders.ts";
import { forEachDatabase } from "../../support/databases.ts";

const now = "2026-11-02T00:00:00.000Z";

forEachDatabase((get) => {
  scanMemoryContract(() => createScanMemory(get().database, () => now, 90));

  test("forgets what was not asked for in ninety days, and keeps what was", async () => {
    let day = 0;
    const clock = (): string => new Date(Date.parse(now) + day * 24 * 60 * 60 * 1000).toISOString();
    const memory = createScanMemory(get().database, clock, 90);
    const [used, unused] = ["d", "e"].map((digit) => ({ scanner: "s", object: aSha(digit), place: "p" }));
    if (!used || !unused) throw new Error("there are two");
    const answer = { kind: "scanned", bytes: 1, said: { findings: [], gaps: [] } } as const;
    await memory.remember(
      aRepo(),
      [used, unused].map((question) => ({ question, answer })),
    );
    day = 60;
    await memory.recall(aRepo(), [used]);
    day = 91;
    await memory.forgetUnused();
    expect(await memory.recall(aRepo(), [used, unused])).toEqual([answer, null]);
  });
});
