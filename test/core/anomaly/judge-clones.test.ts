import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { judgeClones, judgeReaders, type ClonesOfDay, type Reader } from "../../../src/core/anomaly/judge-clones.ts";

const leak = { incident: "i-1", at: "2026-06-10T12:00:00.000Z", inHistory: false };
const knownSince = "2026-06-01T00:00:00.000Z";
const reader = (fields: Partial<Reader>): Reader => ({
  actor: "developer",
  country: "DE",
  credentialKind: "SSH key",
  program: "git/2.47.1",
  firstAt: "2026-06-05T12:00:00.000Z",
  lastAt: "2026-06-11T12:00:00.000Z",
  reads: 4,
  ...fields,
});
const later = "2026-06-10T12:00:00.001Z";

const day = fc.integer({ min: 1, max: 20 }).map((of) => `2026-06-${String(of).padStart(2, "0")}T12:00:00.000Z`);
const anyReader = fc
  .record({ actor: fc.constantFrom("a", "b", null), country: fc.constantFrom("DE", "FR", null), firstAt: day })
  .map(reader);

describe("readers after a leak", () => {
  it.each([
    ["of whom nothing is known", [], null, "unknown"],
    ["known for too short", [reader({})], "2026-06-07T12:00:00.001Z", "unknown"],
    ["where nobody read before", [reader({ firstAt: later })], knownSince, "unknown"],
    ["who read before", [reader({})], knownSince, []],
    ["who are new", [reader({}), reader({ actor: "mallory", firstAt: later })], knownSince, ["mallory DE"]],
    ["whom nobody names", [reader({}), reader({ actor: null, firstAt: later })], knownSince, ["null DE"]],
    ["from a new country", [reader({}), reader({ country: "KP", firstAt: later })], knownSince, ["developer KP"]],
    ["from where it is not told", [reader({}), reader({ country: null, firstAt: later })], knownSince, []],
  ] as const)("%s", (_what, readers, since, expected) => {
    const judged = judgeReaders(leak, readers, since);
    const names =
      judged.kind === "judged" && judged.unusual.map(({ reader: { actor, country } }) => `${actor} ${country}`);
    expect(names === false ? "unknown" : names).toEqual(expected);
  });

  it("are never unusual where they read before the leak, and are so whatever else is known of later readers", () => {
    fc.assert(
      fc.property(fc.array(anyReader, { maxLength: 12 }), fc.array(anyReader, { maxLength: 5 }), (readers, more) => {
        const judged = judgeReaders(leak, readers, knownSince);
        const isAnybodyKnown = readers.some(({ firstAt }) => firstAt <= leak.at);
        expect(judged.kind).toBe(isAnybodyKnown ? "judged" : "unknown");
        if (judged.kind === "unknown") return;
        const told = judged.unusual.map((one) => one.reader);
        expect(told.some(({ firstAt }) => firstAt <= leak.at)).toBe(false);
        // Who reads after the leak excuses nobody.
        const others = more.map((one) => ({ ...one, firstAt: later }));
        const again = judgeReaders(leak, [...readers, ...others], knownSince);
        expect(again.kind === "judged" && told.every((one) => again.unusual.some((two) => two.reader === one))).toBe(
          true,
        );
      }),
    );
  });
});

describe("clones after a leak", () => {
  const days = (...counted: readonly (readonly [number, number, number])[]): readonly ClonesOfDay[] =>
    counted.map(([of, count, uniques]) => ({ day: `2026-06-${String(of).padStart(2, "0")}`, count, uniques }));
  it.each([
    ["known for too few days", days([10, 90, 90]), "2026-06-06", ["unknown"]],
    ["not known", [], null, ["unknown"]],
    ["as many as before", days([5, 30, 10], [10, 30, 10], [11, 60, 20]), "2026-06-01", ["usual", "usual"]],
    ["by more than twice as many", days([5, 30, 10], [11, 30, 21]), "2026-06-01", ["unusual"]],
    ["more than three times as many", days([5, 30, 10], [11, 91, 10]), "2026-06-01", ["unusual"]],
    ["few, where there were none", days([11, 19, 4]), "2026-06-01", ["usual"]],
    ["some, where there were none", days([11, 5, 5]), "2026-06-01", ["unusual"]],
  ] as const)("%s", (_what, counted, since, kinds) =>
    expect(judgeClones(leak, counted, since).map(({ kind }) => kind)).toEqual(kinds),
  );

  it("are never told of a day before the leak, and never usual by being more", () => {
    const anyDay = fc.tuple(fc.integer({ min: 1, max: 20 }), fc.nat(200), fc.nat(100));
    fc.assert(
      fc.property(fc.uniqueArray(anyDay, { selector: ([of]) => of }), fc.nat(50), (counted, more) => {
        const judged = judgeClones(leak, days(...counted), "2026-06-01");
        expect(judged.every((one) => one.day >= "2026-06-10")).toBe(true);
        const risen = counted.map(([of, count, uniques]) => [of, count + (of >= 10 ? more : 0), uniques] as const);
        const again = judgeClones(leak, days(...risen), "2026-06-01");
        const unusual = (all: typeof judged) => all.filter(({ kind }) => kind === "unusual").map((one) => one.day);
        expect(unusual(again)).toEqual(expect.arrayContaining(unusual(judged)));
      }),
    );
  });
});
