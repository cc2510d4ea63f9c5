import { notFound, Refusal, type Reply } from "../refusal.ts";
import { userShape } from "../shapes/accounts.ts";
import { hookShapes } from "../shapes/hooks.ts";
import type { Account, OrganizationSettings } from "../state.ts";
import { accountByLogin, lookUpAccount } from "../world.ts";
import { paged } from "./paging.ts";
import { asInstallation, type InstallationCall, type Route, type Routes } from "./route.ts";

type OrganizationCall = InstallationCall & {
  readonly account: Account;
  readonly settings: Partial<OrganizationSettings>;
};

/** An operation on the organization the app is installed on, with the permission it takes. */
const inOrganization = (permission: string, handle: (call: OrganizationCall) => Reply): Route =>
  asInstallation((call) => {
    const account = accountByLogin(call.world, call.params["org"] ?? "");
    if (account?.type !== "Organization") throw notFound();
    if (call.installation.account.id !== account.id || call.token.permissions[permission] === undefined)
      throw new Refusal(403, "Resource not accessible by integration");
    return handle({ ...call, account, settings: call.world.organizations.get(account.id) ?? {} });
  });

const secretsOf =
  (store: string) =>
  (call: OrganizationCall): Reply =>
    paged(
      call,
      call.settings.secrets?.[store] ?? [],
      ({ name, createdAt, updatedAt }) => ({
        name,
        created_at: createdAt,
        updated_at: updatedAt,
        visibility: "all",
      }),
      (secrets, total_count) => ({ total_count, secrets }),
    );

function accessGrants(call: OrganizationCall): Reply {
  const { world, account, settings } = call;
  return paged(call, [...(settings.accessGrants ?? []).entries()], ([index, grant]) => ({
    id: index + 1,
    owner: userShape(world, lookUpAccount(world, grant.owner)),
    repository_selection: grant.selection,
    repositories_url: `${world.apiUrl}/organizations/${account.id}/personal-access-tokens/${index + 1}/repositories`,
    permissions: { organization: {}, repository: { metadata: "read" } },
    access_granted_at: grant.grantedAt,
    token_id: index + 1,
    token_name: grant.name,
    token_expired: grant.expiresAt !== null && Date.parse(grant.expiresAt) < Date.now(),
    token_expires_at: grant.expiresAt,
    token_last_used_at: grant.lastUsedAt,
  }));
}

export const organizationRoutes: Routes = {
  "actions/list-org-secrets": inOrganization("organization_secrets", secretsOf("actions")),
  "dependabot/list-org-secrets": inOrganization("organization_dependabot_secrets", secretsOf("dependabot")),
  "codespaces/list-org-secrets": inOrganization("organization_codespaces_secrets", secretsOf("codespaces")),
  "orgs/list-pat-grants": inOrganization("organization_personal_access_tokens", accessGrants),
  "orgs/list-webhooks": inOrganization("organization_hooks", (call) =>
    paged(
      call,
      hookShapes(`${call.world.apiUrl}/orgs/${call.account.login}/hooks`, "Organization", call.settings.webhooks ?? []),
      (hook) => hook,
    ),
  ),
};
