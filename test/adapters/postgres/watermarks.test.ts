import { expect, it } from "vitest";
import { createWatermarks } from "../../../src/adapters/postgres/watermarks.ts";
import { forEachDatabase } from "../../support/databases.ts";

forEachDatabase((get) => {
  it("a watermark is remembered by name, and never goes back", async () => {
    const marks = createWatermarks(get().database);
    expect(await marks.get("a")).toBeNull();
    await marks.set("a", "2026-11-02T12:00:00.000Z");
    await marks.set("a", "2026-11-02T11:00:00.000Z");
    await marks.set("b", "2026-11-02T10:00:00.000Z");
    expect(await marks.get("a")).toBe("2026-11-02T12:00:00.000Z");
    expect(await marks.get("b")).toBe("2026-11-02T10:00:00.000Z");
  });
});
