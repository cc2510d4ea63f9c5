import { describe, expect, test } from "vitest";
import { unreadReasons, type UnreadReason } from "../../../src/core/verdict/coverage.ts";
import { mostRetries, nextRetry, planRetry, type Retry } from "../../../src/core/verdict/retry.ts";
import { defaultPolicy } from "../../../src/core/verdict/policy.ts";
import { decideVerdict, type Verdict } from "../../../src/core/verdict/verdict.ts";
import { aChangeFinding, aCoverage } from "../../support/builders.ts";

const now = "2026-11-01T10:00:00.000Z";
const unread = (...reasons: UnreadReason[]): Verdict =>
  decideVerdict([], aCoverage({ unread: reasons.map((reason) => ({ path: "a", reason, detail: "" })) }), defaultPolicy);

describe("an incomplete verdict is tried again", () => {
  test.each(unreadReasons.map((reason) => [reason] as const))("or not, by its reason: %s", (reason) => {
    const stays = ["too-large", "lfs-pointer", "encrypted", "too-deep", "unsupported"].includes(reason);
    expect(planRetry(unread(reason), 0, now)?.kind ?? null).toBe(stays ? null : "planned");
  });

  test("when one reason of several may pass", () => {
    expect(planRetry(unread("too-large", "timeout"), 0, now)).toMatchObject({ kind: "planned" });
  });

  test("with growing pauses, a bounded number of times, and then not any more", () => {
    const pauses: number[] = [];
    for (let tried = 0; tried < mostRetries; tried += 1) {
      const retry = planRetry(unread("timeout"), tried, now);
      if (retry?.kind !== "planned") throw new Error(`retry ${tried + 1} is not planned`);
      expect(retry.number).toBe(tried + 1);
      pauses.push(Date.parse(retry.at) - Date.parse(now));
    }
    expect(pauses).toEqual(pauses.toSorted((a, b) => a - b));
    expect(new Set(pauses).size).toBe(mostRetries);
    expect(planRetry(unread("timeout"), mostRetries, now)).toEqual({ kind: "given-up", tries: mostRetries });
  });

  test("but not one that is complete, nor one that blocks: there somebody has to act anyway", () => {
    expect(planRetry(unread(), 0, now)).toBeNull();
    const coverage = aCoverage({ unread: [{ path: "a", reason: "timeout", detail: "" }] });
    expect(planRetry(decideVerdict([aChangeFinding()], coverage, defaultPolicy), 0, now)).toBeNull();
  });
});

test("of several verdicts the next retry counts, and giving up only when none is left", () => {
  const later: Retry = { kind: "planned", number: 3, at: "2026-11-01T11:00:00.000Z" };
  const sooner: Retry = { kind: "planned", number: 1, at: "2026-11-01T10:01:00.000Z" };
  const over: Retry = { kind: "given-up", tries: 6 };
  expect(nextRetry([null, over, later, sooner])).toBe(sooner);
  expect(nextRetry([null, over])).toBe(over);
  expect(nextRetry([null])).toBeNull();
});
