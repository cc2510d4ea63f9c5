import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { judgeAgain } from "../../../src/core/suppression/judge-again.ts";
import {
  holds,
  isAbout,
  isSame,
  suppressionsIn,
  type SuppressionEntry,
  type SuppressionEvent,
} from "../../../src/core/suppression/suppression.ts";
import { defaultPolicy } from "../../../src/core/verdict/policy.ts";
import { decideVerdict } from "../../../src/core/verdict/verdict.ts";
import { aChangeFinding, aCoverage, aFinding } from "../../support/builders.ts";

const hour = (n: number): string => new Date(Date.UTC(2026, 10, 2, n)).toISOString();
const logins = ["alice", "Bob", "mona"] as const;
const aLogin = fc.constantFrom(...logins);
const fingerprintOf = (digit: string): string => digit.repeat(32);
const aFingerprint = fc.constantFrom(...["a", "b"].map(fingerprintOf));
const anHour = fc.integer({ min: 0, max: 50 }).map(hour);

const theTerms = fc.record({
  fingerprint: aFingerprint,
  repoId: fc.constantFrom(null, 1, 2),
  reason: fc.constantFrom("false-positive" as const, "revoked" as const),
  note: fc.constant(""),
  until: fc.option(anHour, { nil: null }),
});
const anEvent: fc.Arbitrary<SuppressionEvent> = fc.oneof(
  fc.record({
    kind: fc.constant("requested" as const),
    terms: theTerms,
    by: aLogin,
    authors: fc.record({ logins: fc.subarray([...logins]), complete: fc.boolean() }),
  }),
  fc.record({ kind: fc.constant("configured" as const), terms: theTerms }),
  fc.record({
    kind: fc.constantFrom("approved" as const, "refused" as const, "taken-back" as const),
    by: aLogin,
    note: fc.constant(""),
    source: fc.constant(null),
  }),
  fc.constant<SuppressionEvent>({ kind: "expired" }),
);
const history: fc.Arbitrary<readonly SuppressionEntry[]> = fc.array(
  fc.record({ id: fc.constantFrom("s1", "s2", "s3"), fingerprint: aFingerprint, at: anHour, event: anEvent }),
  { maxLength: 12 },
);

describe("a suppression that holds", () => {
  const standing = (entries: readonly SuppressionEntry[], now: string) =>
    suppressionsIn(entries).filter((one) => holds(one, now));
  const eventsOf = (entries: readonly SuppressionEntry[], id: string) =>
    entries.filter((one) => one.id === id).map(({ event }) => event);

  it("was approved by somebody, or is configured", () => {
    fc.assert(
      fc.property(history, anHour, (entries, now) => {
        for (const { id } of standing(entries, now)) {
          const kinds = eventsOf(entries, id).map(({ kind }) => kind);
          expect(kinds.includes("approved") || kinds.includes("configured")).toBe(true);
        }
      }),
    );
  });

  it("was never approved by whoever brought the secret in, nor by the asker where that is not known", () => {
    fc.assert(
      fc.property(history, anHour, (entries, now) => {
        for (const { approvedBy, askedBy, authors } of standing(entries, now)) {
          if (askedBy === null) continue;
          expect(authors.logins.some((author) => isSame(author, approvedBy ?? ""))).toBe(false);
          expect(authors.complete || !isSame(askedBy, approvedBy ?? "")).toBe(true);
        }
      }),
    );
  });

  it("has time left, and was neither refused before its approval nor taken back", () => {
    fc.assert(
      fc.property(history, anHour, (entries, now) => {
        for (const { id, until, state } of standing(entries, now)) {
          expect(until === null || until > now).toBe(true);
          expect(state).toBe("approved");
          const kinds = eventsOf(entries, id).map(({ kind }) => kind);
          const begun = kinds.findIndex((kind) => kind === "requested" || kind === "configured");
          expect(kinds.slice(begun)).not.toContain("taken-back");
        }
      }),
    );
  });

  it("lets only its own secret through, in its own repository, and never what was not read", () => {
    const findings = ["a", "b"].map((digit) =>
      aChangeFinding({ finding: aFinding({ fingerprint: fingerprintOf(digit) }) }),
    );
    fc.assert(
      fc.property(history, anHour, fc.boolean(), (entries, now, gap) => {
        const unread = gap ? [{ path: "x", reason: "too-large" as const, detail: "" }] : [];
        const before = decideVerdict(findings, aCoverage({ unread }), defaultPolicy);
        const suppressions = suppressionsIn(entries);
        const { verdict, suppressed } = judgeAgain(before, suppressions, () => null, 1, now);
        for (const found of findings) {
          const may = suppressions.some((one) => holds(one, now) && isAbout(one, found.finding, 1));
          expect(suppressed.some((one) => one.found === found)).toBe(may);
          expect(verdict.blocking.includes(found)).toBe(!may);
        }
        expect(verdict.coverage).toEqual(before.coverage);
        expect(verdict.outcome).toBe(verdict.blocking.length > 0 ? "block" : gap ? "incomplete" : "pass");
      }),
    );
  });
});

it("an answer counts once, and the first one that counts decides", () => {
  const terms = { fingerprint: fingerprintOf("a"), repoId: null, reason: "revoked", note: "", until: null } as const;
  const authors = { logins: ["alice"], complete: true };
  const entries = (...events: readonly SuppressionEvent[]): readonly SuppressionEntry[] =>
    events.map((event) => ({ id: "s1", fingerprint: terms.fingerprint, at: hour(1), event }));
  const said = { note: "", source: null };
  const [own] = suppressionsIn(
    entries({ kind: "requested", terms, by: "alice", authors }, { kind: "approved", by: "Alice", ...said }),
  );
  expect(own?.state).toBe("waiting");
  const [refused] = suppressionsIn(
    entries(
      { kind: "requested", terms, by: "alice", authors },
      { kind: "refused", by: "mona", ...said },
      { kind: "approved", by: "bob", ...said },
    ),
  );
  expect(refused).toMatchObject({ state: "refused", endedBy: "mona", approvedBy: null });
});
