import { describe, expect, it } from "vitest";
import { openIncident, withOccurrences } from "../../../src/core/incident/incident.ts";
import type { CodeOccurrence } from "../../../src/core/incident/occurrence.ts";
import { aFinding, aRepo, aSha } from "../../support/builders.ts";

const seen = (fields: Partial<CodeOccurrence> = {}): CodeOccurrence => ({
  kind: "code",
  repoId: 42,
  commit: aSha("c"),
  blob: aSha("b"),
  path: "src/config.ts",
  line: 2,
  seenAt: "2026-11-01T10:00:00.000Z",
  ...fields,
});

const opened = openIncident({ id: "i1", home: aRepo(), finding: aFinding(), occurrences: [seen()] });

describe("an incident", () => {
  it("opens with the finding's facts at the time it was first seen", () => {
    expect(opened).toMatchObject({
      state: "open",
      mask: "ghp_****",
      openedAt: "2026-11-01T10:00:00.000Z",
      issueNumber: null,
      occurrences: [seen()],
    });
  });

  it("does not count the same place twice, even when it is seen at another time", () => {
    expect(withOccurrences(opened, [seen({ seenAt: "2026-11-02T10:00:00.000Z" })])).toBe(opened);
    expect(withOccurrences(opened, [seen({ line: 9 }), seen({ line: 9 })]).occurrences).toHaveLength(2);
  });

  it("reopens when the secret turns up in a new place, and only then", () => {
    const closed = { ...opened, state: "closed" } as const;
    expect(withOccurrences(closed, [seen()]).state).toBe("closed");
    expect(withOccurrences(closed, [seen({ commit: aSha("d") })]).state).toBe("open");
  });
});
