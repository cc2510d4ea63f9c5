import { expect, it } from "vitest";
import { createRequestAllowance } from "../../../src/adapters/postgres/request-allowance.ts";
import { forEachDatabase } from "../../support/databases.ts";

forEachDatabase((get) => {
  it("allows so many requests an hour, to each provider and for each installation", async () => {
    let now = "2026-06-01T12:10:00.000Z";
    const allow = createRequestAllowance(get().database, () => now, 2);
    const ask = (): Promise<boolean> => allow(1, "github");
    expect([await ask(), await ask(), await ask()]).toEqual([true, true, false]);
    expect(await allow(1, "gitlab")).toBe(true);
    expect(await allow(2, "github")).toBe(true);
    now = "2026-06-01T13:00:00.000Z";
    expect([await ask(), await ask(), await ask()]).toEqual([true, true, false]);
    now = "2026-06-01T12:59:00.000Z";
    expect(await ask()).toBe(false);
  });

  it("counts what is asked for at the same moment", async () => {
    const allow = createRequestAllowance(get().database, () => "2026-06-01T12:10:00.000Z", 5);
    const answers = await Promise.all(Array.from({ length: 12 }, () => allow(9, "stripe")));
    expect(answers.filter((allowed) => allowed)).toHaveLength(5);
  });
});
