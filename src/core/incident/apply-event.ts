import type { IncidentEffect, IncidentEvent } from "./events.ts";
import {
  countdownFrom,
  isActive,
  phases,
  withFresh,
  type Actor,
  type Done,
  type Incident,
  type IncidentState,
  type Phase,
  type Probe,
  type Proof,
  type Redaction,
} from "./incident.ts";
import { placeKey, type Occurrence } from "./occurrence.ts";
import { latest, mayBeAfter, withBranch } from "./pushed.ts";
import { classClocks, louder, type Terms } from "./terms.ts";

/** What an event makes of an incident, and what has to be done about it. The very same incident: the event changes nothing. */
export type Applied = { readonly incident: Incident; readonly effects: readonly IncidentEffect[] };

const dayMinutes = 24 * 60;
const keyward: Actor = { kind: "keyward" };

/**
 * The law of incidents. Total: an event that does not fit (a probe of a closed incident, a second claim) changes nothing. Closed is
 * reached by proof or by attestation alone, no occurrence is ever dropped, and what is filed is filed once.
 */
export function applyEvent(incident: Incident, event: IncidentEvent, now: string): Applied {
  const same: Applied = { incident, effects: [] };
  const active = isActive(incident);
  switch (event.kind) {
    case "opened":
      return { incident, effects: ["show", "look-into", "ask-hooks"] };
    case "seenAgain":
      return seenAgain(incident, event, now);
    case "termsSet":
      return shown({
        ...incident,
        terms: event.terms,
        classIsFixed: incident.classIsFixed || event.by.kind === "person",
        countdown: restarted(incident, event.terms),
      });
    case "filed":
      return incident.filing ? same : { incident: { ...incident, filing: event.filing }, effects: [] };
    case "filingLost":
      return incident.filing ? shown({ ...incident, filing: null }) : same;
    case "ownerFound":
      // A person's choice stands.
      return incident.owner?.source === "person" ? same : shown({ ...incident, owner: event.owner });
    case "assigned":
      return shown(acknowledged({ ...incident, owner: event.owner }, now));
    case "exposureMeasured":
      return shown({ ...incident, exposure: event.exposure });
    case "acknowledged":
      return incident.acknowledgedAt === null && active ? shown(acknowledged(incident, now)) : same;
    case "phaseDone":
      if (!active || incident.done[event.phase]) return same;
      return shown(withPhase(acknowledged(incident, now), event.phase, { at: now, by: event.by, note: event.note }));
    case "rotationClaimed":
      return active && !incident.rotation ? rotationClaimed(incident, event, now) : same;
    case "overlapEnded": {
      const { rotation } = incident;
      if (!active || !rotation || rotation.overlapEnded) return same;
      return {
        incident: { ...incident, rotation: { ...rotation, overlapEnded: true }, retry: askedAgain(now) },
        effects: ["verify", "show"],
      };
    }
    case "verificationAsked": {
      if (!active) return same;
      const asked = event.by.kind === "person" ? acknowledged(incident, now) : incident;
      const retry = incident.retry && { ...incident.retry, at: hoursAfter(now, 24) };
      return { incident: { ...asked, retry }, effects: ["verify"] };
    }
    case "probed":
      return active ? probed(incident, { at: now, state: event.state, evidence: event.evidence }, now) : same;
    case "attested":
      if (!active) return same;
      return closed(incident, { kind: "attestation", at: now, by: event.by, statement: event.statement }, event.by);
    case "revocationAsked":
      // Who asked first is who asked: the provider is being asked already.
      if (!active || incident.revocation?.outcome === null) return same;
      return {
        incident: {
          ...(event.by.kind === "person" ? acknowledged(incident, now) : incident),
          revocation: { askedBy: event.by, at: now, outcome: null },
        },
        effects: ["revoke", "show"],
      };
    case "revocationAnswered": {
      const asked = incident.revocation ?? { askedBy: keyward, at: now };
      const answered = { ...incident, revocation: { ...asked, outcome: event.outcome } };
      // What the provider said it did is looked at before it is believed.
      return { incident: answered, effects: active && event.outcome === "revoked" ? ["verify", "show"] : ["show"] };
    }
    case "hookAnswered":
    case "dismissalAsked":
    case "dismissalRefused":
      return shown(incident);
    case "textRedacted":
      return textRedacted(incident, event, now);
    case "snoozed": {
      const { until, reason, by } = event;
      return active ? shown({ ...acknowledged(incident, now), snooze: { until, reason, by } }) : same;
    }
    case "snoozeEnded":
      return incident.snooze ? shown({ ...incident, snooze: null }) : same;
    case "dismissed":
      return active ? dismissed(incident, event, now) : same;
    case "dismissalExpired":
      return incident.state === "dismissed" ? shown(openedAgain(incident, now)) : same;
    case "closedByHand":
      return active ? shown(acknowledged(incident, now)) : same;
    case "reopened":
      return active ? same : { incident: openedAgain(incident, now), effects: ["judge-again", "show"] };
    case "reminded":
      return active ? shown(reminded(incident, event.of, now)) : same;
    case "escalated":
      return active ? shown(incident) : same;
    case "repositoryChanged":
      // Who can see it decides its class; and what was filed there for members must not stay there for everyone.
      return { incident, effects: event.how === "made-public" ? ["look-into", "show"] : ["show"] };
    case "drillEnded":
      return incident.drill ? shown(incident) : same;
  }
}

