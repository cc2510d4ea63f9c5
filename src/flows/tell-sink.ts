import { exportedEvent } from "../core/export/exported-event.ts";
import type { Incident } from "../core/incident/incident.ts";
import type { IncidentStore } from "./ports/incident-store.ts";
import type { Job } from "./ports/jobs.ts";
import type { Sink, SinkProgress, TellSink } from "./ports/sinks.ts";

export type TellSinkPorts = {
  readonly incidents: Pick<IncidentStore, "byId" | "timeline">;
  readonly sinks: readonly Sink[];
  readonly sinkProgress: SinkProgress;
  readonly incidentUrl: (incident: Incident) => string | null;
};

/**
 * Tells a sink every event of an incident that it was not told yet, in order. The timeline is the spool: what a sink that is down
 * was not told is told when it is back. It may be told twice, never left out.
 */
export async function tellSink(data: TellSink["data"], ports: TellSinkPorts, signal: AbortSignal): Promise<void> {
  const sink = ports.sinks.find(({ name }) => name === data.sink);
  const incident = await ports.incidents.byId(data.incidentId);
  // A sink that is configured no more is told nothing.
  if (sink === undefined || incident === null) return;
  const told = await ports.sinkProgress.through(sink.name, incident.id);
  const timeline = await ports.incidents.timeline(incident.id);
  for (const entry of timeline.filter(({ seq }) => seq > told)) {
    signal.throwIfAborted();
    const event = exportedEvent(incident, entry, ports.incidentUrl(incident));
    if (sink.wants(event)) await sink.tell(event, signal);
    await ports.sinkProgress.note(sink.name, incident.id, entry.seq);
  }
}

/** The store, which with everything that happens also queues that sinks are told of it, in the same transaction. */
export function tellingSinks(incidents: IncidentStore, sinks: readonly Pick<Sink, "name">[]): IncidentStore {
  return {
    ...incidents,
    save: (incident, expected, jobs, entries = []) => {
      const { id: incidentId, installationId } = incident;
      const telling = sinks.map((sink): Job => ({
        name: "tell-sink",
        data: { installationId, incidentId, sink: sink.name },
      }));
      return incidents.save(incident, expected, entries.length === 0 ? jobs : [...jobs, ...telling], entries);
    },
  };
}
