import type { Delivery, DeliveryStore } from "../../flows/ports/deliveries.ts";
import type { HandleDelivery } from "../../flows/ports/jobs.ts";
import type { Sealer } from "../../flows/ports/system.ts";
import type { Database } from "./database.ts";
import type { Enqueuer } from "./job-queue.ts";

const chunk = 1000;

/** Webhook deliveries by their GUID. Payloads hold what people wrote, perhaps a secret: they are stored sealed. */
export function createDeliveryStore(
  { kysely }: Pick<Database, "kysely">,
  queue: Enqueuer<HandleDelivery>,
  sealer: Sealer,
): DeliveryStore {
  return {
    accept: (delivery) => {
      const row = toRow(delivery, sealer);
      const { guid, event, installationId } = delivery;
      return kysely.transaction().execute(async (transaction) => {
        const { numInsertedOrUpdatedRows: stored } = await transaction
          .insertInto("deliveries")
          .values(row)
          .onConflict((conflict) => conflict.column("guid").doNothing())
          .executeTakeFirst();
        if (stored === 0n) return "duplicate";
        await queue.enqueueIn(transaction, [{ name: "handle-delivery", data: { guid, event, installationId } }]);
        return "accepted";
      });
    },
    take: async (guid) => {
      const row = await kysely.selectFrom("deliveries").selectAll().where("guid", "=", guid).executeTakeFirst();
      if (!row || row.payload === null) return null;
      return {
        guid: row.guid,
        event: row.event,
        installationId: row.installation_id,
        receivedAt: row.received_at.toISOString(),
        payload: sealer.open(row.payload, guid),
      };
    },
    unknown: async (guids) => {
      const known = new Set<string>();
      // A statement takes so many parameters.
      for (let from = 0; from < guids.length; from += chunk) {
        const some = guids.slice(from, from + chunk);
        const rows = await kysely.selectFrom("deliveries").select("guid").where("guid", "in", some).execute();
        for (const { guid } of rows) known.add(guid);
      }
      return guids.filter((guid) => !known.has(guid));
    },
    done: async (guid) => {
      await kysely.updateTable("deliveries").set({ payload: null }).where("guid", "=", guid).execute();
    },
  };
}

const toRow = ({ guid, event, installationId, receivedAt, payload }: Delivery, sealer: Sealer) => ({
  guid,
  event,
  installation_id: installationId,
  received_at: receivedAt,
  payload: sealer.seal(payload, guid),
});
