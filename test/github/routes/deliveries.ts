import type { JsonObject } from "../json.ts";
import { notFound, type Reply } from "../refusal.ts";
import type { Delivery } from "../records.ts";
import { deliver } from "../webhooks/deliver.ts";
import { pageUrl } from "./paging.ts";
import { asApp, ok, type Call, type Routes } from "./route.ts";

const itemShape = (delivery: Delivery): JsonObject => ({
  id: delivery.id,
  guid: delivery.guid,
  delivered_at: delivery.deliveredAt,
  redelivery: delivery.redelivery,
  duration: delivery.durationMs / 1000,
  status: delivery.status,
  status_code: delivery.statusCode,
  event: delivery.event,
  action: delivery.action,
  installation_id: delivery.installationId,
  repository_id: delivery.repositoryId,
  throttled_at: null,
});

/** Newest first, by cursor: the id of the first delivery of the page. Those still under way are not listed yet. */
function list(call: Call): Reply {
  const { world, query } = call;
  const status = query.get("status");
  const perPage = Math.min(100, Math.max(1, Number(query.get("per_page") ?? 30)));
  const from = Number(query.get("cursor")?.replace(/^v1_/, "") ?? Infinity);
  const answered = world.deliveries.filter((delivery) => delivery.status !== "pending").toReversed();
  const wanted = answered.filter(
    (one) =>
      one.id <= from && (status === null || (status === "success") === (one.statusCode >= 200 && one.statusCode < 400)),
  );
  const next = wanted[perPage];
  const link = next === undefined ? {} : { link: `<${pageUrl(call, { cursor: `v1_${next.id}` })}>; rel="next"` };
  return { status: 200, body: wanted.slice(0, perPage).map(itemShape), headers: link };
}

function byId(call: Call): Delivery {
  const found = call.world.deliveries.find(({ id }) => id === Number(call.params["delivery_id"]));
  if (found === undefined) throw notFound();
  return found;
}

export const deliveryRoutes: Routes = {
  "apps/list-webhook-deliveries": asApp(list),
  "apps/get-webhook-config-for-app": asApp(({ world }) =>
    // GitHub never gives the secret, only that there is one.
    ok({ content_type: "json", insecure_ssl: "0", secret: "********", url: world.hookUrl ?? "" }),
  ),
  "apps/get-webhook-delivery": asApp((call) => {
    const delivery = byId(call);
    return ok({
      ...itemShape(delivery),
      url: call.world.hookUrl ?? "",
      request: { headers: delivery.requestHeaders, payload: delivery.payload },
      response: { headers: delivery.responseHeaders, payload: delivery.responseBody },
    });
  }),
  "apps/redeliver-webhook-delivery": asApp((call) => {
    void deliver(call.world, { ...byId(call), redelivery: true });
    return { status: 202, body: {} };
  }),
};
