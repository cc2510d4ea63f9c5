import { setTimeout as wait } from "node:timers/promises";
import type { Job as BossJob, JobResult, PgBoss } from "pg-boss";
import { errorKind } from "../../core/errors/error-kind.ts";
import type { Logger } from "../../flows/ports/system.ts";
import { createFairShare } from "./fair-share.ts";
import type { AtOnce } from "./job-definition.ts";

/** The places of a queue at which this process works, one job at each at a time: in a batch a slow job would hold up the others. */
export type JobPlaces = {
  /** There may be new work. */
  readonly wake: () => void;
  /** Takes no more jobs, waits so long for those in hand, and returns the rest to the queue. */
  readonly stop: (graceMs: number) => Promise<void>;
};

export type PlacesOptions = {
  readonly boss: PgBoss;
  readonly log: Logger;
  readonly queue: string;
  readonly count: number;
  readonly ofInstallation: AtOnce;
  /** How often work is looked for that nobody told of. */
  readonly pollSeconds: number;
  /** Never rejects. */
  readonly run: (job: BossJob) => Promise<JobResult>;
};

type Held = { readonly giveUp: () => Promise<void>; readonly ended: Promise<void> };

/**
 * Starts taking jobs. pg-boss stores them, and returns those whose worker is not heard of; which one is next is settled here, as it knows
 * the oldest only: installations have their turns by the time that their jobs take, and of one installation the most urgent goes first.
 */
export function startPlaces(options: PlacesOptions): JobPlaces {
  const { boss, log, queue, count, ofInstallation, pollSeconds, run } = options;
  const share = createFairShare();
  const { inProcess, inAll } = limitsOf(ofInstallation);
  const running = new Map<string, number>();
  const held = new Set<Held>();
  const idle = new Set<() => void>();
  const stopping = new AbortController();
  let told = false;

  const wake = (): void => {
    const [first] = idle;
    if (first) first();
    else told = true;
  };

  /** Waits for a word of new work, and no longer than it takes until one would look anyway. */
  const rest = async (): Promise<void> => {
    if (told || stopping.signal.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, pollSeconds * 1000);
    idle.add(resolve);
    await promise;
    idle.delete(resolve);
    clearTimeout(timer);
  };

  const take = async (): Promise<BossJob | null> => {
    const limits = inAll === null ? {} : { groupConcurrency: inAll };
    const full = [...running].filter(([, jobs]) => jobs >= inProcess).map(([who]) => who);
    for (const look of share.looks()) {
      const passedOver = [...new Set([...look.passOver, ...full])];
      const [job] = await boss.fetch<object>(queue, {
        ...limits,
        ...(passedOver.length > 0 && { ignoreGroups: passedOver }),
      });
      if (!job) continue;
      share.found(look);
      began(job);
      return job;
    }
    share.foundNone();
    return null;
  };

  let taken: Promise<unknown> = Promise.resolve();
  /** Where jobs are counted here, one at a time is taken: two places would not see what the other takes. */
  const takeAlone = (): Promise<BossJob | null> => {
    const next = taken.then(take);
    taken = next.catch(() => {});
    return next;
  };

  const began = ({ groupId: who }: BossJob): void => {
    if (typeof who !== "string") return;
    running.set(who, (running.get(who) ?? 0) + 1);
    share.began(who);
  };
  const ended = ({ groupId: who }: BossJob, millis: number): void => {
    if (typeof who !== "string") return;
    const left = (running.get(who) ?? 1) - 1;
    if (left > 0) running.set(who, left);
    else running.delete(who);
    share.ended(who, millis);
  };

  const work = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      told = false;
      try {
        const job = await (inProcess < count ? takeAlone() : take());
        if (job === null) {
          await rest();
          continue;
        }
        // One word may have been of many jobs.
        wake();
        const one = hold(options, job, run);
        held.add(one);
        const begun = performance.now();
        await one.ended.finally(() => {
          held.delete(one);
          ended(job, performance.now() - begun);
        });
      } catch (error) {
        log.error("jobs cannot be taken; it is tried again", { queue, ...errorKind(error) });
        await rest();
      }
    }
  };

  const places = Promise.all(Array.from({ length: count }, work));
  return {
    wake,
    stop: async (graceMs) => {
      stopping.abort();
      for (const resolve of idle) resolve();
      const inTime = await Promise.race([places.then(() => true), wait(graceMs, false, { ref: false })]);
      if (!inTime) await Promise.all([...held].map((one) => one.giveUp()));
    },
  };
}

function limitsOf(ofInstallation: AtOnce): { readonly inProcess: number; readonly inAll: number | null } {
  if (ofInstallation === "any") return { inProcess: Infinity, inAll: null };
  return ofInstallation === "in-turn" ? { inProcess: Infinity, inAll: 1 } : ofInstallation;
}

/** Runs a job that was taken: says that it is alive, sees that it does not take too long, and stores what came of it. */
function hold({ boss, log, queue }: PlacesOptions, job: BossJob, run: PlacesOptions["run"]): Held {
  const attempt = { id: job.id, retryCount: job.retryCount };
  const lost = new AbortController();
  let settled = false;
  const settle = async ({ status, output }: Pick<JobResult, "status" | "output">): Promise<void> => {
    if (settled) return;
    settled = true;
    try {
      await (status === "completed" ? boss.complete(queue, attempt) : boss.fail(queue, attempt, output));
    } catch (error) {
      // It runs again when its worker is not heard of.
      log.error("what came of a job could not be stored", { queue, id: job.id, ...errorKind(error) });
    }
  };
  const giveUp = async (why: string): Promise<void> => {
    const stored = settle({ status: "failed", output: { error: why } });
    lost.abort(new Error(`the job ${job.id} was given up: ${why}`));
    await stored;
  };
  const beat = setInterval(
    () => void isStillMine(boss, queue, attempt, log).then((mine) => mine || lost.abort(new Error("the job was lost"))),
    ((job.heartbeatSeconds ?? 60) * 1000) / 2,
  );
  const expiry = setTimeout(() => void giveUp("it took too long"), job.expireInSeconds * 1000);
  const ended = run({ ...job, signal: lost.signal })
    .then(settle)
    .finally(() => {
      clearInterval(beat);
      clearTimeout(expiry);
    });
  return { giveUp: () => giveUp("the worker was stopped"), ended };
}

/** Says that a job is alive. False: another has it by now, as this one was not heard of in time. */
async function isStillMine(
  boss: PgBoss,
  queue: string,
  attempt: { readonly id: string; readonly retryCount: number },
  log: Logger,
): Promise<boolean> {
  try {
    const answer: { readonly settled?: readonly string[] } = await boss.touch(queue, attempt);
    return answer.settled?.includes(attempt.id) ?? true;
  } catch (error) {
    log.warn("it could not be said that a job is alive", { queue, ...errorKind(error) });
    return true;
  }
}
