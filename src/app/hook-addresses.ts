import { errorKind } from "../core/errors/error-kind.ts";
import type { Logger } from "../flows/ports/system.ts";
import { addressesOf, type Addresses } from "./http/addresses.ts";

const hourMs = 60 * 60 * 1000;
/** How long a failure is not followed by another question. */
const pauseMs = 10_000;

/**
 * Gives where GitHub's webhooks come from, asked again every hour. While GitHub cannot be asked the last answer holds; before the
 * first one it rejects.
 */
export function createHookAddresses(
  ask: () => Promise<readonly string[]>,
  now: () => number,
  log: Logger,
): () => Promise<Addresses> {
  let last: { readonly addresses: Addresses; readonly at: number } | null = null;
  let failedAt = -Infinity;
  let asking: Promise<void> | null = null;
  const refresh = async (): Promise<void> => {
    try {
      last = { addresses: addressesOf(await ask()), at: now() };
    } catch (error) {
      failedAt = now();
      log.warn("GitHub did not say from where its webhooks come; what it said last holds", errorKind(error));
    } finally {
      asking = null;
    }
  };
  return async () => {
    const isOld = last === null || now() - last.at > hourMs;
    if (isOld && now() - failedAt > pauseMs) asking ??= refresh();
    if (last === null) await asking;
    if (last === null) throw new Error("GitHub has not said yet from where its webhooks come.");
    return last.addresses;
  };
}
