import { expect, it } from "vitest";
import { createVisibilities } from "../../../src/adapters/postgres/visibilities.ts";
import { forEachDatabase } from "../../support/databases.ts";

forEachDatabase((get) => {
  it("each change of who can read a repository is remembered; what is known, or older, changes nothing", async () => {
    const seen = createVisibilities(get().database);
    expect(await seen.of(1)).toEqual([]);
    await seen.note(1, "private", "2026-11-01T10:00:00.000Z");
    await seen.note(1, "private", "2026-11-01T11:00:00.000Z");
    await seen.note(1, "public", "2026-11-02T10:00:00.000Z");
    await seen.note(2, "internal", "2026-11-02T10:00:00.000Z");
    // Another process, which has not seen it yet; a delivery that comes late, and one that comes again.
    const other = createVisibilities(get().database);
    await other.note(1, "private", "2026-11-01T12:00:00.000Z");
    await other.note(1, "private", "2026-11-03T10:00:00.000Z");
    expect(await other.of(1)).toEqual([
      { visibility: "private", since: "2026-11-01T10:00:00.000Z" },
      { visibility: "public", since: "2026-11-02T10:00:00.000Z" },
      { visibility: "private", since: "2026-11-03T10:00:00.000Z" },
    ]);
  });
});
