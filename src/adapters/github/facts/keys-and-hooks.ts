import * as z from "zod";
import type { Fact } from "../../../core/posture/fact.ts";
import type { DeployKey, Webhook } from "../../../core/posture/facts.ts";
import { asked, type Inquiry } from "./asking.ts";

const key = z.object({
  id: z.int(),
  title: z.string(),
  read_only: z.boolean(),
  created_at: z.string(),
  last_used: z.string().nullish(),
});

/** https://docs.github.com/en/rest/deploy-keys/deploy-keys#list-deploy-keys */
export const deployKeys = ({ rest, paginate, repo }: Inquiry): Promise<Fact<readonly DeployKey[]>> =>
  asked("the deploy keys", "administration: read", async () =>
    z
      .array(key)
      .parse(await paginate(rest.repos.listDeployKeys, { ...repo, per_page: 100 }))
      .map(({ id, title, read_only, created_at, last_used }) => ({
        id,
        title,
        readOnly: read_only,
        createdAt: created_at,
        lastUsedAt: last_used ?? null,
      })),
  );

const hook = z.object({
  id: z.int(),
  active: z.boolean(),
  config: z.object({
    url: z.string().optional(),
    insecure_ssl: z.union([z.string(), z.number()]).optional(),
    // GitHub shows stars in place of the secret, and nothing if there is none.
    secret: z.string().optional(),
  }),
});

/** https://docs.github.com/en/rest/repos/webhooks#list-repository-webhooks */
export const webhooks = ({ rest, paginate, repo }: Inquiry): Promise<Fact<readonly Webhook[]>> =>
  asked(
    "the webhooks",
    "repository_hooks: read",
    async () => toWebhooks(await paginate(rest.repos.listWebhooks, { ...repo, per_page: 100 })),
    { missingIs404: true },
  );

/** https://docs.github.com/en/rest/orgs/webhooks#list-organization-webhooks */
export const organizationWebhooks = ({ rest, paginate, repo }: Inquiry): Promise<Fact<readonly Webhook[]>> =>
  asked(
    "the organization's webhooks",
    "organization_hooks: read",
    async () => toWebhooks(await paginate(rest.orgs.listWebhooks, { org: repo.owner, per_page: 100 })),
    { missingIs404: true },
  );

const toWebhooks = (reply: unknown): readonly Webhook[] =>
  z
    .array(hook)
    .parse(reply)
    .map(({ id, active, config }) => {
      const url = URL.parse(config.url ?? "");
      return {
        id,
        active,
        host: url?.host ?? "an address that is none",
        https: url?.protocol === "https:",
        verifiesCertificate: String(config.insecure_ssl ?? "0") === "0",
        hasSecret: (config.secret ?? "") !== "",
      };
    });
