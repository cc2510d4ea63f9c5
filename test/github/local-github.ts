import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { addAccount, addRepository, install, setSuspended, uninstall } from "./actions/repositories.ts";
import { readManifest } from "./app-manifest.ts";
import { saveOrganizationRuleset } from "./actions/rulesets.ts";
import { registerApp, type AppIdentity } from "./app-identity.ts";
import { Busy } from "./busy.ts";
import { Faults } from "./faults.ts";
import { defaultUser, localRepository, type LocalRepository } from "./local-repository.ts";
import { setUsed } from "./routes/rate.ts";
import { apiBase, createGithubServer } from "./server.ts";
import type { Delivery, RequestRecord, Violation } from "./records.ts";
import type { Account, Installation, OrganizationSettings, Permissions, Role, Ruleset, Visibility } from "./state.ts";
import { deliver } from "./webhooks/deliver.ts";
import { emitToApp } from "./webhooks/emit.ts";
import { lookForLeaks, plant } from "../support/leaks/leaks.ts";
import { lookAtPushes } from "./pushed-by-app.ts";
import { idSequence, lookUpAccount, type World } from "./world.ts";

export type LocalGithubOptions = {
  readonly port?: number;
  /** The app's slug; its bot is `<slug>[bot]`. Default: `keyward`. */
  readonly slug?: string;
  readonly name?: string;
  /** What installations grant the app. Default: what `app.yml` asks for. */
  readonly permissions?: Permissions;
  /** Which events the app gets. Default: those in `app.yml`. */
  readonly events?: readonly string[];
  /** How long a webhook may take to be answered. Default: GitHub's 10,000. */
  readonly webhookTimeoutMs?: number;
  /** What an installation is told that it may send within an hour. Default: GitHub's 5,000. */
  readonly requestsPerHour?: number;
  /** Leaves the repositories on disk after `stop`. */
  readonly keep?: boolean;
};

export type NewRepositoryOptions = {
  readonly owner: string;
  readonly name: string;
  readonly visibility?: Visibility;
  readonly defaultBranch?: string;
  /** Roles of users by login. Default: `developer` may write. */
  readonly roles?: Readonly<Record<string, Role>>;
  /** Shares the git of another, for repositories by the thousand: what is pushed to one is in all. Default: a git of its own. */
  readonly gitOf?: LocalRepository;
};

/** A GitHub on this machine: what the app sees of it through REST, git and webhooks, and what people do in it. */
export type LocalGithub = {
  readonly url: string;
  /** The base URL for Octokit and Probot. */
  readonly apiUrl: string;
  readonly app: AppIdentity;
  /** Every request that was made, oldest first. */
  readonly requests: readonly RequestRecord[];
  /** What the real GitHub would not have accepted, sent or known. A good test ends with this being empty. */
  readonly violations: readonly Violation[];
  /** Every webhook that was sent, oldest first. */
  readonly deliveries: readonly Delivery[];
  readonly faults: Faults;
  /** Creates an organization and installs the app there. */
  createOrganization: (login: string) => Installation;
  /** Changes what its owner sets. */
  setOrganization: (login: string, settings: OrganizationSettings) => void;
  /** Makes a ruleset of the organization, for every repository that it has now. */
  saveOrganizationRuleset: (login: string, ruleset: Partial<Ruleset> & Pick<Ruleset, "name">) => void;
  /** Makes a team of users, by `org/team`. */
  setTeam: (name: string, logins: readonly string[]) => void;
  /** Creates a user, without the app. */
  createUser: (login: string) => Account;
  createRepository: (options: NewRepositoryOptions) => Promise<LocalRepository>;
  fork: (repository: LocalRepository, owner: string) => Promise<LocalRepository>;
  /** Where webhooks go; null (as at first): nowhere. */
  setWebhook: (url: string | null) => void;
  /** Sends the event that GitHub sends when a webhook is set up. */
  ping: () => void;
  /** Sends a delivery again, with the same GUID. */
  redeliver: (id: number) => Promise<Delivery>;
  /** Installs the app on an account that does not have it. */
  install: (login: string) => Installation;
  suspend: (installation: Installation) => void;
  unsuspend: (installation: Installation) => void;
  uninstall: (installation: Installation) => void;
  /** Signs webhooks with another secret from now on, as set in the app's settings. */
  setWebhookSecret: (secret: string) => void;
  /** Lets an installation have sent so many of the 5,000 requests that it has in its hour. */
  setUsed: (installation: Installation, used: number) => void;
  /** Lets every installation token handed out so far expire now. */
  expireTokens: () => void;
  /** Resolves when every push has been worked off and every webhook answered, failed or timed out. */
  idle: () => Promise<void>;
  stop: () => Promise<void>;
};

