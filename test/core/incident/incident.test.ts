import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyEvent } from "../../../src/core/incident/apply-event.ts";
import { dueEvents, nextMoment } from "../../../src/core/incident/due-events.ts";
import type { IncidentEvent } from "../../../src/core/incident/events.ts";
import { openIncident, withFresh, type Actor, type Incident } from "../../../src/core/incident/incident.ts";
import { occurrenceKey, type CodeOccurrence } from "../../../src/core/incident/occurrence.ts";
import type { Pushed } from "../../../src/core/incident/pushed.ts";
import { defaultTerms } from "../../../src/core/incident/terms.ts";
import { aFinding, aRepo, aSha } from "../../support/builders.ts";

const start = "2026-11-02T10:00:00.000Z";
const after = (hours: number): string => new Date(Date.parse(start) + hours * 3_600_000).toISOString();
const alice: Actor = { kind: "person", login: "alice" };
const evidence = { host: "api.example.com", status: 401, reason: "the provider refused it" };

const seen = (fields: Partial<CodeOccurrence> = {}): CodeOccurrence => ({
  kind: "code",
  repoId: 42,
  commit: aSha("c"),
  blob: aSha("b"),
  path: "src/config.ts",
  line: 2,
  seenAt: start,
  ...fields,
});

const opened = openIncident({ id: "i1", home: aRepo(), finding: aFinding(), occurrences: [seen()] });

/** What an incident becomes by events that happen one after the other, an hour apart. */
const following = (...events: readonly IncidentEvent[]): Incident =>
  events.reduce((incident, event, n) => applyEvent(incident, event, after(n)).incident, opened);

describe("an incident", () => {
  it("opens with the finding's facts at the time it was first seen", () => {
    expect(opened).toMatchObject({
      state: "open",
      mask: "ghp_****",
      openedAt: start,
      filing: null,
      occurrences: [seen()],
      terms: { class: "high", containMinutes: 60 },
      countdown: { dueAt: after(1), halfAt: after(0.5) },
    });
  });

  it("does not count the same place twice, even when it is seen at another time", () => {
    expect(withFresh(opened.occurrences, [seen({ seenAt: after(24) })])).toBe(opened.occurrences);
    expect(withFresh(opened.occurrences, [seen({ line: 9 }), seen({ line: 9 })])).toHaveLength(2);
  });

  it("goes through its phases in order, whatever order they are said in", () => {
    const done = (phase: "contained" | "assessed" | "recovered"): IncidentEvent => ({
      kind: "phaseDone",
      phase,
      by: alice,
      note: "",
    });
    expect(following(done("assessed")).state).toBe("open");
    expect(following(done("assessed"), done("contained")).state).toBe("assessed");
    expect(following(done("contained"), done("assessed"), done("recovered")).state).toBe("recovered");
    expect(following(done("contained")).countdown.dueAt).toBe(after(30 * 24));
  });
});

describe("a rotation", () => {
  const claimed: IncidentEvent = { kind: "rotationClaimed", by: alice };
  const probed = (state: "live" | "revoked" | "unknown"): IncidentEvent => ({ kind: "probed", state, evidence });

  it("starts the overlap, and is looked at at once", () => {
    const { incident, effects } = applyEvent(opened, claimed, start);
    expect(incident.rotation).toMatchObject({ overlapUntil: after(24), overlapEnded: false });
    expect(effects).toContain("verify");
    expect(applyEvent(incident, claimed, after(1)).incident).toBe(incident);
  });

  it("that is over by the provider's answer closes the incident, inside of the overlap as well", () => {
    expect(following(claimed, probed("revoked"))).toMatchObject({
      state: "closed",
      proof: { kind: "probe", evidence },
      done: { contained: { by: { kind: "keyward" } } },
    });
  });

  it("respects the overlap: alive before its end is no failure", () => {
    const during = following(claimed, probed("live"));
    expect(during.rotation).not.toBeNull();
    expect(during.state).toBe("open");
  });

  it("whose old key is alive after the overlap is none: the incident is open, contained or not", () => {
    const contained: IncidentEvent = { kind: "phaseDone", phase: "contained", by: alice, note: "" };
    const late = following(contained, claimed, { kind: "overlapEnded" }, probed("live"));
    expect(late).toMatchObject({ state: "open", rotation: null, lastProbe: { state: "live" } });
    expect(late.done.contained).toBeUndefined();
  });

  it("that nobody can tell of is tried again, more and more seldom, but not where there is nobody to ask", () => {
    const unknown = following(claimed, { kind: "overlapEnded" }, probed("unknown"), probed("unknown"));
    expect(unknown.retry).toEqual({ at: after(3 + 2), failures: 2 });
    const nobody = { ...evidence, host: null };
    const silent = following(claimed, { kind: "overlapEnded" }, { kind: "probed", state: "unknown", evidence: nobody });
    expect(silent.retry).toBeNull();
  });

  it("can be attested", () => {
    const attested = following({ kind: "attested", by: alice, statement: "deleted in the console" });
    expect(attested).toMatchObject({ state: "closed", proof: { kind: "attestation", by: alice } });
  });
});

