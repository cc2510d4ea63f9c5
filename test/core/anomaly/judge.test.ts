import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  judgeBurst,
  judgeHour,
  judgeReading,
  judgeRefusals,
  judgeSink,
  judgeWebhooks,
  type AnomalyTerms,
} from "../../../src/core/anomaly/judge.ts";

const terms: AnomalyTerms = { burst: 10, gitBurst: 50, silentHours: 6, workingHours: null };
const at = "2026-06-02T03:10:00.000Z";
const hours = (...done: readonly number[]) =>
  Array.from({ length: 24 }, (_, hour) => done.filter((one) => one === hour).length);
const daily = (hour: number, times: number) => hours(...Array.from({ length: times }, () => hour));

describe("a burst", () => {
  const knownSince = "2026-05-01T00:00:00.000Z";
  it.each([
    [{ count: 9, most: 0, knownSince }, "usual"],
    [{ count: 10, most: 0, knownSince }, "unusual"],
    [{ count: 31, most: 10, knownSince }, "unusual"],
    [{ count: 30, most: 10, knownSince }, "usual"],
    [{ count: 500, most: 0, knownSince: "2026-05-30T00:00:00.000Z" }, "unknown"],
    [{ count: 500, most: 0, knownSince: null }, "unknown"],
  ])("%j is %s", (findings, kind) => expect(judgeBurst(findings, at, terms).kind).toBe(kind));

  it("is never told without a history, and never turns usual by more findings", () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.nat(1000), fc.nat(1000), (count, more, most) => {
        expect(judgeBurst({ count, most, knownSince: null }, at, terms).kind).not.toBe("unusual");
        const before = judgeBurst({ count, most, knownSince }, at, terms).kind;
        const after = judgeBurst({ count: count + more, most, knownSince }, at, terms).kind;
        expect(before !== "unusual" || after === "unusual").toBe(true);
      }),
    );
  });
});

describe("an hour", () => {
  const workingHours = { days: [1, 2, 3, 4, 5], from: "07:00", to: "20:00", timeZone: "Europe/Berlin" };
  it.each([
    ["of somebody who works by day", daily(14, 10), hours(), "unusual", "when the person did so before"],
    ["of somebody who works at night", daily(2, 10), daily(14, 50), "usual", null],
    [
      "in an organization that works by day",
      daily(3, 2),
      daily(14, 40),
      "unusual",
      "when the organization did so before",
    ],
    ["of nobody known", daily(3, 2), daily(14, 9), "unknown", null],
  ])("%s", (_what, person, organization, kind, judgedBy) => {
    const judged = judgeHour(at, person, organization, terms);
    expect(judged.kind).toBe(kind);
    expect(judged.kind === "unusual" ? judged.evidence["judgedBy"] : null).toBe(judgedBy);
  });

  it("is judged by the working hours that are set where nothing is known, in their zone", () => {
    const set = { ...terms, workingHours };
    expect(judgeHour(at, [], [], set).kind).toBe("unusual");
    expect(judgeHour("2026-06-02T05:30:00.000Z", [], [], set).kind).toBe("usual");
    expect(judgeHour("2026-06-06T12:00:00.000Z", [], [], set).kind).toBe("unusual");
  });

  it("at which somebody always did it is usual, whatever the others do", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 10, max: 99 }), (hour, times) => {
        const when = new Date(Date.UTC(2026, 5, 2, hour, 59)).toISOString();
        expect(judgeHour(when, daily(hour, times), daily((hour + 12) % 24, 500), terms).kind).toBe("usual");
      }),
    );
  });
});

describe("a sink", () => {
  const waiting = { since: "2026-06-01T21:00:00.000Z", ofIncidents: 3, others: 1, tookAt: null };
  it("is silent when something has waited for it for too long", () => {
    expect(judgeSink({ ...waiting, since: "2026-06-01T22:00:00.000Z" }, at, terms).kind).toBe("usual");
    expect(judgeSink(waiting, at, terms)).toEqual({
      kind: "unusual",
      evidence: { waitsSince: waiting.since, lastTook: null, eventsOfIncidents: 3, others: 1 },
    });
  });

  it("that catches up on what it missed is not silent", () => {
    expect(judgeSink({ ...waiting, tookAt: "2026-06-02T03:00:00.000Z" }, at, terms).kind).toBe("usual");
    expect(judgeSink({ ...waiting, tookAt: "2026-06-01T20:59:00.000Z" }, at, terms).kind).toBe("unusual");
  });

  it("that refuses something for too long is told of", () => {
    expect(judgeRefusals({ since: "2026-06-01T22:00:00.000Z", refused: 1 }, at, terms).kind).toBe("usual");
    expect(judgeRefusals({ since: waiting.since, refused: 2 }, at, terms)).toEqual({
      kind: "unusual",
      evidence: { refused: 2, waitsSince: waiting.since },
    });
  });
});

it.each([
  ["that is closed to the app", { refusal: "it is closed" }, "it is closed"],
  [
    "that is read late",
    { through: "2026-06-02T01:09:59.000Z" },
    "the audit log is read until 2026-06-02T01:09:59.000Z",
  ],
  [
    "that is known for a few days",
    { since: "2026-05-26T03:10:00.000Z" },
    "the audit log is known since 2026-05-26T03:10:00.000Z, for less than 8 days",
  ],
  ["that is known", {}, null],
])("an audit log %s", (_what, fields, reason) => {
  const reading = { since: "2026-05-01T00:00:00.000Z", through: at, refusal: null };
  const judged = judgeReading({ ...reading, ...fields }, at);
  expect(judged).toEqual(reason === null ? { kind: "usual" } : { kind: "unknown", reason });
});

it.each([
  ["heard of lately", { last: "2026-06-02T00:00:00.000Z" }, "usual"],
  ["silent for longer than ever", {}, "unusual"],
  ["silent as on other nights", { longestGapSeconds: 40_000 }, "usual"],
  ["hardly known", { count: 19 }, "unknown"],
  ["new", { first: "2026-05-31T12:00:00.000Z" }, "unknown"],
])("webhooks %s", (_what, fields, kind) => {
  const heard = {
    first: "2026-05-01T00:00:00.000Z",
    last: "2026-06-01T18:00:00.000Z",
    count: 400,
    longestGapSeconds: 9000,
  };
  expect(judgeWebhooks({ ...heard, ...fields }, at, terms).kind).toBe(kind);
});
