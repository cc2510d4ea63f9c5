import { missingDeliveries, type Attempt, type Missing } from "../core/delivery/missing-deliveries.ts";
import { errorKind } from "../core/errors/error-kind.ts";
import type { DeliveryStore } from "./ports/deliveries.ts";
import type { HookDeliveries, Watermarks } from "./ports/hook-deliveries.ts";
import type { Installations } from "./ports/installations.ts";
import type { JobQueue } from "./ports/jobs.ts";
import type { Clock, Logger } from "./ports/system.ts";

export type RecoverPorts = {
  readonly hookDeliveries: HookDeliveries;
  readonly deliveries: Pick<DeliveryStore, "unknown">;
  readonly watermarks: Watermarks;
  readonly installations: Pick<Installations, "all">;
  readonly queue: JobQueue;
  readonly clock: Clock;
  readonly log: Logger;
};

/** When everything that was due was asked for, and since when something has been missing all the same. */
const marks = { done: "deliveries-recovered-until", missing: "deliveries-missing-since" } as const;

const hourMs = 3_600_000;
/** GitHub keeps its list for three days. */
const keptMs = 72 * hourMs;
/** What is asked for again in quick succession lies within this. */
const overlapMs = 4 * hourMs;
/** Asked for at a time: with one look in five minutes, less than what the app may ask in an hour. */
const mostAtOnce = 300;
/** Where this many cannot be asked for, the others cannot either. */
const mostErrors = 5;
/** From so many attempts on somebody has to look at what is wrong. */
const manyAttempts = 8;

/**
 * Asks GitHub for everything it says it delivered and we do not have: what was sent while we were down, what failed, what was
 * answered and lost. GitHub never does that by itself. What does not arrive is asked for as long as GitHub keeps it; the
 * part of the list that is long past is read again once an hour. What GitHub kept no longer is made up for: the histories
 * of all repositories are read again. Safe to repeat: a delivery keeps its GUID, and is stored once.
 */
export async function recoverDeliveries(ports: RecoverPorts): Promise<void> {
  const { hookDeliveries, deliveries, watermarks, clock, log } = ports;
  const now = clock();
  const done = await watermarks.get(marks.done);
  const isFirstOfHour = done?.slice(0, 13) !== now.slice(0, 13);
  const from = isFirstOfHour ? await watermarks.get(marks.missing) : earlier(done ?? now, overlapMs);
  const earliest = earlier(now, keptMs);
  const attempts: Attempt[] = [];
  for await (const page of hookDeliveries.since(from === null || from < earliest ? earliest : from))
    attempts.push(...page);
  const unknown = new Set(await deliveries.unknown([...new Set(attempts.map(({ guid }) => guid))]));
  const { redeliver, since } = missingDeliveries(attempts, (guid) => !unknown.has(guid), now);
  await askFor(redeliver.slice(0, mostAtOnce), ports);
  log.debug("deliveries were compared with GitHub's list", { attempts: attempts.length, missing: redeliver.length });
  // What is left is due at once: the next look begins where this one did.
  if (redeliver.length > mostAtOnce) return;
  if (isFirstOfHour) await watermarks.set(marks.missing, since ?? earlier(now, overlapMs));
  if (done !== null && done < earliest) await readHistoriesAgain(ports, done);
  await watermarks.set(marks.done, now);
}

/** Of whom nobody knows what was pushed since then. */
async function readHistoriesAgain({ installations, queue, log }: RecoverPorts, since: string): Promise<void> {
  const all = await installations.all();
  for (const { installationId } of all) {
    const data = { installationId, reason: "caught-up" } as const;
    await queue.enqueue({ name: "survey-installation", data }, `${installationId}:caught-up`);
  }
  log.warn("webhooks may be lost: GitHub keeps them for three days; all histories are read again", {
    since,
    installations: all.length,
  });
}

/** One that cannot be asked for keeps nobody from asking for the others; it is thrown in the end. */
async function askFor(redeliver: Missing["redeliver"], { hookDeliveries, log }: RecoverPorts): Promise<void> {
  const errors: unknown[] = [];
  for (const { attempt, attempts } of redeliver) {
    const about = { delivery: attempt.guid, attempts };
    try {
      const outcome = await hookDeliveries.redeliver(attempt.id);
      if (attempts < manyAttempts)
        log.warn("a delivery had not arrived; GitHub is asked for it again", { ...about, outcome });
      else log.error(stubborn, { ...about, outcome });
    } catch (error) {
      errors.push(error);
      log.warn("a delivery that had not arrived could not be asked for", { ...about, ...errorKind(error) });
      if (errors.length === mostErrors) break;
    }
  }
  if (errors.length > 0) throw errors[0];
}

const stubborn =
  "a delivery does not arrive however often it is asked for; look at it in the app's settings on GitHub, which keeps it for three days";

const earlier = (time: string, byMs: number): string => new Date(Date.parse(time) - byMs).toISOString();