describe("a revocation", () => {
  const bob: Actor = { kind: "person", login: "bob" };

  it("that waits for its answer keeps who asked; after the answer it can be asked for again", () => {
    const asked = following({ kind: "revocationAsked", by: alice });
    expect(applyEvent(asked, { kind: "revocationAsked", by: bob }, after(2))).toEqual({ incident: asked, effects: [] });
    const failed = following(
      { kind: "revocationAsked", by: alice },
      { kind: "revocationAnswered", outcome: "failed", evidence },
    );
    const again = applyEvent(failed, { kind: "revocationAsked", by: bob }, after(3)).incident;
    expect(again.revocation).toMatchObject({ askedBy: bob, outcome: null });
  });
});

describe("an incident that is over", () => {
  const attested: IncidentEvent = { kind: "attested", by: alice, statement: "dead" };

  it("is opened again, louder, when the secret is pushed again, and only then", () => {
    const quiet = { ...opened, terms: defaultTerms("low") };
    const closed = applyEvent(quiet, attested, after(1)).incident;
    expect(applyEvent(closed, { kind: "seenAgain", occurrences: [seen()] }, after(2)).incident).toBe(closed);
    const again = applyEvent(closed, { kind: "seenAgain", occurrences: [seen({ commit: aSha("d") })] }, after(2));
    expect(again.incident).toMatchObject({
      state: "open",
      proof: null,
      reopenings: 1,
      terms: { class: "moderate", containMinutes: 24 * 60 },
      countdown: { startedAt: after(2) },
    });
  });

  const push = (hours: number, fields: Partial<Pushed> = {}): IncidentEvent => ({
    kind: "seenAgain",
    occurrences: [seen()],
    pushed: { at: after(hours), branch: { repoId: 42, name: "topic" }, brought: true, ...fields },
  });
  const over = [push(0), attested] as const;

  it.each<readonly [string, readonly IncidentEvent[], "open" | "closed", number]>([
    ["pushed back to where it was", [push(2)], "open", 1],
    ["brought to another branch", [push(2, { branch: { repoId: 42, name: "main" } })], "open", 1],
    ["built on where it was already", [push(2, { brought: false })], "closed", 0],
    ["looked at again in the push that brought it", [push(0)], "closed", 0],
    ["told late of a push before the end", [push(0.5, { branch: { repoId: 43, name: "main" } })], "closed", 0],
    ["told twice of the push that opened it again", [push(3), attested, push(3)], "closed", 1],
    ["found in a history", [{ kind: "seenAgain", occurrences: [seen({ line: 9 })], inHistory: true }], "closed", 0],
    ["seen elsewhere, nobody knows since when", [{ kind: "seenAgain", occurrences: [seen({ line: 9 })] }], "open", 1],
  ])("is open again when leaked again, not when looked at again: %s", (_, events, state, reopenings) => {
    expect(following(...over, ...events)).toMatchObject({ state, reopenings });
  });

  it("keeps places and branches that it hears of late", () => {
    const elsewhere = [seen({ repoId: 43 })];
    const late = following(...over, {
      ...push(0.5, { branch: { repoId: 43, name: "x" } }),
      occurrences: elsewhere,
    } as IncidentEvent);
    expect(late.occurrences).toHaveLength(2);
    expect(late.branches).toEqual([
      { repoId: 42, name: "topic" },
      { repoId: 43, name: "x" },
    ]);
  });

  it("by dismissal stays so in new places, until that runs out", () => {
    const dismissed = following({ kind: "dismissed", by: alice, reason: "a test key", until: after(48) });
    const more = applyEvent(dismissed, { kind: "seenAgain", occurrences: [seen({ line: 7 })] }, after(2)).incident;
    expect(more).toMatchObject({ state: "dismissed", occurrences: [{}, {}] });
    expect(dueEvents(more, after(47))).toEqual([]);
    expect(dueEvents(more, after(48))).toEqual([{ kind: "dismissalExpired" }]);
  });

  it("closed by hand without proof is not over", () => {
    const { incident, effects } = applyEvent(opened, { kind: "closedByHand", by: alice }, start);
    expect(incident.state).toBe("open");
    expect(effects).toEqual(["show"]);
  });
});

