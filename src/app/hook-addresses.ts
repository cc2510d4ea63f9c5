import { errorKind } from "../core/errors/error-kind.ts";
import type { HookNetworks } from "../flows/ports/hook-networks.ts";
import type { Logger } from "../flows/ports/system.ts";
import { addressesOf, type Addresses } from "./http/addresses.ts";

const hourMs = 60 * 60 * 1000;
/** How long a failure is not followed by another question. */
const pauseMs = 10_000;

/**
 * Gives where GitHub's webhooks come from, asked again every hour. While GitHub cannot be asked the last answer holds, also one
 * that was given before a restart; before the first one it rejects.
 */
export function createHookAddresses(
  ask: () => Promise<readonly string[]>,
  now: () => number,
  log: Logger,
  kept: HookNetworks,
): () => Promise<Addresses> {
  let last: { readonly addresses: Addresses; readonly at: number } | null = null;
  let failedAt = -Infinity;
  let asking: Promise<void> | null = null;
  /** As old as can be: GitHub is asked again soon. */
  const fromBefore = async (): Promise<typeof last> => {
    const known = await kept.last().catch(() => null);
    if (known === null) return null;
    log.warn("from where GitHub's webhooks come is known from before the start", { ageSeconds: known.ageSeconds });
    return { addresses: addressesOf(known.networks), at: -Infinity };
  };
  const refresh = async (): Promise<void> => {
    try {
      const networks = await ask();
      last = { addresses: addressesOf(networks), at: now() };
      await kept.note(networks).catch((error: unknown) => {
        log.warn("from where GitHub's webhooks come could not be kept for the next start", errorKind(error));
      });
    } catch (error) {
      failedAt = now();
      log.warn("GitHub did not say from where its webhooks come; what it said last holds", errorKind(error));
      last ??= await fromBefore();
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
