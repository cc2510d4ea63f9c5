import { exportedEvent } from "../core/export/exported-event.ts";
import type { Incident } from "../core/incident/incident.ts";
import { inTurn } from "./in-turn.ts";
import type { IncidentStore } from "./ports/incident-store.ts";
import type { Job } from "./ports/jobs.ts";
import type { Sink, SinkBacklog, SinkProgress, SinkTurns, TellSink } from "./ports/sinks.ts";

export type TellSinkPorts = {
  readonly incidents: Pick<IncidentStore, "byId" | "timeline">;
  readonly sinks: readonly Sink[];
  readonly sinkProgress: SinkProgress;
  readonly sinkTurns: SinkTurns;
  readonly sinkBacklog: SinkBacklog;
  readonly incidentUrl: (incident: Incident) => string | null;
};

/** The same for every job that tells this sink of this incident. */
export const tellSinkKey = ({ incidentId, sink }: Omit<TellSink["data"], "installationId">): string =>
  `${sink}:${incidentId}`;

/**
 * Tells a sink every event of an incident that it was not told yet, in order. The timeline is the spool: what a sink that is down
 * was not told is told when it is back. Where an answer was lost it may be told twice, never left out.
 */
export async function tellSink(data: TellSink["data"], ports: TellSinkPorts, signal: AbortSignal): Promise<void> {
  const sink = ports.sinks.find(({ name }) => name === data.sink);
  const incident = await ports.incidents.byId(data.incidentId);
  // A sink that is configured no more is told nothing.
  if (sink === undefined || incident === null) return;
  const untold = async () => {
    const told = await ports.sinkProgress.through(sink.name, incident.id);
    return (await ports.incidents.timeline(incident.id)).filter(({ seq }) => seq > told);
  };
  await inTurn(
    ports.sinkTurns,
    { sink: sink.name, what: `incident ${incident.id}` },
    async (keep) => {
      for (const entry of await untold()) {
        signal.throwIfAborted();
        await keep();
        const event = exportedEvent(incident, entry, ports.incidentUrl(incident));
        if (sink.wants(event)) await taken(sink, event, ports, signal);
        await ports.sinkProgress.note(sink.name, incident.id, entry.seq);
      }
    },
    async () => (await untold()).length > 0,
  );
}

/** What is refused holds up the rest of its incident: a timeline without one of its events says something else. */
async function taken(
  sink: Sink,
  event: Parameters<Sink["tell"]>[0],
  { sinkBacklog }: TellSinkPorts,
  signal: AbortSignal,
): Promise<void> {
  if ((await sink.tell(event, signal)) === "refused") throw new Error(`the sink ${sink.name} refused an event`);
  await sinkBacklog.took(sink.name);
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
