import * as z from "zod";
import { type Fact, known } from "../../../core/posture/fact.ts";
import type { StoredSecret } from "../../../core/posture/facts.ts";
import { asked, type Inquiry } from "./asking.ts";

const entry = z.object({ name: z.string(), created_at: z.string(), updated_at: z.string() });
const entries = z.array(entry);

/**
 * Names and ages of what GitHub keeps secret for a repository, in every store. Unknown as a whole if one store is: a list
 * that lacks a part would call the rest fresh.
 * https://docs.github.com/en/rest/actions/secrets
 */
export async function storedSecrets(inquiry: Inquiry): Promise<Fact<readonly StoredSecret[]>> {
  const { rest, paginate, repo } = inquiry;
  const page = { ...repo, per_page: 100 };
  const found: StoredSecret[] = [];
  const stores = [
    ["actions", "secrets: read", () => paginate(rest.actions.listRepoSecrets, page)],
    ["organization", "secrets: read", () => paginate(rest.actions.listRepoOrganizationSecrets, page)],
    ["dependabot", "dependabot_secrets: read", () => paginate(rest.dependabot.listRepoSecrets, page)],
  ] as const;
  for (const [store, permission, ask] of stores) {
    const fact = await asked(`the names of ${store} secrets`, permission, async () => entries.parse(await ask()));
    if (fact.kind === "unknown") return fact;
    found.push(...fact.value.map((one) => stored(store, null, one)));
  }
  const environments = await asked("the environments", "environments: read", () => environmentNames(inquiry));
  if (environments.kind === "unknown") return environments;
  for (const environment of environments.value) {
    const fact = await asked("the names of environment secrets", "environments: read", async () =>
      entries.parse(await paginate(rest.actions.listEnvironmentSecrets, { ...page, environment_name: environment })),
    );
    if (fact.kind === "unknown") return fact;
    found.push(...fact.value.map((one) => stored("environment", environment, one)));
  }
  return known(found);
}

async function environmentNames({ rest, repo }: Inquiry): Promise<readonly string[]> {
  const names: string[] = [];
  for (let page = 1; ; page += 1) {
    const { data } = await rest.repos.getAllEnvironments({ ...repo, per_page: 100, page });
    const found = z
      .object({ environments: z.array(z.object({ name: z.string() })).optional() })
      .parse(data).environments;
    names.push(...(found ?? []).map(({ name }) => name));
    if ((found?.length ?? 0) < 100) return names;
  }
}

const stored = (
  store: StoredSecret["store"],
  environment: string | null,
  { name, created_at, updated_at }: z.infer<typeof entry>,
): StoredSecret => ({ store, environment, name, createdAt: created_at, updatedAt: updated_at });
