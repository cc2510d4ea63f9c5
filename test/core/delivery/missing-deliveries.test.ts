import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { missingDeliveries, type Attempt } from "../../../src/core/delivery/missing-deliveries.ts";

const now = "2026-11-02T12:00:00.000Z";
const minutesAgo = (minutes: number): string => new Date(Date.parse(now) - minutes * 60_000).toISOString();
let ids = 0;
const attempt = (guid: string, minutes: number, statusCode: number, isRepeated = false): Attempt => ({
  id: (ids += 1),
  guid,
  deliveredAt: minutesAgo(minutes),
  isRepeated,
  statusCode,
});
const none = (): boolean => false;

describe("a delivery is asked for again", () => {
  it.each([
    ["at once when it failed and is not stored", [[0, 502]], false, 1],
    ["at once when nobody answered", [[0, 0]], false, 1],
    ["not when it is stored, whatever we answered", [[30, 502]], true, 0],
    ["when it was answered 202 and is not stored", [[2, 202]], false, 1],
    ["not while it may be on its way into the database", [[0.5, 202]], false, 0],
    [
      "after a minute when the second attempt failed too",
      [
        [9, 502],
        [1, 502],
      ],
      false,
      1,
    ],
    [
      "not before",
      [
        [9, 502],
        [0.5, 502],
      ],
      false,
      0,
    ],
    [
      "after three minutes when the third failed",
      [
        [9, 0],
        [7, 0],
        [3, 0],
      ],
      false,
      1,
    ],
    [
      "not before that",
      [
        [9, 0],
        [7, 0],
        [2, 0],
      ],
      false,
      0,
    ],
  ] as const)("%s", (_, attempts, stored, expected) => {
    const all = attempts.map(([minutes, status], n) => attempt("a", minutes, status, n > 0));
    const { redeliver, since } = missingDeliveries(all, () => stored, now);
    expect(redeliver.map((one) => one.attempt)).toEqual(all.slice(-1).slice(0, expected));
    expect(since).toBe(stored ? null : all[0]?.deliveredAt);
  });

  it("by its last attempt, the oldest delivery first, however the list is ordered", () => {
    const [a, b, c] = [attempt("a", 10, 500, true), attempt("b", 20, 500), attempt("a", 30, 500)];
    expect(missingDeliveries([a, b, c], none, now)).toEqual({
      redeliver: [
        { attempt: b, attempts: 1 },
        { attempt: a, attempts: 2 },
      ],
      since: c.deliveredAt,
    });
  });

  it("every two hours in the end, as long as GitHub has it", () => {
    const all = (minutes: number) => Array.from({ length: 40 }, (_, n) => attempt("a", minutes + 39 - n, 0, n > 0));
    expect(missingDeliveries(all(119), none, now).redeliver).toEqual([]);
    expect(missingDeliveries(all(120), none, now).redeliver).toMatchObject([{ attempts: 40 }]);
  });

  it("not where only later attempts at it are listed: how many there were before is not known", () => {
    expect(missingDeliveries([attempt("a", 60, 500, true)], none, now)).toEqual({ redeliver: [], since: null });
  });
});

it("every delivery that is not stored is asked for in the end, and none that is stored ever", () => {
  const anAttempt = fc.record({
    id: fc.nat(),
    guid: fc.constantFrom("a", "b", "c", "d"),
    deliveredAt: fc.integer({ min: 0, max: 300 }).map(minutesAgo),
    isRepeated: fc.constant(false),
    statusCode: fc.constantFrom(0, 202, 404, 500, 502),
  });
  const all = fc.uniqueArray(anAttempt, { selector: ({ id }) => id, maxLength: 40 });
  fc.assert(
    fc.property(all, fc.subarray(["a", "b", "c", "d"]), (attempts, stored) => {
      const later = new Date(Date.parse(now) + 24 * 3_600_000).toISOString();
      const { redeliver } = missingDeliveries(attempts, (guid) => stored.includes(guid), later);
      const named = redeliver.map(({ attempt: { guid } }) => guid).toSorted();
      const missing = [...new Set(attempts.map(({ guid }) => guid))].filter((guid) => !stored.includes(guid));
      expect(named).toEqual(missing.toSorted());
    }),
  );
});
