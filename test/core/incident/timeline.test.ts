import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkTimeline, nextEntry, type TimelineEntry } from "../../../src/core/incident/timeline.ts";

const hash = (text: string): string => createHash("sha256").update(text).digest("hex");

function written(count: number): TimelineEntry[] {
  const entries: TimelineEntry[] = [];
  for (let n = 0; n < count; n += 1) {
    const event = { kind: "escalated", to: `team-${n}` } as const;
    const at = `2026-11-02T10:00:0${n % 10}.000Z`;
    entries.push(nextEntry("i1", entries.at(-1) ?? null, { at, event, state: "open", source: null }, hash));
  }
  return entries;
}

describe("a timeline", () => {
  it("holds as it was written, also when the keys of an event come back in another order", () => {
    const turned = written(3).map((entry) => ({
      ...entry,
      event: { to: (entry.event as { to: string }).to, kind: "escalated" as const },
    }));
    expect(checkTimeline("i1", turned, 3, hash)).toMatchObject({ kind: "holds", entries: 3 });
  });

  it("shows every edit: a changed field, a missing, a doubled or a moved entry, a cut end, another incident's", () => {
    const entries = written(8);
    const edits: fc.Arbitrary<readonly TimelineEntry[]> = fc.nat({ max: 7 }).chain((n) => {
      const [one] = entries.slice(n);
      if (!one) throw new Error("there are eight entries");
      const replaced = (entry: TimelineEntry) => entries.with(n, entry);
      return fc.constantFrom(
        replaced({ ...one, at: "2026-11-03T00:00:00.000Z" }),
        replaced({ ...one, state: "closed" }),
        replaced({ ...one, source: "comment:1" }),
        replaced({ ...one, event: { kind: "escalated", to: "nobody" } }),
        replaced({ ...one, hash: "0".repeat(64) }),
        entries.toSpliced(n, 1),
        entries.toSpliced(n, 0, one),
        entries.toSpliced(n, 1).concat(one),
        entries.slice(0, n),
      );
    });
    const untouched = JSON.stringify(entries);
    fc.assert(
      fc.property(edits, (edited) => {
        fc.pre(JSON.stringify(edited) !== untouched);
        expect(checkTimeline("i1", edited, 8, hash).kind).toBe("broken");
      }),
    );
    expect(checkTimeline("i2", entries, 8, hash).kind).toBe("broken");
  });

  it("cannot be made anew without the key", () => {
    expect(checkTimeline("i1", written(3), 3, (text) => hash(`key ${text}`)).kind).toBe("broken");
  });
});
