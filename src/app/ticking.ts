import { errorKind } from "../core/errors/error-kind.ts";
import type { Job, JobQueue } from "../flows/ports/jobs.ts";
import type { Clock, Logger } from "../flows/ports/system.ts";

const tickMs = 60_000;

/** What is looked at once a minute; each once, however many processes ask for it. */
const jobsOf = (minute: string): readonly Job[] => [
  { name: "tick-incidents", data: { minute } },
  { name: "sweep-verdicts", data: { minute } },
];

/** Asks once a minute for what is due; gives what stops it. */
export function startTicking(queue: JobQueue, clock: Clock, log: Logger): () => void {
  const ask = (): void => {
    for (const job of jobsOf(clock().slice(0, 16))) {
      queue.enqueue(job, "tick").catch((cause: unknown) => {
        log.error("what is due could not be asked for; it is tried again in a minute", {
          job: job.name,
          ...errorKind(cause),
        });
      });
    }
  };
  ask();
  const timer = setInterval(ask, tickMs);
  return () => clearInterval(timer);
}
