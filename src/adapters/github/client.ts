import { createAppAuth } from "@octokit/auth-app";
import { retry } from "@octokit/plugin-retry";
import { throttling } from "@octokit/plugin-throttling";
import { Octokit } from "@octokit/rest";
import type { HourLeft } from "../../flows/ports/request-budget.ts";
import type { Logger } from "../../flows/ports/system.ts";
import { untraced, type Trace } from "../../flows/ports/tracing.ts";
import { hasStatus, isTokenRequest, typedError } from "./errors.ts";
import { typedPacingError, type Pacing, type Use } from "./pacing.ts";
import { timedFetch } from "./timed-fetch.ts";

/** https://docs.github.com/en/rest/about-the-rest-api/api-versions */
const apiVersion = "2022-11-28";

/**
 * Of the plugin that repeats requests, what it repeats is decided by the number of times that the request says, also for an answer that
 * it would not repeat (a 404). So a failure says none, until the plugin finds that it is worth repeating.
 */
function failuresAreFinal({ hook }: Pick<Octokit, "hook">): void {
  hook.error("request", (error) => {
    if ("request" in error) error.request.request = { ...error.request.request, retries: 0 };
    throw error;
  });
}

type Leave = (request: { readonly method: string; readonly url: string }) => Promise<void>;

/** Asks for leave for each request that is sent, also for one that is repeated, before it takes a place among this process's own. */
function asksForLeave({ hook }: Pick<Octokit, "hook">, options: object): void {
  const { leave = async () => {} } = options as { readonly leave?: Leave };
  hook.wrap("request", async (send, request) => {
    await leave(request);
    return send(request);
  });
}

export const PacedOctokit = Octokit.plugin(throttling, asksForLeave, failuresAreFinal, retry);

/**
 * A client of GitHub's REST API. Its requests are paced, time out, and fail with the errors of `errors.ts` only. A failed read is
 * tried three times in all; a write once, unless it says `request: { retries }`, as only its caller knows whether twice is harmless.
 */
export type GithubClient = InstanceType<typeof PacedOctokit>;

/** The app's key as PEM, or what signs with it where it is, so that the key never is in this process. */
export type AppKey = { readonly privateKey: string } | { readonly createJwt: CreateJwt };

/** `timeDifference`: by how many seconds GitHub's clock is ahead. */
type CreateJwt = (
  appId: string | number,
  timeDifference?: number,
) => Promise<{ readonly jwt: string; readonly expiresAt: string }>;

export type AppCredentials = { readonly appId: number } & AppKey;

/** `installation`: its id, or `app`. `resource`: which of GitHub's budgets, such as `core`. */
export type BudgetLeft = (installation: string, resource: string, left: number, resetsAt: number) => void;

export type ClientOptions = AppCredentials & {
  /** Null: the app itself. */
  readonly installationId: number | null;
  readonly use: Use;
  readonly baseUrl: string;
  /** For one answer, in milliseconds. */
  readonly timeout: number;
  /** Sends what is to be sent; left out: as it is. */
  readonly wrapFetch?: (send: typeof fetch) => typeof fetch;
  readonly pacing: Pacing;
  readonly budgetLeft: BudgetLeft;
  readonly trace?: Trace;
  readonly log: Logger;
};

