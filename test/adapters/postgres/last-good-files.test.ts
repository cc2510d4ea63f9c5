import { expect, it } from "vitest";
import { createLastGoodFiles } from "../../../src/adapters/postgres/last-good-files.ts";
import { aSha } from "../../support/builders.ts";
import { forEachDatabase } from "../../support/databases.ts";

const file = { installationId: 7, owner: "acme", name: "shop", ref: "", path: ".github/keyward.yml" };

forEachDatabase((get) => {
  it("remembers the version that was understood last, for each file and branch", async () => {
    const { database } = get();
    const files = createLastGoodFiles(database);
    expect(await files.of(file)).toBeNull();
    await files.note(file, aSha("a"));
    await files.note(file, aSha("b"));
    await files.note({ ...file, ref: "release" }, aSha("c"));
    expect(await files.of({ ...file, owner: "Acme" })).toBe(aSha("b"));
    expect(await files.of({ ...file, ref: "release" })).toBe(aSha("c"));
    expect(await files.of({ ...file, installationId: 8 })).toBeNull();
  });
});
