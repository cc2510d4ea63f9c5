/** How GitHub writes accounts, the app and its installations. */
import type { JsonObject } from "../json.ts";
import type { Account, Installation } from "../state.ts";
import type { World } from "../world.ts";

/** An opaque global id, as GraphQL would have it: a prefix naming the kind, and the id. */
export const nodeId = (prefix: string, id: number): string =>
  `${prefix}_${Buffer.from(`0:${id}`).toString("base64url")}`;

const nodePrefix = { User: "U", Organization: "O", Bot: "BOT" } as const;

/** `simple-user`. */
export function userShape(world: World, account: Account): JsonObject {
  const url = `${world.apiUrl}/users/${encodeURIComponent(account.login)}`;
  const page = account.type === "Bot" ? `/apps/${account.login.replace(/\[bot\]$/, "")}` : `/${account.login}`;
  return {
    login: account.login,
    id: account.id,
    node_id: nodeId(nodePrefix[account.type], account.id),
    avatar_url: `${world.url}/avatars/${account.id}`,
    gravatar_id: "",
    url,
    html_url: `${world.url}${page}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type: account.type,
    user_view_type: "public",
    site_admin: false,
  };
}

/** `team`: one of an organization. */
export function teamShape(world: World, organization: string, slug: string): JsonObject {
  const url = `${world.apiUrl}/organizations/1/team/1`;
  return {
    id: 1,
    node_id: nodeId("T", 1),
    url,
    html_url: `${world.url}/orgs/${organization}/teams/${slug}`,
    members_url: `${url}/members{/member}`,
    repositories_url: `${url}/repos`,
    name: slug,
    slug,
    description: null,
    permission: "push",
    type: "organization",
    parent: null,
  };
}

/** `organization-simple-webhooks`: in payloads about repositories of an organization. */
export function organizationShape(world: World, account: Account): JsonObject {
  const url = `${world.apiUrl}/orgs/${account.login}`;
  return {
    login: account.login,
    id: account.id,
    node_id: nodeId("O", account.id),
    url,
    repos_url: `${url}/repos`,
    events_url: `${url}/events`,
    hooks_url: `${url}/hooks`,
    issues_url: `${url}/issues`,
    members_url: `${url}/members{/member}`,
    public_members_url: `${url}/public_members{/member}`,
    avatar_url: `${world.url}/avatars/${account.id}`,
    description: null,
  };
}

/** `integration`: the app, where something was done by it. */
export const appShape = ({ app, ...world }: World): JsonObject => ({
  id: app.id,
  client_id: app.clientId,
  slug: app.slug,
  node_id: nodeId("A", app.id),
  owner: userShape({ app, ...world }, app.owner),
  name: app.name,
  description: null,
  external_url: `${world.url}/apps/${app.slug}`,
  html_url: `${world.url}/apps/${app.slug}`,
  created_at: app.createdAt,
  updated_at: app.createdAt,
  permissions: app.permissions,
  events: [...app.events],
});

/** `installation`. */
export function installationShape(world: World, installation: Installation): JsonObject {
  const { account } = installation;
  return {
    id: installation.id,
    client_id: world.app.clientId,
    account: userShape(world, account),
    repository_selection: "all",
    access_tokens_url: `${world.apiUrl}/app/installations/${installation.id}/access_tokens`,
    repositories_url: `${world.apiUrl}/installation/repositories`,
    html_url: `${world.url}/${account.login}`,
    app_id: world.app.id,
    app_slug: world.app.slug,
    target_id: account.id,
    target_type: account.type,
    permissions: installation.permissions,
    events: [...world.app.events],
    created_at: installation.createdAt,
    updated_at: installation.createdAt,
    single_file_name: null,
    has_multiple_single_files: false,
    single_file_paths: [],
    suspended_by: null,
    suspended_at: installation.suspendedAt,
  };
}