describe("time", () => {
  it("reminds at half, at the end, then at the chosen pace, and tells whom it is escalated to", () => {
    const terms = { ...opened.terms, escalateTo: "acme/security", remindEveryHours: 6 };
    let incident: Incident = { ...opened, terms };
    const told: string[] = [];
    for (let hours = 0; hours <= 14; hours += 0.5) {
      for (const event of dueEvents(incident, after(hours))) {
        told.push(`${hours} ${event.kind === "reminded" ? event.of : event.kind}`);
        incident = applyEvent(incident, event, after(hours)).incident;
      }
    }
    expect(told).toEqual([
      "0.5 half",
      "1 due",
      "1 escalated",
      "7 overdue",
      "7 escalated",
      "13 overdue",
      "13 escalated",
    ]);
  });

  it("that was slept through leaves one reminder", () => {
    expect(dueEvents(opened, after(100))).toEqual([{ kind: "reminded", of: "due" }]);
  });

  it("waits for working hours, except where the class is high or the configuration says otherwise", () => {
    const workingHours = { timeZone: "Europe/Zurich", days: [1, 2, 3, 4, 5], from: "09:00", to: "17:00" };
    const moderate: Incident = {
      ...opened,
      terms: { ...defaultTerms("moderate"), workingHours },
      countdown: { ...opened.countdown, halfAt: "2026-11-07T12:00:00.000Z", dueAt: "2026-11-20T12:00:00.000Z" },
    };
    expect(nextMoment(moderate)).toBe("2026-11-09T08:00:00.000Z");
    const high: Incident = { ...moderate, terms: { ...defaultTerms("high"), workingHours } };
    expect(nextMoment(high)).toBe("2026-11-07T12:00:00.000Z");
    const said = { ...high.terms, workingHours: { ...workingHours, classes: ["high" as const] } };
    expect(nextMoment({ ...high, terms: said })).toBe("2026-11-09T08:00:00.000Z");
    expect(nextMoment({ ...moderate, terms: { ...said, class: "moderate" } })).toBe("2026-11-07T12:00:00.000Z");
  });

  it("is silent while snoozed", () => {
    const snoozed = following({ kind: "snoozed", by: alice, until: after(50), reason: "vendor is on it" });
    expect(dueEvents(snoozed, after(49))).toEqual([]);
    expect(dueEvents(snoozed, after(50))).toEqual([{ kind: "snoozeEnded" }]);
  });
});

const actor: fc.Arbitrary<Actor> = fc.constantFrom<Actor>(alice, { kind: "keyward" });
const filing = fc
  .nat({ max: 3 })
  .map((n) => ({ kind: "issue", repo: aRepo(), number: n + 1, audience: "members" }) as const);
const places = fc.array(
  fc.record({ line: fc.nat({ max: 5 }), commit: fc.constantFrom(aSha("c"), aSha("d")) }).map(seen),
  { minLength: 1, maxLength: 3 },
);

