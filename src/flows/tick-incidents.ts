import { errorKind } from "../core/errors/error-kind.ts";
import { dueEvents } from "../core/incident/due-events.ts";
import type { Logger } from "./ports/system.ts";
import { recordEvents, type RecordPorts } from "./record-events.ts";

export type TickPorts = RecordPorts & { readonly log: Logger };

const batch = 200;

/**
 * Lets time do to incidents what time does: reminders, deadlines, the end of an overlap, of a snooze, of a dismissal. One that
 * fails does not hold up the others. Safe to repeat.
 */
export async function tickIncidents({ log, ...ports }: TickPorts): Promise<void> {
  const now = ports.clock();
  const failed: string[] = [];
  for (const { id } of await ports.incidents.dueBy(now, batch)) {
    try {
      await recordEvents(id, (incident) => dueEvents(incident, now), ports);
    } catch (cause) {
      failed.push(id);
      log.error("time could not be applied to an incident", { incident: id, ...errorKind(cause) });
    }
  }
  if (failed.length > 0) throw new Error(`${failed.length} incidents could not be brought up to now`);
}
