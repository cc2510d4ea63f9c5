import * as z from "zod";
import type { HookDeliveries } from "../../flows/ports/hook-deliveries.ts";
import type { GithubApp } from "./app.ts";
import { hasStatus } from "./errors.ts";

const page = z.array(
  z.object({
    id: z.int(),
    guid: z.string().min(1),
    delivered_at: z.string(),
    redelivery: z.boolean(),
    status_code: z.int(),
  }),
);

/** https://docs.github.com/en/rest/apps/webhooks#list-deliveries-for-an-app-webhook */
export function createHookDeliveries({ asApp }: Pick<GithubApp, "asApp">): HookDeliveries {
  const { rest, paginate } = asApp;
  return {
    since: async function* (time) {
      for await (const { data } of paginate.iterator(rest.apps.listWebhookDeliveries, { per_page: 100 })) {
        const attempts = page.parse(data).map(({ id, guid, delivered_at, redelivery, status_code }) => ({
          id,
          guid,
          deliveredAt: delivered_at,
          isRepeated: redelivery,
          statusCode: status_code,
        }));
        yield attempts.filter(({ deliveredAt }) => Date.parse(deliveredAt) >= Date.parse(time));
        const last = attempts.at(-1);
        if (!last || Date.parse(last.deliveredAt) < Date.parse(time)) return;
      }
    },
    redeliver: async (attemptId) => {
      try {
        // A delivery that comes twice is handled once.
        await rest.apps.redeliverWebhookDelivery({ delivery_id: attemptId, request: { retries: 2 } });
        return "asked";
      } catch (error) {
        if (hasStatus(error, 400, 404, 422)) return "gone";
        throw error;
      }
    },
  };
}
