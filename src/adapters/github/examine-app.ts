import * as z from "zod";
import type { Examination } from "../../flows/ports/examination.ts";
import type { GithubApp } from "./app.ts";
import { hasStatus } from "./errors.ts";

const permissions = z.record(z.string(), z.string());
const app = z.object({ slug: z.string(), permissions, events: z.array(z.string()) });
const installation = z.object({
  account: z.object({ login: z.string() }).nullable(),
  permissions,
  suspended_at: z.string().nullish(),
});
const hook = z.object({
  url: z.string().optional(),
  content_type: z.string().optional(),
  insecure_ssl: z.union([z.string(), z.number()]).optional(),
  secret: z.string().optional(),
});

/**
 * What GitHub knows of the app. https://docs.github.com/en/rest/apps/apps#get-the-authenticated-app and
 * https://docs.github.com/en/rest/apps/webhooks#get-a-webhook-configuration-for-an-app
 */
export function examineApp(
  { asApp }: Pick<GithubApp, "asApp">,
  now: () => Date,
): Pick<Examination, "app" | "installations" | "hook"> {
  return {
    app: async () => {
      const answer = await asApp.rest.apps.getAuthenticated().catch((error: unknown) => {
        if (hasStatus(error, 401, 404)) return null;
        throw error;
      });
      if (answer === null) return null;
      const { data, headers } = answer;
      const ahead = (now().getTime() - Date.parse(headers.date ?? "")) / 1000;
      return { ...app.parse(data), clockAhead: Number.isNaN(ahead) ? null : ahead };
    },
    installations: async () => {
      const found = await asApp.paginate(asApp.rest.apps.listInstallations, { per_page: 100 });
      return z
        .array(installation)
        .parse(found)
        .map(({ account, suspended_at, ...rest }) => ({
          owner: account?.login ?? "an enterprise",
          permissions: rest.permissions,
          isSuspended: typeof suspended_at === "string",
        }));
    },
    hook: async () => {
      const { data } = await asApp.rest.apps.getWebhookConfigForApp();
      const { url, content_type, insecure_ssl = "0", secret } = hook.parse(data);
      return {
        url: url === undefined || url === "" ? null : url,
        contentType: content_type ?? null,
        verifiesTls: String(insecure_ssl) === "0",
        hasSecret: secret !== undefined && secret !== "",
      };
    },
  };
}
