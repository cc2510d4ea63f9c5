import { missingDeliveries, type Attempt } from "../core/delivery/missing-deliveries.ts";
import type { DeliveryStore } from "./ports/deliveries.ts";
import type { HookDeliveries, Watermarks } from "./ports/hook-deliveries.ts";
import type { Clock, Logger } from "./ports/system.ts";

export type RecoverPorts = {
  readonly hookDeliveries: HookDeliveries;
  readonly deliveries: Pick<DeliveryStore, "unknown">;
  readonly watermarks: Watermarks;
  readonly clock: Clock;
  readonly log: Logger;
};

const mark = "deliveries-recovered-until";
const hourMs = 3_600_000;
/** GitHub keeps its list for three days. */
const keptMs = 72 * hourMs;
/** What is asked for again, up to its last attempt, lies within this. */
const overlapMs = 4 * hourMs;

/**
 * Asks GitHub for everything it says it delivered and we do not have: what was sent while we were down, what failed, what was
 * answered and lost. GitHub never does that by itself. Safe to repeat: a delivery keeps its GUID, and is stored once.
 */
export async function recoverDeliveries(ports: RecoverPorts): Promise<void> {
  const { hookDeliveries, deliveries, watermarks, clock, log } = ports;
  const now = clock();
  const done = await watermarks.get(mark);
  const earliest = Date.parse(now) - keptMs;
  const since = new Date(Math.max(earliest, done === null ? earliest : Date.parse(done) - overlapMs)).toISOString();
  const attempts: Attempt[] = [];
  for await (const page of hookDeliveries.since(since)) attempts.push(...page);
  const unknown = new Set(await deliveries.unknown([...new Set(attempts.map(({ guid }) => guid))]));
  const { redeliver, givenUp } = missingDeliveries(attempts, (guid) => !unknown.has(guid), now);
  for (const { id, guid } of redeliver) {
    const outcome = await hookDeliveries.redeliver(id);
    log.warn("a delivery had not arrived; GitHub is asked for it again", { delivery: guid, outcome });
  }
  for (const guid of givenUp) {
    log.error("a delivery does not arrive however often it is asked for; look at it in the app's settings on GitHub", {
      delivery: guid,
    });
  }
  await watermarks.set(mark, now);
  log.debug("deliveries were compared with GitHub's list", { attempts: attempts.length, missing: redeliver.length });
}