const anyEvent: fc.Arbitrary<IncidentEvent> = fc.oneof(
  places.map((occurrences): IncidentEvent => ({ kind: "seenAgain", occurrences })),
  fc
    .record({
      occurrences: places,
      hours: fc.nat({ max: 300 }),
      brought: fc.boolean(),
      name: fc.constantFrom("a", "b"),
    })
    .map(({ occurrences, hours, brought, name }): IncidentEvent => ({
      kind: "seenAgain",
      occurrences,
      pushed: { at: after(hours), branch: { repoId: 42, name }, brought },
    })),
  filing.map((one): IncidentEvent => ({ kind: "filed", filing: one })),
  fc.constant<IncidentEvent>({ kind: "filingLost" }),
  fc
    .constantFrom("contained", "assessed", "recovered")
    .map((phase): IncidentEvent => ({ kind: "phaseDone", phase, by: alice, note: "" })),
  actor.map((by): IncidentEvent => ({ kind: "rotationClaimed", by })),
  fc.constant<IncidentEvent>({ kind: "overlapEnded" }),
  actor.map((by): IncidentEvent => ({ kind: "verificationAsked", by })),
  fc.constantFrom("live", "revoked", "unknown").map((state): IncidentEvent => ({ kind: "probed", state, evidence })),
  fc.constant<IncidentEvent>({ kind: "attested", by: alice, statement: "dead" }),
  fc.constant<IncidentEvent>({ kind: "revocationAsked", by: alice }),
  fc
    .constantFrom("revoked", "failed", "impossible")
    .map((outcome): IncidentEvent => ({ kind: "revocationAnswered", outcome, evidence })),
  fc.constant<IncidentEvent>({ kind: "dismissed", by: alice, reason: "x", until: after(40) }),
  fc.constant<IncidentEvent>({ kind: "dismissalAsked", by: alice, reason: "x", until: null }),
  fc.constant<IncidentEvent>({ kind: "dismissalRefused", by: alice, reason: "x" }),
  fc.constant<IncidentEvent>({ kind: "dismissalExpired" }),
  fc.constant<IncidentEvent>({ kind: "closedByHand", by: alice }),
  fc.constant<IncidentEvent>({ kind: "reopened", by: alice, reason: "x" }),
  fc.constant<IncidentEvent>({ kind: "snoozed", by: alice, until: after(30), reason: "x" }),
  fc
    .record({ outcome: fc.constantFrom("masked", "refused", "removed"), number: fc.nat({ max: 2 }) })
    .map(({ outcome, number }): IncidentEvent => ({
      kind: "textRedacted",
      repoId: 42,
      place: { surface: "issue", number, part: "body" },
      outcome,
      detail: "",
    })),
  fc.constant<IncidentEvent>({ kind: "snoozeEnded" }),
  fc.constantFrom("half", "due", "overdue").map((of): IncidentEvent => ({ kind: "reminded", of })),
  fc.constant<IncidentEvent>({ kind: "escalated", to: "acme/security" }),
);

describe("whatever happens, in whatever order", () => {
  const timeline = fc.array(fc.tuple(anyEvent, fc.nat({ max: 10 })), { maxLength: 40 });
  const walk = (
    events: readonly (readonly [IncidentEvent, number])[],
    look: (before: Incident, event: IncidentEvent, now: Incident, at: string) => void,
  ): void => {
    let incident = opened;
    let hours = 0;
    for (const [event, passed] of events) {
      hours += passed;
      const next = applyEvent(incident, event, after(hours)).incident;
      look(incident, event, next, after(hours));
      incident = next;
    }
  };

  it("no place is ever lost", () => {
    fc.assert(
      fc.property(timeline, (events) => {
        const wanted = new Set([occurrenceKey(seen())]);
        walk(events, (_, event, now) => {
          if (event.kind === "seenAgain") for (const one of event.occurrences) wanted.add(occurrenceKey(one));
          expect(new Set(now.occurrences.map(occurrenceKey))).toEqual(wanted);
          expect(now.occurrences).toHaveLength(wanted.size);
        });
      }),
    );
  });

  it("only proof or somebody's word closes it, and only while one of them stands", () => {
    fc.assert(
      fc.property(timeline, (events) =>
        walk(events, (before, event, now) => {
          expect(now.state === "closed").toBe(now.proof !== null);
          if (now.state !== "closed" || before.state === "closed") return;
          expect(event.kind === "attested" || (event.kind === "probed" && event.state === "revoked")).toBe(true);
        }),
      ),
    );
  });

  it("nothing is filed twice: another filing takes the loss of the one before", () => {
    fc.assert(
      fc.property(timeline, (events) =>
        walk(events, (before, event, now) => {
          if (before.filing === null || event.kind === "filingLost") return;
          expect(now.filing).toBe(before.filing);
        }),
      ),
    );
  });

  it("the same event again changes nothing that the first did not, but for what only counts", () => {
    fc.assert(
      fc.property(timeline, (events) =>
        walk(events, (_, event, now, at) => {
          const counting = { countdown: null, retry: null, reopenings: null, redactions: null };
          const again = applyEvent(now, event, at).incident;
          expect({ ...again, ...counting }).toEqual({ ...now, ...counting });
        }),
      ),
    );
  });

  it("what is due is done in a few rounds, and then time has to pass", () => {
    fc.assert(
      fc.property(timeline, fc.nat({ max: 200 }), (events, hours) => {
        let incident = opened;
        walk(events, (_, __, now) => (incident = now));
        const at = after(400 + hours);
        let rounds = 0;
        for (let due = dueEvents(incident, at); due.length > 0; due = dueEvents(incident, at)) {
          for (const event of due) incident = applyEvent(incident, event, at).incident;
          rounds += 1;
          expect(rounds).toBeLessThan(4);
        }
        const next = nextMoment(incident);
        expect(next === null || next > at).toBe(true);
      }),
    );
  });
});
