import { errorKind } from "../core/errors/error-kind.ts";
import type { Job, JobQueue } from "../flows/ports/jobs.ts";
import type { Clock, Logger } from "../flows/ports/system.ts";

/** Work that is asked for by the clock. However many processes ask, one that waits is enough: the key is the job's name. */
export type Periodic = { readonly everyMs: number; readonly job: (minute: string) => Job };

const minuteMs = 60_000;

const periodicJobs: readonly Periodic[] = [
  { everyMs: minuteMs, job: (minute) => ({ name: "tick-incidents", data: { minute } }) },
  { everyMs: minuteMs, job: (minute) => ({ name: "sweep-verdicts", data: { minute } }) },
  { everyMs: 24 * 60 * minuteMs, job: (minute) => ({ name: "review-histories", data: { minute } }) },
  { everyMs: 5 * minuteMs, job: (minute) => ({ name: "recover-deliveries", data: { minute } }) },
  { everyMs: 2 * minuteMs, job: (minute) => ({ name: "sweep-sinks", data: { minute } }) },
  { everyMs: 10 * minuteMs, job: (minute) => ({ name: "plan-access", data: { minute } }) },
  { everyMs: 10 * minuteMs, job: (minute) => ({ name: "watch-anomalies", data: { minute } }) },
  { everyMs: 60 * minuteMs, job: (minute) => ({ name: "schedule-drills", data: { minute } }) },
];

/** Asks for the periodic work, now and then each at its pace; gives what stops it. */
export function startPeriodicJobs(
  queue: JobQueue,
  clock: Clock,
  log: Logger,
  more: readonly Periodic[] = [],
): () => void {
  const timers = [...periodicJobs, ...more].map(({ everyMs, job }) => {
    const ask = (): void => {
      const asked = job(clock().slice(0, 16));
      queue.enqueue(asked, asked.name).catch((cause: unknown) => {
        log.error("periodic work could not be asked for; it is tried again at its next time", {
          job: asked.name,
          ...errorKind(cause),
        });
      });
    };
    ask();
    return setInterval(ask, everyMs);
  });
  return () => {
    for (const timer of timers) clearInterval(timer);
  };
}
