import type { Probot } from "probot";
import * as z from "zod";
import type { KeptAnswers } from "../../flows/ports/kept-answers.ts";
import type { Clock, Logger } from "../../flows/ports/system.ts";
import { untraced, type Trace } from "../../flows/ports/tracing.ts";
import { createClient, type AppCredentials, type BudgetLeft, type ClientOptions, type GithubClient } from "./client.ts";
import { conditionalFetch } from "./conditional-fetch.ts";
import { hasStatus } from "./errors.ts";
import { createProbot, receive, type Delivery } from "./events.ts";
import { createPacing, usualWritesPerMinute, type SharedPacing, type Use } from "./pacing.ts";
import { createInstallationTokens, createWriteTokens, type InstallationToken, type WriteToken } from "./tokens.ts";
import { createWebUrls, type WebUrls } from "./web-urls.ts";

export type GithubAppOptions = AppCredentials & {
  readonly webhookSecret: string;
  /** Where the REST API is; github.com if left out. */
  readonly baseUrl?: string;
  /** How long one answer of GitHub may take, in milliseconds: 20,000 if left out. */
  readonly timeout?: number;
  /** Told what GitHub says is left of an installation's hour, with each of its answers. */
  readonly budgetLeft?: BudgetLeft;
  /** Where answers are kept that are asked for again and again. */
  readonly kept?: { readonly answers: KeptAnswers; readonly clock: Clock };
  /** What one installation may write in a minute: what github.com allows if left out. */
  readonly writesPerMinute?: number;
  /** Where workers tell each other how long GitHub asked for quiet, and what they wrote; each keeps to itself without it. */
  readonly shared?: SharedPacing;
  /** Put around each request. */
  readonly trace?: Trace;
  readonly log: Logger;
};

/** Keyward as GitHub knows it: its events, its clients, its tokens. Nothing is asked of GitHub before it is needed. */
export type GithubApp = {
  readonly appId: number;
  /** For registering handlers. Their `context.octokit` is paced and fails as all our clients do. */
  readonly probot: Probot;
  /** Gives a delivery to the handlers and throws what they threw. */
  readonly receive: (delivery: Delivery) => Promise<void>;
  /** The client of the app itself, which belongs to no installation. */
  readonly asApp: GithubClient;
  readonly clientFor: (installationId: number) => GithubClient;
  /** As `clientFor`, for what somebody waits for at the end of a push: it may use the reserve that everything else leaves. */
  readonly verdictClientFor: (installationId: number) => GithubClient;
  /** As `clientFor`, for what is asked again and again: an answer that has not changed costs nothing. */
  readonly rereadingClientFor: (installationId: number) => GithubClient;
  readonly installationToken: InstallationToken;
  readonly writeToken: WriteToken;
  /** The app's name in addresses; the login it writes under is this with `[bot]` after it. */
  readonly slug: () => Promise<string>;
  readonly urls: WebUrls;
  /** The installation that sees a repository; null if none does. */
  readonly installationOf: (repository: { readonly owner: string; readonly repo: string }) => Promise<number | null>;
  /** What the app may do in a repository: `contents` to `write`; null if no installation sees it. */
  readonly permissionsIn: (repository: {
    readonly owner: string;
    readonly repo: string;
  }) => Promise<Readonly<Record<string, string>> | null>;
};

/** Puts the app together. Make one per process: what is read is kept within GitHub's limits per process. */
export function createGithubApp({
  webhookSecret,
  log,
  baseUrl,
  timeout = 20_000,
  budgetLeft = () => {},
  writesPerMinute = usualWritesPerMinute,
  kept,
  shared,
  trace = untraced,
  ...credentials
}: GithubAppOptions): GithubApp {
  const apiUrl = (baseUrl ?? "https://api.github.com").replace(/\/+$/, "");
  const pacing = createPacing(log, writesPerMinute, shared ?? null);
  const newClient = (
    installationId: number | null,
    use: Use = "work",
    more: Partial<ClientOptions> = {},
  ): GithubClient =>
    createClient({
      ...credentials,
      installationId,
      use,
      baseUrl: apiUrl,
      timeout,
      pacing,
      budgetLeft,
      trace,
      log,
      ...more,
    });
  const rereading = (installationId: number): Partial<ClientOptions> =>
    kept ? { wrapFetch: (send) => conditionalFetch(send, { ...kept, installationId, baseUrl: apiUrl }) } : {};
  const asApp = newClient(null);
  const clientFor = oncePerInstallation((id) => newClient(id));
  const probot = createProbot({ appId: credentials.appId, webhookSecret, clientFor: (id) => newClient(id) });
  return {
    appId: credentials.appId,
    probot,
    receive: (delivery) => receive(probot, delivery),
    asApp,
    clientFor,
    verdictClientFor: oncePerInstallation((id) => newClient(id, "verdict")),
    rereadingClientFor: oncePerInstallation((id) => newClient(id, "work", rereading(id))),
    installationToken: createInstallationTokens(clientFor),
    writeToken: createWriteTokens(clientFor),
    slug: onceAnswered(() => slugOf(asApp)),
    urls: createWebUrls(apiUrl),
    installationOf: async (repository) => (await installationIn(asApp, repository))?.id ?? null,
    permissionsIn: async (repository) => (await installationIn(asApp, repository))?.permissions ?? null,
  };
}

/** https://docs.github.com/en/rest/apps/apps#get-the-authenticated-app */
async function slugOf(client: GithubClient): Promise<string> {
  const { data } = await client.rest.apps.getAuthenticated();
  return z.object({ slug: z.string().min(1) }).parse(data).slug;
}

/** https://docs.github.com/en/rest/apps/apps#get-a-repository-installation-for-the-authenticated-app */
async function installationIn(
  client: GithubClient,
  repository: { readonly owner: string; readonly repo: string },
): Promise<{ readonly id: number; readonly permissions: Readonly<Record<string, string>> } | null> {
  try {
    const { data } = await client.rest.apps.getRepoInstallation(repository);
    return z.object({ id: z.int(), permissions: z.record(z.string(), z.string()) }).parse(data);
  } catch (error) {
    if (hasStatus(error, 404)) return null;
    throw error;
  }
}

/** Asks until there is an answer, then gives that. */
function onceAnswered<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: { readonly value: T } | null = null;
  return async () => {
    answer ??= { value: await ask() };
    return answer.value;
  };
}

function oncePerInstallation(make: (installationId: number) => GithubClient): (installationId: number) => GithubClient {
  const made = new Map<number, GithubClient>();
  return (installationId) => {
    const client = made.get(installationId) ?? make(installationId);
    made.set(installationId, client);
    return client;
  };
}
