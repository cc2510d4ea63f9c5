import { applyEvent } from "../core/incident/apply-event.ts";
import type { IncidentEffect, IncidentEvent } from "../core/incident/events.ts";
import type { Incident } from "../core/incident/incident.ts";
import { toRecorded } from "../core/incident/timeline.ts";
import type { IncidentJobName } from "./ports/incident-jobs.ts";
import type { IncidentStore, NewEntry } from "./ports/incident-store.ts";
import type { Job } from "./ports/jobs.ts";
import type { Clock } from "./ports/system.ts";

export type RecordPorts = { readonly incidents: IncidentStore; readonly clock: Clock };

/** How often a save is tried again when another worker was faster; each round starts from what that worker stored. */
const attempts = 8;

const jobOf: Readonly<Record<Exclude<IncidentEffect, "judge-again">, IncidentJobName>> = {
  show: "sync-issue",
  "look-into": "look-into-incident",
  verify: "verify-incident",
  revoke: "revoke-credential",
  "ask-hooks": "ask-rotation-hooks",
  "clean-up": "clean-up-drill",
};

/** What came of events: the incident now, and those that changed something. */
export type Recorded = { readonly incident: Incident; readonly events: readonly IncidentEvent[] };

/**
 * Applies what happened to an incident; stores it, its timeline and the jobs that follow in one transaction. `happened` is asked
 * again with the newest incident whenever somebody else was faster. With a `source` it is recorded once, however often that is
 * tried. Null: there is no such incident.
 */
export async function recordEvents(
  incidentId: string,
  happened: (incident: Incident) => readonly IncidentEvent[],
  ports: RecordPorts,
  source: string | null = null,
): Promise<Recorded | null> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const known = await ports.incidents.byId(incidentId);
    if (!known) return null;
    if (source !== null && (await isRecorded(incidentId, source, ports))) return { incident: known, events: [] };
    const change = applyAll(known, happened(known), ports.clock(), source);
    if (change.entries.length === 0) return { incident: known, events: [] };
    const jobs = jobsOf(change.incident, change.effects);
    if ((await ports.incidents.save(change.incident, known, jobs, change.entries)) === "saved") return change;
  }
  throw new Error(`an incident was changed by others ${attempts} times in a row; the job will be tried again`);
}

async function isRecorded(incidentId: string, source: string, { incidents }: RecordPorts): Promise<boolean> {
  return (await incidents.timeline(incidentId)).some((entry) => entry.source === source);
}

/** Events one after the other; those that change nothing leave no trace. Only the first entry carries the source. */
export function applyAll(
  incident: Incident,
  happened: readonly IncidentEvent[],
  now: string,
  source: string | null = null,
): Recorded & { readonly effects: ReadonlySet<IncidentEffect>; readonly entries: readonly NewEntry[] } {
  let current = incident;
  const events: IncidentEvent[] = [];
  const entries: NewEntry[] = [];
  const effects = new Set<IncidentEffect>();
  for (const event of happened) {
    const applied = applyEvent(current, event, now);
    if (applied.incident === current && applied.effects.length === 0) continue;
    current = applied.incident;
    for (const effect of applied.effects) effects.add(effect);
    entries.push({
      at: now,
      event: toRecorded(event),
      state: current.state,
      source: events.length === 0 ? source : null,
    });
    events.push(event);
  }
  return { incident: current, events, effects, entries };
}

/** The jobs that do what an event asks for. */
export function jobsOf(
  { id, installationId, fingerprint }: Incident,
  effects: ReadonlySet<IncidentEffect>,
): readonly Job[] {
  return [...effects].map((effect): Job =>
    effect === "judge-again"
      ? { name: "settle-suppression", data: { installationId, fingerprint } }
      : { name: jobOf[effect], data: { installationId, incidentId: id } },
  );
}
