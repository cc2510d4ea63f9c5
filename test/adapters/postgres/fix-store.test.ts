import { expect, test } from "vitest";
import { createFixStore } from "../../../src/adapters/postgres/fix-store.ts";
import { forEachDatabase } from "../../support/databases.ts";

let repoId = 7000;

forEachDatabase((get) => {
  test("what is remembered of fixes is given back as it was, the newest in the place of the one before", async () => {
    const store = createFixStore(get().database);
    repoId += 1;
    expect(await store.byId(repoId)).toBeNull();
    const record = {
      plannedAt: "2026-11-26T10:00:00Z",
      steps: [],
      pending: [],
      kept: { "deletion-blocked": "2026-11-26T10:00:00Z" },
      drifts: [
        { claims: ["deletion-blocked"], changes: ["+ deletion"], by: "@ada", setBackAt: "2026-11-26T10:00:00Z" },
      ],
    };
    await store.save(repoId, { ...record, drifts: [] });
    await store.save(repoId, record);
    expect(await store.byId(repoId)).toEqual(record);
  });

  test("of each kind of event the newest change is known, whatever order they come in", async () => {
    const store = createFixStore(get().database);
    repoId += 1;
    const change = (event: string, login: string, at: string) => store.noteChange(repoId, { event, login, at });
    await change("repository_ruleset", "ada", "2026-11-26T10:00:00.000Z");
    await change("repository_ruleset", "bob", "2026-11-26T12:00:00.000Z");
    await change("repository_ruleset", "late", "2026-11-26T11:00:00.000Z");
    await change("security_and_analysis", "eve", "2026-11-26T09:00:00.000Z");
    const changes = await store.changesOf(repoId);
    expect(changes.toSorted((a, b) => a.event.localeCompare(b.event))).toEqual([
      { event: "repository_ruleset", login: "bob", at: "2026-11-26T12:00:00.000Z" },
      { event: "security_and_analysis", login: "eve", at: "2026-11-26T09:00:00.000Z" },
    ]);
  });
});
