import { expect, test } from "vitest";
import { createHookNetworks } from "../../../src/adapters/postgres/hook-networks.ts";
import { createHookAddresses } from "../../../src/app/hook-addresses.ts";
import { forEachDatabase } from "../../support/databases.ts";
import { silentLog } from "../../support/log.ts";

forEachDatabase((get) => {
  test("what GitHub said last holds after a start at which it cannot be asked", async () => {
    const kept = createHookNetworks(get().database);
    const silent = () => Promise.reject(new Error("no answer"));
    const started = (ask: () => Promise<readonly string[]>) => createHookAddresses(ask, () => 0, silentLog, kept);
    await expect(started(silent)()).rejects.toThrow("has not said yet");
    await started(async () => ["198.51.100.0/24"])();
    await started(async () => ["192.30.252.0/22"])();
    expect((await kept.last())?.networks).toEqual(["192.30.252.0/22"]);
    await expect(started(silent)()).resolves.toBeDefined();
  });
});
