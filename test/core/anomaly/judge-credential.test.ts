import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AnomalyTerms } from "../../../src/core/anomaly/judge.ts";
import {
  judgeCredential,
  type CredentialHistory,
  type CredentialHour,
  type OrganizationHabits,
} from "../../../src/core/anomaly/judge-credential.ts";

const terms: AnomalyTerms = { burst: 10, gitBurst: 50, silentHours: 6, workingHours: null };
const start = Date.parse("2026-06-01T00:00:00.000Z");
const hourAt = (hours: number): string => new Date(start + hours * 3_600_000).toISOString();
const used = (hours: number, fields: Partial<CredentialHour> = {}): CredentialHour => ({
  hour: hourAt(hours),
  country: "DE",
  operations: 5,
  failures: 0,
  ...fields,
});
/** Five days a week would be less. Every day at 9, 10, 11 and 12 for ten days. */
const byDay = Array.from({ length: 40 }, (_, index) => used(24 * Math.floor(index / 4) + 9 + (index % 4)));
const nobody: OrganizationHabits = { knownSince: hourAt(0), operations: 0, countries: [] };
const abroad: OrganizationHabits = {
  knownSince: hourAt(0),
  operations: 1000,
  countries: [
    { country: "DE", firstHour: hourAt(0) },
    { country: "FR", firstHour: hourAt(1) },
  ],
};
const history = (...hours: readonly CredentialHour[]): CredentialHistory => ({
  credential: "c-1",
  kind: "SSH key",
  actor: "ada",
  hours,
});
const noon = 24 * 10 + 12;
const judge = (hours: readonly CredentialHour[], from = hourAt(24 * 10), organization = nobody): readonly string[] =>
  judgeCredential(history(...hours), from, organization, terms).map(({ metric, key }) => `${metric} ${key}`);

describe("a credential", () => {
  it.each([
    ["as it always was", [used(noon)], []],
    ["more than three times as much", [used(noon, { operations: 50 })], [`volume ${hourAt(noon)}`]],
    ["often, but not too often", [used(noon, { operations: 49 })], []],
    [
      "in two countries at once, too often",
      [used(noon, { operations: 30 }), used(noon, { country: null, operations: 30 })],
      [`volume ${hourAt(noon)}`],
    ],
    ["from a new country", [used(noon, { country: "KP" }), used(noon + 1, { country: "KP" })], ["country KP"]],
    ["from where it is not told", [used(noon, { country: null })], []],
    ["by night", [used(noon + 14), used(noon + 15)], ["hour 2026-06-12"]],
    ["with failures", [used(noon, { operations: 0, failures: 5 })], [`failures ${hourAt(noon)}`]],
    ["with few failures", [used(noon, { operations: 0, failures: 4 })], []],
  ])("used %s", (_what, now, expected) => {
    expect(judge([...byDay, ...now])).toEqual(expected);
  });

  it("shows what it was judged by, and no more of itself than a name", () => {
    const [found] = judgeCredential(history(...byDay, used(noon, { country: "KP" })), hourAt(24 * 10), nobody, terms);
    expect(found?.evidence).toEqual({
      credential: "c-1",
      kind: "SSH key",
      actor: "ada",
      hour: hourAt(noon),
      country: "KP",
      operations: 5,
      failures: 0,
      countriesBefore: ["DE"],
      judgedBy: "where the credential was used before",
    });
  });

  it("that is new is judged by the countries of its organization alone, where enough of that is known", () => {
    const now = [used(noon, { country: "KP", operations: 500, failures: 50 }), used(noon, { country: "FR" })];
    expect(judge(now)).toEqual([]);
    expect(judge(now, hourAt(0), abroad)).toEqual(["country KP"]);
    expect(judge(now, hourAt(0), { ...abroad, operations: 99 })).toEqual([]);
    expect(judge(now, hourAt(0), { ...abroad, knownSince: hourAt(noon - 24) })).toEqual([]);
    // That it was there itself in this hour makes a country no habit.
    const itself = { country: "KP", firstHour: hourAt(noon) };
    expect(judge(now, hourAt(0), { ...abroad, countries: [...abroad.countries, itself] })).toEqual(["country KP"]);
  });

  it("is not judged by what came later, nor for what was judged before", () => {
    const peak = used(noon, { operations: 60 });
    expect(judge([...byDay, peak, used(noon + 1, { operations: 500 })])).toContain(`volume ${hourAt(noon)}`);
    expect(judge([...byDay, peak], hourAt(noon + 1))).toEqual([]);
  });
});

const anyHour = fc
  .record({
    at: fc.integer({ min: 0, max: 24 * 14 }),
    country: fc.constantFrom("DE", "FR", "KP", null),
    operations: fc.nat(200),
    failures: fc.nat(20),
  })
  .map(({ at, ...fields }) => used(at, fields));
const anyHistory = fc.uniqueArray(anyHour, { maxLength: 60, selector: ({ hour, country }) => `${hour} ${country}` });

describe("whatever a credential was used for", () => {
  it("is never told of within its first week by its own history", () => {
    fc.assert(
      fc.property(anyHistory, (hours) => {
        const first = Math.min(...hours.map(({ hour }) => Date.parse(hour)));
        for (const { at } of judgeCredential(history(...hours), hourAt(0), nobody, terms))
          expect(Date.parse(at) - first).toBeGreaterThanOrEqual(7 * 24 * 3_600_000);
      }),
    );
  });

  it("each thing is told once, whatever order the hours are in", () => {
    fc.assert(
      fc.property(anyHistory, (hours) => {
        const told = judge(hours, hourAt(0));
        expect(new Set(told).size).toBe(told.length);
        expect(judge(hours.toReversed(), hourAt(0)).toSorted()).toEqual(told.toSorted());
      }),
    );
  });

  it("more of it within an hour never makes that hour less unusual", () => {
    fc.assert(
      fc.property(anyHistory, fc.nat(500), (hours, more) => {
        const last = hours.toSorted((a, b) => (a.hour < b.hour ? -1 : 1)).at(-1);
        const risen = hours.map((one) => (one === last ? { ...one, operations: one.operations + more } : one));
        const volume = (all: readonly CredentialHour[]) =>
          judge(all, last?.hour ?? hourAt(0)).filter((one) => one.startsWith("volume"));
        expect(volume(risen)).toEqual(expect.arrayContaining(volume(hours)));
      }),
    );
  });

  it("a country from where it was used before is not told", () => {
    fc.assert(
      fc.property(anyHistory, (hours) => {
        const again = hours.map((one, index) => ({ ...one, hour: hourAt(24 * 20 + index) }));
        const told = judge([...hours, ...again], hourAt(24 * 20), abroad);
        expect(told.filter((one) => one.startsWith("country"))).toEqual([]);
      }),
    );
  });
});