/** Starts a local GitHub on 127.0.0.1, with one registered app and one user, `developer`. */
export async function startLocalGithub(options: LocalGithubOptions = {}): Promise<LocalGithub> {
  const directory = await mkdtemp(join(tmpdir(), "local-github-"));
  const nextId = idSequence();
  const manifest = readManifest();
  const { slug = "keyward", name = "Keyward", permissions = manifest.permissions, events = manifest.events } = options;
  const app = await registerApp({ slug, name, permissions, events }, nextId);
  for (const line of app.privateKey.split("\n").slice(2, -2)) plant(line);
  plant(app.webhookSecret);
  let world: World | null = null;
  const server = createGithubServer(() => {
    if (world === null) throw new Error("The local GitHub is still starting");
    return world;
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { webhookTimeoutMs: hookTimeoutMs = 10_000, requestsPerHour = 5000 } = options;
  const stopping = new AbortController();
  const stopped = stopping.signal;
  world = newWorld({
    url,
    apiUrl: `${url}${apiBase}`,
    app,
    directory,
    nextId,
    hookTimeoutMs,
    requestsPerHour,
    stopped,
  });
  addAccount(world, defaultUser, "User", newPassword());
  const stop = async (): Promise<void> => {
    stopping.abort();
    if (world !== null) {
      lookAtRequests(world);
      await lookAtPushes(world);
    }
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    if (options.keep !== true) await rm(directory, { recursive: true, force: true, maxRetries: 3 });
  };
  return { ...surfaceOf(world), stop };
}

/** What the app has said to GitHub, or answered it. What people say there is theirs. */
function lookAtRequests({ requests, deliveries }: World): void {
  for (const { actor, operation, method, path, headers, body } of requests) {
    if (actor !== "app" && !actor.startsWith("installation:")) continue;
    lookForLeaks(`a request to GitHub, ${operation ?? method}`, JSON.stringify([method, path, headers, body]));
  }
  for (const { event, responseHeaders, responseBody } of deliveries)
    lookForLeaks(`the answer to a webhook, ${event}`, JSON.stringify([responseHeaders, responseBody]));
}

function newPassword(): string {
  const password = randomBytes(18).toString("base64url");
  plant(password);
  return password;
}

function newWorld(
  fixed: Pick<
    World,
    "url" | "apiUrl" | "app" | "directory" | "nextId" | "hookTimeoutMs" | "requestsPerHour" | "stopped"
  >,
): World {
  return {
    ...fixed,
    accounts: new Map([fixed.app.owner, fixed.app.bot].map((account) => [account.login.toLowerCase(), account])),
    installations: new Map(),
    repositories: new Map(),
    renamed: new Map(),
    organizations: new Map(),
    teams: new Map(),
    tokens: new Map(),
    requests: [],
    violations: [],
    pushedByApp: [],
    deliveries: [],
    faults: new Faults(),
    busy: new Busy(),
    hookUrl: null,
    hookSecret: fixed.app.webhookSecret,
  };
}

function surfaceOf(world: World): Omit<LocalGithub, "stop"> {
  const { url, apiUrl, app, requests, violations, deliveries, faults } = world;
  const person = (): Account => lookUpAccount(world, defaultUser);
  return {
    url,
    apiUrl,
    app,
    requests,
    violations,
    deliveries,
    faults,
    createOrganization: (login) => install(world, addAccount(world, login, "Organization", ""), person()),
    setOrganization: (login, settings) => void world.organizations.set(lookUpAccount(world, login).id, settings),
    saveOrganizationRuleset: (login, ruleset) =>
      saveOrganizationRuleset(world, lookUpAccount(world, login), ruleset, person()),
    setTeam: (name, logins) =>
      void world.teams.set(name.toLowerCase(), new Set(logins.map((login) => lookUpAccount(world, login).id))),
    createUser: (login) => addAccount(world, login, "User", newPassword()),
    createRepository: (wanted) => createRepository(world, wanted),
    fork: (repository, owner) => fork(world, repository, owner),
    setWebhook: (hookUrl) => void (world.hookUrl = hookUrl),
    ping: () => ping(world, person()),
    redeliver: (id) => {
      const delivery = deliveries.find((one) => one.id === id);
      if (delivery === undefined) throw new Error(`No delivery ${id}`);
      return deliver(world, { ...delivery, redelivery: true });
    },
    install: (login) => install(world, lookUpAccount(world, login), person()),
    suspend: (installation) => setSuspended(world, installation, true, person()),
    unsuspend: (installation) => setSuspended(world, installation, false, person()),
    uninstall: (installation) => uninstall(world, installation, person()),
    setWebhookSecret: (secret) => {
      plant(secret);
      world.hookSecret = secret;
    },
    setUsed: (installation, used) => setUsed(world, installation, used),
    expireTokens: () => world.tokens.forEach((token) => void (token.expiresAt = 0)),
    idle: () => world.busy.idle(),
  };
}

async function createRepository(world: World, wanted: NewRepositoryOptions): Promise<LocalRepository> {
  const { owner, name, visibility = "private", defaultBranch = "main", roles = { [defaultUser]: "write" } } = wanted;
  const directory = wanted.gitOf?.directory ?? null;
  const by = lookUpAccount(world, defaultUser);
  const account = lookUpAccount(world, owner);
  const fresh = { owner: account, name, visibility, defaultBranch, parent: null, directory };
  const repository = await addRepository(world, fresh, by);
  for (const [login, role] of Object.entries(roles)) repository.roles.set(lookUpAccount(world, login).id, role);
  return localRepository(world, repository);
}

async function fork(world: World, of: LocalRepository, login: string): Promise<LocalRepository> {
  const parent = world.repositories.get(of.id);
  if (parent === undefined) throw new Error(`${of.fullName} is gone`);
  const owner = lookUpAccount(world, login);
  const { name, visibility, defaultBranch } = parent;
  return localRepository(
    world,
    await addRepository(world, { owner, name, visibility, defaultBranch, parent, directory: null }, owner),
  );
}

function ping(world: World, sender: Account): void {
  const createdAt = world.app.createdAt;
  const hook = {
    type: "App",
    id: world.app.id,
    name: "web",
    active: true,
    app_id: world.app.id,
    events: [...world.app.events],
    config: { content_type: "json", insecure_ssl: "0", secret: "********", url: world.hookUrl ?? "" },
    created_at: createdAt,
    updated_at: createdAt,
  };
  emitToApp(world, null, {
    event: "ping",
    sender,
    fields: { zen: "Keep it logically awesome.", hook_id: world.app.id, hook },
  });
}
