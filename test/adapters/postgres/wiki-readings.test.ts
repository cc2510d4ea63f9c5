import { expect, it } from "vitest";
import { createWikiReadings } from "../../../src/adapters/postgres/wiki-readings.ts";
import { aRepo, aSha } from "../../support/builders.ts";
import { forEachDatabase } from "../../support/databases.ts";

forEachDatabase((get) => {
  it("remembers for each wiki how far it was read", async () => {
    const readings = createWikiReadings(get().database);
    const [one, other] = [aRepo({ repoId: 901 }), aRepo({ repoId: 901, installationId: 8 })];
    expect(await readings.through(one)).toBeNull();
    await readings.note(one, aSha("1"));
    await readings.note(one, aSha("2"));
    expect(await readings.through(one)).toBe(aSha("2"));
    expect(await readings.through(other)).toBeNull();
  });
});
