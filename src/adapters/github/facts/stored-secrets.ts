import * as z from "zod";
import { type Fact, known, type Unknown } from "../../../core/posture/fact.ts";
import type { StoredSecret, StoredSecrets } from "../../../core/posture/facts.ts";
import { asked, type Inquiry } from "./asking.ts";

const entry = z.object({ name: z.string(), created_at: z.string(), updated_at: z.string() });
const entries = z.array(entry);

type Store = {
  readonly store: StoredSecret["store"];
  readonly environment?: string;
  readonly permission: string;
  /** GitHub answers 404 to those who may not ask. */
  readonly missingIs404?: true;
  readonly list: () => Promise<unknown>;
};

/**
 * Names and ages of what GitHub keeps secret for a repository, in every store.
 * https://docs.github.com/en/rest/actions/secrets
 */
export async function storedSecrets(inquiry: Inquiry): Promise<Fact<StoredSecrets>> {
  const { rest, paginate, repo } = inquiry;
  const page = { ...repo, per_page: 100 };
  const stores: readonly Store[] = [
    {
      store: "actions",
      permission: "secrets: read",
      list: () => paginate(rest.actions.listRepoSecrets, page),
    },
    {
      store: "organization",
      permission: "secrets: read",
      list: () => paginate(rest.actions.listRepoOrganizationSecrets, page),
    },
    {
      store: "dependabot",
      permission: "dependabot_secrets: read",
      list: () => paginate(rest.dependabot.listRepoSecrets, page),
    },
    {
      store: "codespaces",
      permission: "codespaces_secrets: read",
      list: () => paginate(rest.codespaces.listRepoSecrets, page),
    },
  ];
  const environments = await asked("the environments", "environments: read", () => environmentNames(inquiry));
  const ofEnvironments: readonly Store[] =
    environments.kind === "unknown"
      ? []
      : environments.value.map((environment) => ({
          store: "environment",
          environment,
          permission: "environments: read",
          list: () => paginate(rest.actions.listEnvironmentSecrets, { ...page, environment_name: environment }),
        }));
  const all = await readStores([...stores, ...ofEnvironments]);
  const unread = environments.kind === "unknown" ? [...all.unread, environments] : all.unread;
  return known({ ...all, unread });
}

/** The same of an organization, for all of its repositories or for some. */
export async function organizationSecrets({ rest, paginate, repo }: Inquiry): Promise<Fact<StoredSecrets>> {
  const page = { org: repo.owner, per_page: 100 };
  return known(
    await readStores([
      {
        store: "organization",
        permission: "organization_secrets: read",
        list: () => paginate(rest.actions.listOrgSecrets, page),
      },
      {
        store: "organization dependabot",
        permission: "organization_dependabot_secrets: read",
        list: () => paginate(rest.dependabot.listOrgSecrets, page),
      },
      {
        store: "organization codespaces",
        permission: "organization_codespaces_secrets: read",
        missingIs404: true,
        list: () => paginate(rest.codespaces.listOrgSecrets, page),
      },
    ]),
  );
}

async function readStores(stores: readonly Store[]): Promise<StoredSecrets> {
  const secrets: StoredSecret[] = [];
  const unread: Unknown[] = [];
  for (const { store, environment = null, permission, missingIs404 = false, list } of stores) {
    const fact = await asked(`the names of ${store} secrets`, permission, async () => entries.parse(await list()), {
      missingIs404,
    });
    if (fact.kind === "unknown") unread.push(fact);
    else secrets.push(...fact.value.map((one) => stored(store, environment, one)));
  }
  return { secrets, unread };
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