const hoursAfter = (now: string, hours: number): string => new Date(Date.parse(now) + hours * 3_600_000).toISOString();

/** Should a verification never come to an end, it is asked for again. */
const askedAgain = (now: string): Incident["retry"] => ({ at: hoursAfter(now, 24), failures: 0 });

const shown = (incident: Incident): Applied => ({ incident, effects: ["show"] });

function acknowledged(incident: Incident, now: string): Incident {
  return incident.acknowledgedAt === null ? { ...incident, acknowledgedAt: now } : incident;
}

function seenAgain(incident: Incident, event: SeenAgain, now: string): Applied {
  const { pushed } = event;
  const occurrences = withFresh(incident.occurrences, event.occurrences);
  const branches = withBranch(incident.branches, pushed?.branch ?? null);
  const redactions = withoutReturned(incident.redactions, event.occurrences);
  // Where it was taken out of a text and is back in, it was written again.
  const elsewhere = occurrences !== incident.occurrences || redactions !== incident.redactions;
  const isNews = elsewhere || branches !== incident.branches;
  const leakedAgain = incident.proof !== null && isNewLeak(incident, event, { elsewhere, isNews }, incident.proof.at);
  if (!isNews && !leakedAgain) return { incident, effects: [] };
  const grown = {
    ...incident,
    occurrences,
    branches,
    redactions,
    pushedAt: latest(incident.pushedAt, pushed?.at ?? null),
  };
  // A dismissal speaks of the secret, wherever it stands.
  if (incident.proof === null) return { incident: grown, effects: ["show", "look-into"] };
  // Who proved it dead did so for its old places as well.
  if (!leakedAgain) return { incident: grown, effects: ["show"] };
  const of = louder(incident.terms.class);
  // An hour that was configured to be shorter than the louder class's own stays.
  const containMinutes = Math.min(incident.terms.containMinutes, classClocks[of].containMinutes);
  const maxAgeDays = Math.min(incident.terms.maxAgeDays, classClocks[of].maxAgeDays);
  const terms: Terms = { ...incident.terms, class: of, containMinutes, maxAgeDays };
  return {
    incident: openedAgain({ ...grown, terms }, now),
    effects: ["show", "look-into", "ask-hooks", "judge-again"],
  };
}

/** Without those of texts that hold the secret again. The same list if there are none. */
function withoutReturned(redactions: readonly Redaction[], seen: readonly Occurrence[]): readonly Redaction[] {
  const keys = new Set(seen.flatMap((one) => (one.kind === "text" ? [`${one.repoId} ${placeKey(one.place)}`] : [])));
  const isBack = ({ repoId, place, outcome }: Redaction): boolean =>
    outcome !== "refused" && keys.has(`${repoId} ${placeKey(place)}`);
  return redactions.some(isBack) ? redactions.filter((one) => !isBack(one)) : redactions;
}

type SeenAgain = Extract<IncidentEvent, { kind: "seenAgain" }>;

/**
 * Whether what was seen was leaked after the incident was over. A push says so by its time, and by having brought the secret to where it
 * was not: the same commit may be pushed back, or to another branch. Looking again at an old push, or building on one, leaks nothing.
 */
function isNewLeak(
  { pushedAt }: Incident,
  { inHistory, pushed }: SeenAgain,
  { elsewhere, isNews }: { readonly elsewhere: boolean; readonly isNews: boolean },
  overAt: string,
): boolean {
  if (inHistory || pushed?.brought === false) return false;
  const at = pushed?.at ?? null;
  if (at === null) return elsewhere;
  return (isNews || pushedAt === null || at > pushedAt) && mayBeAfter(at, overAt);
}

/** As new, but with everything that is known about it. */
function openedAgain(incident: Incident, now: string): Incident {
  return {
    ...incident,
    state: "open",
    done: {},
    rotation: null,
    retry: null,
    revocation: null,
    proof: null,
    dismissal: null,
    snooze: null,
    acknowledgedAt: null,
    reopenings: incident.reopenings + 1,
    countdown: countdownFrom(now, incident.terms.containMinutes),
  };
}

/** Other terms mean another time, counted from the same start. Reminders that were sent stay sent only if it is not shorter. */
function restarted({ countdown, terms: before, done }: Incident, terms: Terms): Incident["countdown"] {
  const minutes = done.contained ? terms.maxAgeDays * dayMinutes : terms.containMinutes;
  const minutesBefore = done.contained ? before.maxAgeDays * dayMinutes : before.containMinutes;
  if (minutes === minutesBefore) return countdown;
  return countdownFrom(countdown.startedAt, minutes);
}

