import { timestamp } from "../clock.ts";
import type { JsonObject } from "../json.ts";
import type { Hook } from "../state.ts";

/** `hook` and `org-hook`: the webhooks that people set up. Of a secret, GitHub shows that there is one. */
export const hookShapes = (url: string, type: "Repository" | "Organization", hooks: readonly Hook[]): JsonObject[] =>
  hooks.map((hook, index) => ({
    type,
    id: index + 1,
    name: "web",
    active: true,
    events: ["push"],
    config: {
      url: hook.url,
      content_type: "json",
      insecure_ssl: hook.insecureSsl,
      ...(hook.secret ? { secret: "********" } : {}),
    },
    updated_at: timestamp(),
    created_at: timestamp(),
    url: `${url}/${index + 1}`,
    ping_url: `${url}/${index + 1}/pings`,
    ...(type === "Repository"
      ? { test_url: `${url}/${index + 1}/test`, last_response: { code: null, status: "unused", message: null } }
      : { deliveries_url: `${url}/${index + 1}/deliveries` }),
  }));
