import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import type { StoredFigures } from "../../flows/ports/stored-figures.ts";

const deliveryOutcomes = ["accepted", "duplicate", "failed"] as const;

/** What is measured, in Prometheus' terms. Labels are names of ours and ids: never anything that people wrote. */
export type Metrics = {
  readonly delivered: (outcome: (typeof deliveryOutcomes)[number]) => void;
  readonly worked: (job: string, outcome: "done" | "failed", seconds: number) => void;
  readonly scanned: (bytes: number, seconds: number) => void;
  readonly judged: (seconds: number) => void;
  /** What GitHub says is left of an installation's hour. */
  /** `resetsAt`, in seconds since 1970: from then on the figure says nothing. */
  readonly githubLeft: (installation: string, resource: string, left: number, resetsAt: number) => void;
  /** Everything, in the text format. https://prometheus.io/docs/instrumenting/exposition_formats/ */
  readonly text: () => Promise<string>;
  readonly contentType: string;
};

/** `stored` is asked at each scrape. */
export function createMetrics(stored: () => Promise<StoredFigures>): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const deliveries = new Counter({
    name: "keyward_deliveries_total",
    help: "Webhook deliveries, by what became of them",
    labelNames: ["outcome"],
    registers,
  });
  // Counted from nothing: alert rules take a series that is not there for a server that is not there, and miss the first of what is counted.
  for (const outcome of deliveryOutcomes) deliveries.inc({ outcome }, 0);
  const jobs = new Histogram({
    name: "keyward_job_seconds",
    help: "How long jobs take, by kind and outcome",
    labelNames: ["job", "outcome"],
    buckets: [0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60, 300, 1800],
    registers,
  });
  const bytes = new Counter({ name: "keyward_scanned_bytes_total", help: "Bytes that were scanned", registers });
  const seconds = new Counter({ name: "keyward_scan_seconds_total", help: "Seconds spent on scanning", registers });
  const verdicts = new Histogram({
    name: "keyward_verdict_seconds",
    help: "From the first look at a commit to its concluded check",
    buckets: [0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 1800],
    registers,
  });
  const left = new Gauge({
    name: "keyward_github_requests_left",
    help: "Requests that GitHub still takes within the hour, as its last answer says; none once that hour is over",
    labelNames: ["installation", "resource"],
    registers,
  });
  const queue = new Gauge({
    name: "keyward_jobs",
    help: "Jobs in the queue",
    labelNames: ["lane", "state"],
    registers,
  });
  const queueAge = new Gauge({
    name: "keyward_jobs_oldest_seconds",
    help: "How long the job that waits longest has waited since it could run",
    labelNames: ["lane", "state"],
    registers,
  });
  const incidents = new Gauge({
    name: "keyward_incidents",
    help: "Incidents that are not over",
    labelNames: ["state", "class"],
    registers,
  });
  const anomalies = new Gauge({
    name: "keyward_anomalies",
    help: "Anomalies that were noted, by what was out of the ordinary",
    labelNames: ["action"],
    registers,
  });
  const anomalyTime = new Gauge({
    name: "keyward_anomalies_newest_timestamp_seconds",
    help: "When the last of them was noted",
    labelNames: ["action"],
    registers,
  });
  const incidentAge = new Gauge({
    name: "keyward_incidents_oldest_seconds",
    help: "The age of the oldest of them",
    labelNames: ["state", "class"],
    registers,
  });

  const hours = new Map<
    string,
    { readonly installation: string; readonly resource: string; readonly endsAt: number }
  >();
  const forgetPastHours = (now: number): void => {
    for (const [key, { installation, resource, endsAt }] of hours) {
      if (endsAt > now) continue;
      left.remove({ installation, resource });
      hours.delete(key);
    }
  };

  const refresh = async (): Promise<void> => {
    const figures = await stored();
    for (const gauge of [queue, queueAge, incidents, incidentAge, anomalies, anomalyTime]) gauge.reset();
    forgetPastHours(Date.now() / 1000);
    for (const { lane, state, count, oldestSeconds } of figures.jobs) {
      queue.set({ lane, state }, count);
      queueAge.set({ lane, state }, oldestSeconds);
    }
    for (const { action, count, newestAt } of figures.anomalies) {
      anomalies.set({ action }, count);
      anomalyTime.set({ action }, newestAt);
    }
    for (const { state, class: of, count, oldestSeconds } of figures.incidents) {
      incidents.set({ state, class: of }, count);
      incidentAge.set({ state, class: of }, oldestSeconds);
    }
  };

  return {
    delivered: (outcome) => deliveries.inc({ outcome }),
    worked: (job, outcome, took) => jobs.observe({ job, outcome }, took),
    scanned: (size, took) => {
      bytes.inc(size);
      seconds.inc(took);
    },
    judged: (took) => verdicts.observe(took),
    githubLeft: (installation, resource, count, endsAt) => {
      left.set({ installation, resource }, count);
      hours.set(`${installation} ${resource}`, { installation, resource, endsAt });
    },
    text: async () => {
      await refresh();
      return registry.metrics();
    },
    contentType: registry.contentType,
  };
}
