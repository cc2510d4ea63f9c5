import type { HandleDeliveryPorts } from "../../src/flows/handle-delivery.ts";
import type { RecoverPorts } from "../../src/flows/recover-deliveries.ts";

/** Nothing was ever delivered. */
export const noDeliveries: Pick<RecoverPorts, "hookDeliveries" | "watermarks"> & {
  readonly deliveries: RecoverPorts["deliveries"] & HandleDeliveryPorts["deliveries"];
} = {
  deliveries: { take: async () => null, done: async () => {}, unknown: async (guids) => guids },
  hookDeliveries: { since: async function* () {}, redeliver: async () => "gone" },
  watermarks: { get: async () => null, set: async () => {} },
};