function withPhase(incident: Incident, phase: Phase, entry: Done): Incident {
  const done = { ...incident.done, [phase]: entry };
  const { maxAgeDays } = incident.terms;
  const countdown =
    phase === "contained" ? countdownFrom(incident.countdown.startedAt, maxAgeDays * dayMinutes) : incident.countdown;
  return { ...incident, done, state: stateOf(done), countdown };
}

/** The last phase that is done with all before it. */
function stateOf(done: Incident["done"]): IncidentState {
  const missing = phases.findIndex((phase) => !done[phase]);
  return (missing === -1 ? phases.at(-1) : phases[missing - 1]) ?? "open";
}

function rotationClaimed(
  incident: Incident,
  { by, overlap }: Extract<IncidentEvent, { kind: "rotationClaimed" }>,
  now: string,
): Applied {
  const overlapEnded = overlap === "impossible";
  const overlapUntil = overlapEnded ? now : hoursAfter(now, incident.terms.overlapHours);
  const rotation = { claimedAt: now, by, overlapUntil, overlapEnded };
  const retry = overlapEnded ? askedAgain(now) : null;
  // Looked at at once as well: who revoked the old one already need not wait.
  return { incident: { ...acknowledged(incident, now), rotation, retry }, effects: ["verify", "show"] };
}

function probed(incident: Incident, probe: Probe, now: string): Applied {
  const seen: Incident = { ...incident, lastProbe: probe };
  switch (probe.state) {
    case "revoked":
      return closed(seen, { kind: "probe", at: now, evidence: probe.evidence }, keyward);
    case "live": {
      const { rotation } = incident;
      if (rotation && !rotation.overlapEnded && now < rotation.overlapUntil) return shown({ ...seen, retry: null });
      // Whoever said that it was contained or rotated was wrong.
      const { contained: _, ...done } = incident.done;
      const countdown = incident.done.contained
        ? countdownFrom(incident.countdown.startedAt, incident.terms.containMinutes)
        : incident.countdown;
      return shown({ ...seen, rotation: null, retry: null, done, state: stateOf(done), countdown });
    }
    case "unknown": {
      // Before the end of the overlap there is no hurry; where there is nobody to ask, asking again is no use.
      if (!incident.rotation?.overlapEnded) return shown(seen);
      if (probe.evidence.host === null) return shown({ ...seen, retry: null });
      const failures = (incident.retry?.failures ?? 0) + 1;
      const at = hoursAfter(now, Math.min(24, 2 ** (failures - 1)));
      return shown({ ...seen, retry: { at, failures } });
    }
  }
}

function closed(incident: Incident, proof: Proof, by: Actor): Applied {
  const note = proof.kind === "probe" ? "the provider refuses it" : proof.statement;
  const done = incident.done.contained ? incident.done : { ...incident.done, contained: { at: proof.at, by, note } };
  const over: Incident = {
    ...acknowledged(incident, proof.at),
    done,
    proof,
    state: "closed",
    retry: null,
    snooze: null,
  };
  return { incident: over, effects: incident.drill ? ["clean-up", "judge-again", "show"] : ["judge-again", "show"] };
}

function dismissed(
  incident: Incident,
  { reason, until, by }: Extract<IncidentEvent, { kind: "dismissed" }>,
  now: string,
): Applied {
  const dismissal = { at: now, by, reason, until };
  const over: Incident = {
    ...acknowledged(incident, now),
    dismissal,
    state: "dismissed",
    rotation: null,
    retry: null,
    snooze: null,
  };
  return { incident: over, effects: incident.drill ? ["clean-up", "show"] : ["show"] };
}

/** Told again that it could not be done, or was done by others, is no news; a secret that was written again and masked again is. */
function textRedacted(
  incident: Incident,
  { repoId, place, outcome, detail }: Extract<IncidentEvent, { kind: "textRedacted" }>,
  now: string,
): Applied {
  const redaction = { repoId, place, outcome, detail };
  const keyOf = (one: Omit<Redaction, "at">): string => `${one.repoId} ${placeKey(one.place)}`;
  const known = incident.redactions.find((one) => keyOf(one) === keyOf(redaction));
  if (known && outcome !== "masked" && known.outcome === outcome && known.detail === detail) {
    return { incident, effects: [] };
  }
  const others = incident.redactions.filter((one) => one !== known);
  return shown({ ...incident, redactions: [...others, { ...redaction, at: now }] });
}

function reminded(incident: Incident, of: "half" | "due" | "overdue", now: string): Incident {
  const { countdown } = incident;
  const reminders = of === "half" ? 1 : of === "due" ? 2 : Math.max(2, countdown.reminders) + 1;
  return { ...incident, countdown: { ...countdown, reminders, remindedAt: now } };
}
