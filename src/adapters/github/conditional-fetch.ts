import { createHash } from "node:crypto";
import type { KeptAnswer, KeptAnswers } from "../../flows/ports/kept-answers.ts";
import type { Clock } from "../../flows/ports/system.ts";

type Fetch = typeof fetch;

/** Below `/repos/{owner}/{repo}`. */
const ofRepositories =
  /^(?:|\/git\/ref\/.+|\/branches\/[^/]+\/protection|\/rules\/branches\/[^/]+|\/rulesets\/\d+|\/(?:actions|dependabot|codespaces)\/secrets|\/actions\/organization-secrets|\/environments(?:\/[^/]+\/secrets)?|\/keys|\/actions\/permissions\/workflow|\/private-vulnerability-reporting)$/;
/** Below `/orgs/{org}`. */
const ofOrganizations = /^(?:|\/(?:actions|dependabot|codespaces)\/secrets|\/personal-access-tokens)$/;

/**
 * Whether an answer may be kept: settings, names and dates. Never the content of files, which is what leaks stand in, and never the
 * addresses of webhooks, which are often a credential themselves.
 */
function mayBeKept(path: string): boolean {
  const [, below] = /^\/repos\/[^/]+\/[^/]+(.*)$/.exec(path) ?? [];
  if (below !== undefined) return ofRepositories.test(below);
  const [, ofOrganization] = /^\/orgs\/[^/]+(.*)$/.exec(path) ?? [];
  return ofOrganization === undefined ? path === "/installation/repositories" : ofOrganizations.test(ofOrganization);
}

/** What GitHub says to an app that lacks a permission. */
const lacksPermission = /not accessible by integration/i;
const unprotected = /\/branches\/[^/]+\/protection$/;

/**
 * Refusals have no ETag, and each costs. They are believed for so long, unless something happens to the repository or to the
 * permissions: what is missed until then is a protection that was added, so that at worst a true claim is called false or not known.
 */
const refusalHoldsMs = 7 * 24 * 60 * 60_000;
const largestKept = 512 * 1024;

/**
 * `fetch` that asks GitHub whether an answer it gave before still holds, which costs nothing of the hourly quota, and then gives that.
 *
 * GitHub makes the ETag of an answer from the token too, and tokens of installations last an hour: an ETag of yesterday fits
 * nothing. So the one that GitHub would give to the present token is computed from the kept body. A wrong one does no harm: GitHub
 * then gives the whole answer. See docs/adr/0042-conditional-requests.md.
 */
export function conditionalFetch(
  send: Fetch,
  {
    answers,
    installationId,
    baseUrl,
    clock,
  }: {
    readonly answers: KeptAnswers;
    readonly installationId: number;
    readonly baseUrl: string;
    readonly clock: Clock;
  },
): Fetch {
  const base = new URL(baseUrl).pathname.replace(/\/$/, "");
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const path = url.pathname.slice(base.length);
    if ((init?.method ?? "GET").toUpperCase() !== "GET") return send(input, init);
    const address = `${path}${url.search}`;
    const headers = new Headers(init?.headers);
    const kept = await answers.of(installationId, address);
    if (kept && kept.status !== 200) {
      if (Date.parse(clock()) - Date.parse(kept.keptAt) < refusalHoldsMs) return asResponse(kept, url);
    } else if (kept) {
      headers.set("if-none-match", etagFor(kept, headers));
    }
    const askedAt = clock();
    const reply = await send(input, { ...init, headers });
    if (reply.status === 304 && kept) return asResponse(kept, url);
    const body = new Uint8Array(await reply.clone().arrayBuffer());
    const etag = reply.headers.get("etag") ?? "";
    const isWorthIt = reply.status === 200 ? etag !== "" && mayBeKept(path) : isRefusal(reply.status, path, body);
    if (!isWorthIt || body.byteLength > largestKept) return reply;
    const ours = bare(etag) === digestOf(headers, body);
    await answers.keep(installationId, address, {
      status: reply.status,
      body,
      link: reply.headers.get("link"),
      // Made in another way than we know: of use only as long as the token is.
      etag: ours ? "" : etag,
      keptAt: askedAt,
    });
    return reply;
  };
}

const isRefusal = (status: number, path: string, body: Uint8Array): boolean =>
  status === 404 ? unprotected.test(path) : status === 403 && lacksPermission.test(Buffer.from(body).toString("utf8"));

const bare = (etag: string): string => etag.replace(/^W\//, "").replaceAll('"', "");

const etagFor = ({ etag, body }: KeptAnswer, headers: Headers): string =>
  etag === "" ? `W/"${digestOf(headers, body)}"` : etag;

/** As GitHub makes it: of the headers that the answer varies by, each with a colon behind it, and the body. */
function digestOf(headers: Headers, body: Uint8Array): string {
  const hash = createHash("sha256");
  for (const name of ["accept", "authorization", "cookie"]) {
    const value = headers.get(name);
    if (value !== null) hash.update(`${value}:`);
  }
  return hash.update(body).digest("hex");
}

function asResponse({ status, body, link }: KeptAnswer, url: URL): Response {
  const headers = new Headers({ "content-type": "application/json; charset=utf-8" });
  if (link !== null) headers.set("link", link);
  const response = new Response(Buffer.from(body), { status, headers });
  return Object.defineProperty(response, "url", { value: url.href });
}