export function createClient({
  installationId,
  use,
  baseUrl,
  timeout,
  wrapFetch = (send) => send,
  pacing,
  budgetLeft,
  trace = untraced,
  log,
  ...app
}: ClientOptions): GithubClient {
  const id = installationId === null ? "app" : String(installationId);
  const client = new PacedOctokit({
    authStrategy: createAppAuth,
    auth: { ...app, ...(installationId !== null && { installationId }) },
    baseUrl,
    userAgent: "keyward",
    // The plugin's types know neither `global` nor handlers that return whether to wait; its code and its manual do.
    throttle: pacing.throttle(id, use) as object as { readonly enabled: false },
    leave: leaveBy(pacing, id, use),
    retry: { doNotRetry: [400, 401, 403, 404, 409, 410, 422, 429, 451], retryAfterBaseValue: 300 },
    request: { fetch: wrapFetch(timedFetch(timeout)) },
    log: quietLog(log),
  });
  // Wrapped last, so it is the outermost: one turn through it may be several requests.
  client.hook.wrap("request", (request, options) =>
    tracedRequest(trace, id, options, async () => {
      options.headers["x-github-api-version"] = apiVersion;
      const { method, url } = options;
      const repeatable = method === "GET" || method === "HEAD" || isTokenRequest({ method, url });
      options.request = { ...options.request, retries: options.request["retries"] ?? (repeatable ? 2 : 0) };
      const send = async (): Promise<Awaited<ReturnType<typeof request>>> => {
        try {
          const answer = await request(options);
          const { "x-ratelimit-remaining": left, "x-ratelimit-resource": resource = "core" } = answer.headers;
          const { "x-ratelimit-reset": resetsAt = Infinity } = answer.headers;
          if (left !== undefined) budgetLeft(id, String(resource), Number(left), Number(resetsAt));
          const hour = hourIn(answer.headers);
          if (hour !== null) pacing.sawHour(id, hour);
          return answer;
        } catch (error) {
          throw typedError(typedPacingError(error), { method, url, installation: id }, Date.now());
        }
      };
      await pacing.untilAllowed(id);
      try {
        return await send();
      } catch (error) {
        // The token was revoked before its time: a new one works, or says that the installation is gone.
        if (installationId === null || isTokenRequest({ method, url }) || !hasStatus(error, 401)) throw error;
        await client.auth({ type: "installation", refresh: true });
        return await send();
      }
    }),
  );
  return client;
}

type Asked = {
  readonly method: string;
  readonly url: string;
  readonly request?: Readonly<Record<string, unknown>>;
};

/** The routes that name nothing; others are templates. Whatever else is asked for by its address is not told: it holds names. */
const plainRoute = /^\/(?:app|installation|meta|graphql|rate_limit)(?:\/[a-z_-]+)*$/;

function routeOf(url: string): string {
  if (/^https?:/.test(url)) return "(another page)";
  return url.includes("{") || plainRoute.test(url) ? url.replace(/\?.*$/s, "") : "(an address)";
}

function tracedRequest<T extends { readonly status: number }>(
  trace: Trace,
  installation: string,
  options: Asked,
  send: () => Promise<T>,
): Promise<T> {
  if (trace === untraced) return send();
  const { method, url } = options;
  const route = routeOf(url);
  const attributes = { "http.request.method": method, "http.route": route, "keyward.github_id": installation };
  return trace({ name: `${method} ${route}`, kind: "client" }, attributes, async (note) => {
    const noteAnswer = (status: unknown): void => {
      const failures = Number(options.request?.["retryCount"] ?? 0);
      const isFailure = Number(status) >= 400;
      note({
        ...(typeof status === "number" && { "http.response.status_code": status }),
        "http.request.resend_count": Math.max(0, failures - (isFailure ? 1 : 0)),
      });
    };
    try {
      const answer = await send();
      noteAnswer(answer.status);
      return answer;
    } catch (error) {
      noteAnswer(error instanceof Error && "status" in error ? error.status : null);
      throw error;
    }
  });
}

const leaveBy =
  (pacing: Pacing, id: string, use: Use): Leave =>
  async ({ method, url }) => {
    if (isTokenRequest({ method, url })) return;
    if (method === "GET" || method === "HEAD") return pacing.untilMayRead(id, use);
    const { pathname } = new URL(url, "https://github.invalid");
    await pacing.untilMayWrite(id, use, throttling.triggersNotification(pathname));
  };

/** https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#checking-the-status-of-your-rate-limit */
function hourIn(headers: Readonly<Record<string, string | number | undefined>>): HourLeft | null {
  if ((headers["x-ratelimit-resource"] ?? "core") !== "core") return null;
  const [limit, left, resetsAt] = ["limit", "remaining", "reset"].map((name) => Number(headers[`x-ratelimit-${name}`]));
  const [known, isHour] = [{ limit, left, resetsAt }, [limit, left, resetsAt].every(Number.isSafeInteger)];
  return isHour ? (known as HourLeft) : null;
}

/** octokit's log lines have method, path and status; the further arguments, with whole requests, are dropped. */
function quietLog(log: Logger): Record<"debug" | "info" | "warn" | "error", (message: string) => void> {
  const debug = (message: string): void => log.debug(message);
  return { debug, info: debug, warn: debug, error: debug };
}
