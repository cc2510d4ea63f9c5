import { includes } from "../access.ts";
import type { JsonObject } from "../json.ts";
import { notFound, Refusal, type Reply } from "../refusal.ts";
import { nodeId } from "../shapes/accounts.ts";
import { repositoryPage, repositoryUrl } from "../shapes/repositories.ts";
import { accountByLogin } from "../world.ts";
import { hookShapes } from "../shapes/hooks.ts";
import { paged } from "./paging.ts";
import { asInstallation, inRepository, ok, type InstallationCall, type RepositoryCall, type Routes } from "./route.ts";

function protection({ repository, params }: RepositoryCall): Reply {
  const found = repository.settings.protection[params["branch"] ?? ""];
  if (found === undefined) throw new Refusal(404, "Branch not protected");
  return ok(found);
}

const secretsOf =
  (store: (call: RepositoryCall) => string) =>
  (call: RepositoryCall): Reply =>
    paged(
      call,
      call.repository.settings.secrets[store(call)] ?? [],
      ({ name, createdAt, updatedAt }) => ({ name, created_at: createdAt, updated_at: updatedAt }),
      (secrets, total_count) => ({ total_count, secrets }),
    );

function environments(call: RepositoryCall): Reply {
  const { world, repository } = call;
  const names = Object.keys(repository.settings.secrets)
    .filter((store) => store.startsWith("environment/"))
    .map((store) => store.slice("environment/".length));
  return paged(
    call,
    names,
    (name) => ({
      id: repository.id,
      node_id: nodeId("EN", repository.id),
      name,
      url: `${repositoryUrl(world, repository)}/environments/${name}`,
      html_url: `${repositoryPage(world, repository)}/deployments/activity_log?environments_filter=${name}`,
      created_at: repository.createdAt,
      updated_at: repository.createdAt,
    }),
    (page, total_count) => ({ total_count, environments: page }),
  );
}

function deployKeys(call: RepositoryCall): Reply {
  return paged(call, [...call.repository.settings.deployKeys.entries()], ([index, key]) => ({
    id: index + 1,
    key: `ssh-ed25519 AAAA key ${index + 1}`,
    url: `${repositoryUrl(call.world, call.repository)}/keys/${index + 1}`,
    title: key.title,
    verified: true,
    created_at: key.createdAt,
    read_only: key.readOnly,
    last_used: key.lastUsed,
  }));
}

/** Its settings are told only to those who may see them. */
function organization({ world, params, token, installation }: InstallationCall): Reply {
  const account = accountByLogin(world, params["org"] ?? "");
  if (account?.type !== "Organization") throw notFound();
  const url = `${world.apiUrl}/orgs/${account.login}`;
  const own = [...world.repositories.values()].filter((one) => one.owner.id === account.id);
  const isOurs = installation.account.id === account.id && own.every((one) => includes(world, token, one));
  const settings = world.organizations.get(account.id);
  const maySee = isOurs && token.permissions["organization_administration"] !== undefined;
  const shape: JsonObject = {
    login: account.login,
    id: account.id,
    node_id: nodeId("O", account.id),
    avatar_url: `${world.url}/avatars/${account.id}`,
    html_url: `${world.url}/${account.login}`,
    type: account.type,
    url,
    repos_url: `${url}/repos`,
    events_url: `${url}/events`,
    hooks_url: `${url}/hooks`,
    issues_url: `${url}/issues`,
    members_url: `${url}/members{/member}`,
    public_members_url: `${url}/public_members{/member}`,
    description: null,
    has_organization_projects: true,
    has_repository_projects: true,
    public_repos: own.filter(({ visibility }) => visibility === "public").length,
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: account.createdAt,
    updated_at: account.createdAt,
    archived_at: null,
  };
  return ok(
    maySee
      ? {
          ...shape,
          two_factor_requirement_enabled: settings?.twoFactorRequired ?? false,
          default_repository_permission: settings?.basePermission ?? "read",
          members_can_create_public_repositories: settings?.membersCreatePublicRepositories ?? true,
          plan: { name: settings?.plan ?? "enterprise", space: 1, private_repos: 100 },
        }
      : shape,
  );
}

export const postureRoutes: Routes = {
  "repos/get-branch-protection": inRepository("administration", "read", protection),
  "actions/list-repo-secrets": inRepository(
    "secrets",
    "read",
    secretsOf(() => "actions"),
  ),
  "actions/list-repo-organization-secrets": inRepository(
    "secrets",
    "read",
    secretsOf(() => "organization"),
  ),
  "dependabot/list-repo-secrets": inRepository(
    "dependabot_secrets",
    "read",
    secretsOf(() => "dependabot"),
  ),
  "codespaces/list-repo-secrets": inRepository(
    "codespaces_secrets",
    "read",
    secretsOf(() => "codespaces"),
  ),
  "actions/list-environment-secrets": inRepository(
    "environments",
    "read",
    secretsOf(({ params }) => `environment/${params["environment_name"]}`),
  ),
  "repos/get-all-environments": inRepository(["actions", "environments"], "read", environments),
  "repos/list-deploy-keys": inRepository("administration", "read", deployKeys),
  "repos/list-webhooks": inRepository("repository_hooks", "read", (call) =>
    paged(
      call,
      hookShapes(
        `${repositoryUrl(call.world, call.repository)}/hooks`,
        "Repository",
        call.repository.settings.webhooks,
      ),
      (hook) => hook,
    ),
  ),
  "actions/get-github-actions-default-workflow-permissions-repository": inRepository(
    "administration",
    "read",
    ({ repository: { settings } }) =>
      ok({
        default_workflow_permissions: settings.workflowToken,
        can_approve_pull_request_reviews: settings.workflowsApprove,
      }),
  ),
  "repos/check-private-vulnerability-reporting": inRepository("administration", "read", ({ repository }) =>
    ok({ enabled: repository.settings.privateReporting }),
  ),
  "orgs/get": asInstallation(organization),
};
