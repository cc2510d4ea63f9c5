import type { PortFailure } from "../../flows/ports/failure.ts";

/** GitHub asked us to wait longer than we are willing to inside a request. The request was not carried out. */
export class GithubLimited extends Error {
  override readonly name = "GithubLimited";
  readonly failure = "later" satisfies PortFailure["failure"];
  /** `primary`: the hourly quota is used up. `secondary`: too much at once. */
  readonly kind: "primary" | "secondary";
  readonly retryAfterSeconds: number;

  constructor(kind: "primary" | "secondary", retryAfterSeconds: number) {
    super(`GitHub's ${kind} rate limit is reached; try again in ${retryAfterSeconds} s`);
    this.kind = kind;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** The installation was deleted or suspended by its owner: nothing can be done for it (any more). */
export class InstallationGone extends Error {
  override readonly name = "InstallationGone";
  readonly failure = "gone" satisfies PortFailure["failure"];
  readonly what = "installation";
  readonly reason: "deleted" | "suspended";

  constructor(installation: string, reason: "deleted" | "suspended") {
    super(`installation ${installation} of the app is ${reason === "deleted" ? "deleted or not ours" : "suspended"}`);
    this.reason = reason;
  }
}

/** The repository or commit is not there (any more) for the installation, or cannot be written to. */
export class RepositoryUnavailable extends Error {
  override readonly name = "RepositoryUnavailable";
  readonly failure = "gone" satisfies PortFailure["failure"];
  readonly what: "repository" | "commit";
  readonly reason: "gone" | "archived";

  constructor(what: "repository" | "commit", reason: "gone" | "archived", options?: ErrorOptions) {
    super(
      `the ${what} is ${reason === "gone" ? "gone or no longer visible to the installation" : "archived"}`,
      options,
    );
    this.what = what;
    this.reason = reason;
  }
}

/** Any other failure of a request. Carries neither the request's body nor the reply's, nor any header. */
export class GithubFailed extends Error {
  override readonly name = "GithubFailed";
  /** What a log says of it, where the message is left out. */
  readonly kind: string;
  /** Null: no (whole) answer came. */
  readonly status: number | null;
  /** Whether GitHub may have carried the request out all the same: look before doing it again. */
  readonly maybeDone: boolean;

  constructor(route: string, status: number | null, detail: string) {
    super(`${route}: ${status === null ? "no answer from GitHub" : `GitHub answered ${status}`}: ${detail}`);
    this.status = status;
    this.kind = status === null ? "no-answer" : `status-${status}`;
    this.maybeDone = status === null || status >= 500;
  }
}

export const hasStatus = (error: unknown, ...statuses: readonly number[]): boolean =>
  error instanceof GithubFailed && error.status !== null && statuses.includes(error.status);

/** Whether the message GitHub gave fits; where one status has several meanings there is nothing else to go by. */
export const says = (error: unknown, words: RegExp): boolean =>
  error instanceof GithubFailed && words.test(error.message);

export const maybeDone = (error: unknown): boolean => error instanceof GithubFailed && error.maybeDone;

/** What @octokit/request-error's `RequestError` has; also its body and headers, which must not travel further. */
type RequestErrorLike = {
  readonly status?: number;
  readonly message: string;
  readonly cause?: unknown;
  readonly response?: {
    readonly headers?: Readonly<Record<string, string | number | undefined>>;
    readonly data?: unknown;
  };
};

/** The request that failed, as far as it may be named: the template of its address, not what was filled in. */
export type FailedRequest = { readonly method: string; readonly url: string; readonly installation: string };

export const isTokenRequest = ({ method, url }: Pick<FailedRequest, "method" | "url">): boolean =>
  method === "POST" && /\/app\/installations\/[^/]+\/access_tokens$/.test(url);

/** Turns what octokit throws for a failed request into one of our errors. All else passes unchanged: ours, and faults in code. */
export function typedError(error: unknown, request: FailedRequest, now: number): unknown {
  if (!(error instanceof Error) || !("request" in error)) return error;
  const { status = 0, message, cause, response }: RequestErrorLike = error;
  const route = `${request.method} ${pathOf(request.url)}`;
  // octokit gives a failed connection the status 500 as well; only an answer has a `response`.
  if (response === undefined) return new GithubFailed(route, null, connectionProblem(cause));
  const headers = response.headers ?? {};
  if (status === 403 || status === 429) {
    const limited = limitOf(status, headers, message, now);
    if (limited) return limited;
    if (isTokenRequest(request) || /installation has been suspended/i.test(message)) {
      return new InstallationGone(request.installation, "suspended");
    }
  }
  if (isTokenRequest(request) && status === 404) return new InstallationGone(request.installation, "deleted");
  const id = headers["x-github-request-id"];
  const hint = status === 401 && isTokenRequest(request) ? "; check the app's id, its private key and the clock" : "";
  return new GithubFailed(
    route,
    status,
    `${reasonOf(response.data)}${hint}${id === undefined ? "" : ` (request ${id})`}`,
  );
}

/** https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit */
function limitOf(
  status: number,
  headers: Readonly<Record<string, string | number | undefined>>,
  message: string,
  now: number,
): GithubLimited | null {
  const retryAfter = Number(headers["retry-after"]);
  const reset = Number(headers["x-ratelimit-reset"]) - Math.floor(now / 1000) + 1;
  if (headers["x-ratelimit-remaining"] === "0" && Number.isFinite(reset)) {
    return new GithubLimited("primary", Math.max(1, reset));
  }
  if (retryAfter > 0) return new GithubLimited("secondary", retryAfter);
  return status === 429 || /secondary rate|abuse detection/i.test(message) ? new GithubLimited("secondary", 60) : null;
}

const pathOf = (url: string): string => (url.startsWith("http") ? new URL(url).pathname : (url.split("?")[0] ?? url));

function connectionProblem(cause: unknown): string {
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
  if (!(inner instanceof Error)) return "unknown problem";
  return "code" in inner && typeof inner.code === "string" ? inner.code : inner.name;
}

/** GitHub's own words: the first line of `message`, and the codes of `errors`. Values it quotes from our request are left out. */
function reasonOf(data: unknown): string {
  if (typeof data !== "object" || data === null || !("message" in data)) return "no reason given";
  const first =
    String(data.message)
      .split("\n")[0]
      ?.replace(/["“].*/, "…")
      .slice(0, 200) ?? "";
  const errors = "errors" in data && Array.isArray(data.errors) ? data.errors : [];
  const codes = errors.flatMap((one: unknown) => codeOf(one)).slice(0, 5);
  return codes.length === 0 ? first : `${first} [${codes.join(", ")}]`;
}

function codeOf(error: unknown): string[] {
  if (typeof error !== "object" || error === null) return [];
  const { resource, field, code } = error as Readonly<Record<string, unknown>>;
  return [[resource, field, code].filter((part) => typeof part === "string").join(".")].filter((text) => text !== "");
}
