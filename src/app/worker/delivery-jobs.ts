import * as z from "zod";
import type { JobDefinition } from "../../adapters/postgres/job-definition.ts";
import type { RecoverDeliveries } from "../../flows/ports/hook-deliveries.ts";
import type { HandleDelivery } from "../../flows/ports/jobs.ts";

const handleDelivery: JobDefinition<HandleDelivery["data"]> = {
  lane: "deliveries",
  schema: z.strictObject({ guid: z.string(), event: z.string(), installationId: z.int().positive().nullable() }),
  key: ({ guid }) => guid,
  installationId: ({ installationId }) => installationId,
  retry: { limit: 10, delaySeconds: 2, maxDelaySeconds: 600 },
  expireSeconds: 120,
  priority: 0,
};

const recoverDeliveries: JobDefinition<RecoverDeliveries["data"]> = {
  lane: "deliveries",
  schema: z.strictObject({ minute: z.string() }),
  key: () => "recover-deliveries",
  installationId: () => null,
  retry: { limit: 3, delaySeconds: 5, maxDelaySeconds: 60 },
  expireSeconds: 1800,
  priority: 5,
};

/** What is done about webhook deliveries. */
export const deliveryJobs = { "handle-delivery": handleDelivery, "recover-deliveries": recoverDeliveries } as const;
