import { randomBytes } from "node:crypto";
import { timestamp } from "../clock.ts";
import { isObject, type JsonObject } from "../json.ts";
import { notFound, Refusal, type Reply } from "../refusal.ts";
import { appShape, installationShape } from "../shapes/accounts.ts";
import { repositoryShape } from "../shapes/repositories.ts";
import type { Installation, Permissions, Token } from "../state.ts";
import { plant } from "../../support/leaks/leaks.ts";
import type { World } from "../world.ts";
import { paged } from "./paging.ts";
import { isVisible, lookUp } from "../access.ts";
import { asApp, asInstallation, ok, type Call, type Route, type Routes } from "./route.ts";

const tokenLifetimeMs = 60 * 60 * 1000;

/** An installation's token in GitHub's format (made at random each time). */
const newTokenText = (): string =>
  `ghs_${randomBytes(64)
    .toString("base64")
    .replace(/[^A-Za-z0-9]/g, "")
    .slice(0, 36)}`;

function installationById(call: Call): Installation {
  const installation = call.world.installations.get(Number(call.params["installation_id"]));
  if (installation === undefined) throw notFound();
  return installation;
}

function createToken(call: Call): Reply {
  const { world, body } = call;
  const installation = installationById(call);
  if (installation.suspendedAt !== null) throw new Refusal(403, "This installation has been suspended");
  const text = newTokenText();
  plant(text.slice("ghs_".length));
  const repositoryIds = chosenRepositories(world, installation, body);
  const permissions = isObject(body["permissions"])
    ? narrowed(installation, body["permissions"])
    : installation.permissions;
  const token: Token = { installation, permissions, repositoryIds, expiresAt: Date.now() + tokenLifetimeMs };
  world.tokens.set(text, token);
  const chosen = repositoryIds === null ? [] : [...repositoryIds].flatMap((id) => world.repositories.get(id) ?? []);
  return ok(
    {
      token: text,
      expires_at: timestamp(token.expiresAt),
      permissions: token.permissions,
      repository_selection: repositoryIds === null ? "all" : "selected",
      ...(repositoryIds === null
        ? {}
        : { repositories: chosen.map((repository) => repositoryShape(world, repository)) }),
    },
    201,
  );
}

/** Names and ids of the request; each must be a repository of the installation. */
function chosenRepositories(world: World, installation: Installation, body: JsonObject): ReadonlySet<number> | null {
  const names = Array.isArray(body["repositories"]) ? body["repositories"] : [];
  const ids = Array.isArray(body["repository_ids"]) ? body["repository_ids"] : [];
  if (names.length === 0 && ids.length === 0) return null;
  const own = [...world.repositories.values()].filter(({ owner }) => owner.id === installation.account.id);
  const chosen = [...names, ...ids].map((wanted) => own.find(({ id, name }) => id === wanted || name === wanted));
  if (chosen.includes(undefined))
    throw new Refusal(
      422,
      "There is at least one repository that does not exist or is not accessible to the parent installation.",
    );
  return new Set(chosen.flatMap((repository) => repository?.id ?? []));
}

function narrowed(installation: Installation, wanted: JsonObject): Permissions {
  for (const [name, level] of Object.entries(wanted)) {
    const granted = installation.permissions[name];
    if (granted === undefined || (granted === "read" && level !== "read"))
      throw new Refusal(422, "The permissions requested are not granted to this installation.");
  }
  return { metadata: "read", ...(wanted as Permissions) };
}

const installationOfAccount = (parameter: string): Route =>
  asApp(({ world, params }) => {
    const login = params[parameter]?.toLowerCase();
    const found = world.installations.values().find(({ account }) => account.login.toLowerCase() === login);
    if (found === undefined) throw notFound();
    return ok(installationShape(world, found));
  });

export const appRoutes: Routes = {
  "apps/get-authenticated": asApp(({ world }) =>
    ok({ ...appShape(world), installations_count: world.installations.size }),
  ),
  "apps/list-installations": asApp((call) =>
    paged(call, [...call.world.installations.values()], (installation) => installationShape(call.world, installation)),
  ),
  "apps/get-installation": asApp((call) => ok(installationShape(call.world, installationById(call)))),
  "apps/get-org-installation": installationOfAccount("org"),
  "apps/get-repo-installation": asApp(({ world, params }) => {
    const found = lookUp(world, params["owner"] ?? "", params["repo"] ?? "");
    const installation = world.installations.values().find(({ account }) => account.id === found?.repository.owner.id);
    if (installation === undefined) throw notFound();
    return ok(installationShape(world, installation));
  }),
  "apps/create-installation-access-token": asApp(createToken),
  "apps/revoke-installation-access-token": asInstallation(({ world, tokenText }) => {
    world.tokens.delete(tokenText);
    return { status: 204 };
  }),
  "apps/list-repos-accessible-to-installation": asInstallation((call) => {
    const { world, token, installation } = call;
    const own = [...world.repositories.values()].filter(({ owner }) => owner.id === installation.account.id);
    const shown = own.filter((repository) => token.repositoryIds === null || isVisible(world, token, repository));
    return paged(
      call,
      shown,
      (repository) => repositoryShape(world, repository),
      (repositories, total_count) => ({ total_count, repository_selection: "all", repositories }),
    );
  }),
};
