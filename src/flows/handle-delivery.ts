import type { DeliveryStore } from "./ports/deliveries.ts";
import type { Logger } from "./ports/system.ts";

export type HandleDeliveryPorts = {
  readonly deliveries: Pick<DeliveryStore, "take" | "done">;
  /** Gives the event to the handlers that are registered for it; they queue work by keys, so that twice is harmless. */
  readonly dispatch: (event: {
    readonly id: string;
    readonly name: string;
    readonly payload: unknown;
  }) => Promise<void>;
  readonly log: Logger;
};

/** Gives a stored delivery to its handlers and forgets its payload. Safe to repeat: what is done is not done again. */
export async function handleDelivery(guid: string, { deliveries, dispatch, log }: HandleDeliveryPorts): Promise<void> {
  const delivery = await deliveries.take(guid);
  if (!delivery) {
    log.debug("a delivery was done already", { delivery: guid });
    return;
  }
  // The ingress has checked that it is a JSON object in UTF-8.
  const payload: unknown = JSON.parse(new TextDecoder().decode(delivery.payload));
  await dispatch({ id: guid, name: delivery.event, payload });
  await deliveries.done(guid);
}
