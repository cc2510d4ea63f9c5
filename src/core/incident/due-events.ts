import type { IncidentEvent } from "./events.ts";
import { isActive, type Incident } from "./incident.ts";
import { nextWorkingMoment } from "./working-hours.ts";

/** Something that will happen by itself, and when. */
type Coming = { readonly at: string; readonly event: IncidentEvent };

/**
 * What has happened by the passing of time alone, in order. Applying the events makes them undue. Of several reminders that were
 * missed only the last is left.
 */
export function dueEvents(incident: Incident, now: string): readonly IncidentEvent[] {
  const due = comingEvents(incident).filter(({ at }) => at <= now);
  const lastReminder = due.findLast(({ event }) => event.kind === "reminded");
  const { escalateTo } = incident.terms;
  const wanted = due.filter((one) => one.event.kind !== "reminded" || one === lastReminder);
  return wanted.flatMap(({ event }) =>
    event.kind === "reminded" && event.of !== "half" && escalateTo !== null
      ? [event, { kind: "escalated" as const, to: escalateTo }]
      : [event],
  );
}

/** When time alone will next change something; null: never. */
export function nextMoment(incident: Incident): string | null {
  return (
    comingEvents(incident)
      .map(({ at }) => at)
      .toSorted()[0] ?? null
  );
}

function comingEvents(incident: Incident): readonly Coming[] {
  const { dismissal, rotation, retry, snooze } = incident;
  if (incident.state === "dismissed")
    return dismissal?.until ? [{ at: dismissal.until, event: { kind: "dismissalExpired" } }] : [];
  if (!isActive(incident)) return [];
  const by = { kind: "keyward" } as const;
  return [
    ...(snooze ? [{ at: snooze.until, event: { kind: "snoozeEnded" } as const }] : []),
    ...(rotation && !rotation.overlapEnded
      ? [{ at: rotation.overlapUntil, event: { kind: "overlapEnded" } as const }]
      : []),
    ...(retry ? [{ at: retry.at, event: { kind: "verificationAsked", by } as const }] : []),
    ...(snooze ? [] : nextReminder(incident)),
  ];
}

/** The last reminder whose time has come, else the first that is to come. */
function nextReminder({ countdown, terms }: Incident): Coming[] {
  const { halfAt, dueAt, reminders, remindedAt } = countdown;
  const again = new Date(Date.parse(remindedAt ?? dueAt) + terms.remindEveryHours * 3_600_000).toISOString();
  // An hour is over before the morning: what is high waits only where its owner says so.
  const waiting = terms.workingHours?.classes ?? ["moderate", "low"];
  const hours = waiting.includes(terms.class) ? terms.workingHours : null;
  const coming = (at: string, of: "half" | "due" | "overdue"): Coming => ({
    at: nextWorkingMoment(at, hours),
    event: { kind: "reminded", of },
  });
  if (reminders >= 2) return [coming(again, "overdue")];
  const due = coming(dueAt, "due");
  if (reminders === 1) return [due];
  const half = coming(halfAt, "half");
  return [half, due];
}
