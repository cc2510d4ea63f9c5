import { tellHappeningsKey } from "./note-happenings.ts";
import type { JobQueue, LivingJobs } from "./ports/jobs.ts";
import type { Sink, SinkBacklog } from "./ports/sinks.ts";
import type { Logger } from "./ports/system.ts";
import { tellSinkKey } from "./tell-sink.ts";

export type SweepSinksPorts = {
  readonly sinks: readonly Sink[];
  readonly sinkBacklog: SinkBacklog;
  readonly queue: JobQueue & { readonly living: LivingJobs };
  readonly log: Logger;
};

/** Incidents that are looked at together. */
const many = 500;

/**
 * Sees to what a sink was not told and has no job any more: it was down for longer than a job is tried, or its job was lost. Safe to
 * repeat.
 */
export async function sweepSinks(ports: SweepSinksPorts): Promise<void> {
  const { sinks, sinkBacklog, log } = ports;
  await sinkBacklog.configured(sinks.map(({ name }) => name));
  for (const { name: sink } of sinks) {
    const again = (await happeningsAgain(sink, ports)) + (await incidentsAgain(sink, ports));
    if (again > 0) log.warn("what a sink was not told is queued again", { sink, jobs: again });
  }
}

async function happeningsAgain(sink: string, { sinkBacklog, queue }: SweepSinksPorts): Promise<number> {
  const waiting = (await sinkBacklog.installations(sink)).map((installationId) => ({ sink, installationId }));
  const living = await queue.living("tell-happenings", waiting.map(tellHappeningsKey));
  const lost = waiting.filter((data) => !living.has(tellHappeningsKey(data)));
  for (const data of lost) await queue.enqueue({ name: "tell-happenings", data }, tellHappeningsKey(data));
  return lost.length;
}

async function incidentsAgain(sink: string, { sinkBacklog, queue }: SweepSinksPorts): Promise<number> {
  let again = 0;
  for (let after = ""; ;) {
    const found = await sinkBacklog.incidents(sink, after, many);
    const waiting = found.map((incident) => ({ ...incident, sink }));
    const living = await queue.living("tell-sink", waiting.map(tellSinkKey));
    const lost = waiting.filter((data) => !living.has(tellSinkKey(data)));
    for (const data of lost) await queue.enqueue({ name: "tell-sink", data }, tellSinkKey(data));
    again += lost.length;
    if (found.length < many) return again;
    after = found.at(-1)?.incidentId ?? "";
  }
}
