import { bad, good, unknown, warning, type Diagnosis } from "./diagnosis.ts";

/** Permissions by name: `read`, `write` or `admin`. */
export type Permissions = Readonly<Record<string, string>>;

const levels = ["read", "write", "admin"];
const missingOf = (needed: Permissions, granted: Permissions): readonly string[] =>
  Object.entries(needed)
    .filter(([name, level]) => levels.indexOf(granted[name] ?? "") < levels.indexOf(level))
    .map(([name, level]) => `${name}: ${level}`);

/** What the app was registered with, against what `app.yml` asks for. */
export function judgeApp(
  needed: { readonly permissions: Permissions; readonly events: readonly string[] },
  app: { readonly slug: string; readonly permissions: Permissions; readonly events: readonly string[] },
): readonly Diagnosis[] {
  const permissions = missingOf(needed.permissions, app.permissions);
  const events = needed.events.filter((event) => !app.events.includes(event));
  return [
    permissions.length === 0
      ? good("permissions", `the app ${app.slug} has those of app.yml`)
      : bad(
          "permissions",
          `the app ${app.slug} lacks ${permissions.join(", ")}`,
          'add them under "Permissions & events" of the app\'s settings, and have each installation accept them; or take the features that need them as missing',
        ),
    events.length === 0
      ? good("events", "the app is subscribed to those of app.yml")
      : bad("events", `the app does not get ${events.join(", ")}`, 'subscribe to them under "Permissions & events"'),
  ];
}

export type InstallationState = {
  readonly owner: string;
  readonly permissions: Permissions;
  readonly isSuspended: boolean;
};

/** What each installation granted, against what the app asks of it. */
export function judgeInstallations(
  app: { readonly permissions: Permissions },
  installations: readonly InstallationState[],
): readonly Diagnosis[] {
  if (installations.length === 0)
    return [warning("installations", "the app is installed nowhere", "install it from its page at GitHub")];
  return installations.map(({ owner, permissions, isSuspended }) => {
    const about = `installation on ${owner}`;
    const missing = missingOf(app.permissions, permissions);
    if (isSuspended) return warning(about, "is suspended", "its owner can take that back at GitHub");
    if (missing.length === 0) return good(about, "grants what the app asks for");
    const advice = "an owner has to accept the new permissions under the organization's installed GitHub Apps";
    return bad(about, `has not granted ${missing.join(", ")}`, advice);
  });
}

export type HookConfig = {
  readonly url: string | null;
  readonly contentType: string | null;
  readonly verifiesTls: boolean;
  readonly hasSecret: boolean;
};

/** How the app's webhook is set up at GitHub. */
export function judgeHook({ url, contentType, verifiesTls, hasSecret }: HookConfig): readonly Diagnosis[] {
  const about = "webhook";
  if (url === null) return [bad(about, "none is set", "set https://<your host>/webhooks in the app's settings")];
  const [, scheme = "", path = "/"] = /^([a-z]+):\/\/[^/?#]+([^?#]*)/i.exec(url) ?? [];
  const problems: Diagnosis[] = [];
  if (scheme.toLowerCase() !== "https")
    problems.push(bad(about, `goes to ${url}, not over TLS`, "use an https address"));
  if (!/\/webhooks\/?$/.test(path))
    problems.push(bad(about, `goes to the path ${path}`, "Keyward listens at /webhooks"));
  if (contentType !== "json")
    problems.push(bad(about, `is sent as ${contentType ?? "form"}`, "choose application/json"));
  if (!verifiesTls) problems.push(bad(about, "is sent without looking at the certificate", "enable SSL verification"));
  if (!hasSecret) problems.push(bad(about, "is not signed", "set the secret that WEBHOOK_SECRET has"));
  return problems.length > 0 ? problems : [good(about, `goes to ${url}, signed`)];
}

/** What became of the last webhooks; `statusCode` 0: there was no answer. The newest first. */
export function judgeDeliveries(
  attempts: readonly { readonly deliveredAt: string; readonly statusCode: number }[],
): Diagnosis {
  const about = "webhook deliveries";
  const [last] = attempts;
  if (last === undefined) return warning(about, "none in the last day", "push something, or redeliver one at GitHub");
  const failed = attempts.filter(({ statusCode }) => statusCode < 200 || statusCode > 299);
  const found = `${attempts.length} in the last day, ${failed.length} of them failed; the last one at ${last.deliveredAt} with ${last.statusCode}`;
  if (failed.length === 0) return good(about, found);
  const noAnswer = "GitHub got no answer: is the host reachable from GitHub, with a certificate it trusts?";
  const why: Readonly<Record<number, string>> = {
    0: noAnswer,
    401: "the signature did not match: is WEBHOOK_SECRET the one of the app's settings?",
    403: "the door turned GitHub away: see KEYWARD_HOOK_ADDRESSES and KEYWARD_TRUSTED_PROXIES",
    404: "something else answers at that address, or the path is wrong",
    502: noAnswer,
    504: noAnswer,
    429: "the door turned GitHub away: see KEYWARD_REQUESTS_PER_MINUTE and KEYWARD_TRUSTED_PROXIES",
  };
  const first = failed[0]?.statusCode ?? 0;
  const advice = why[first] ?? `the last failure was ${first}: the server's log says more`;
  return last === failed[0] ? bad(about, found, advice) : warning(about, found, advice);
}

/** GitHub takes no JWT that was made in its future. */
export function judgeClock(aheadSeconds: number | null): Diagnosis {
  if (aheadSeconds === null) return unknown("clock", "GitHub's answers have no date", "compare it by hand");
  const off = Math.abs(Math.round(aheadSeconds));
  const found = off <= 2 ? "agrees with GitHub's" : `is ${off} s ${aheadSeconds > 0 ? "ahead of" : "behind"} GitHub's`;
  const advice = "keep it by NTP: GitHub refuses tokens that are made in its future, and deadlines are off";
  if (off <= 5) return good("clock", found);
  return off <= 30 ? warning("clock", found, advice) : bad("clock", found, advice);
}

/** The oldest git that knows all that is asked of it. */
const oldestGit = [2, 36];

export function judgeGit(version: string | null): Diagnosis {
  if (version === null) return bad("git", "cannot be run", "install git 2.36 or later, and have it in PATH");
  const [major = 0, minor = 0] = /(\d+)\.(\d+)/.exec(version)?.slice(1).map(Number) ?? [];
  const [least = 0, leastMinor = 0] = oldestGit;
  const isNew = major > least || (major === least && minor >= leastMinor);
  return isNew ? good("git", version) : bad("git", version, "install git 2.36 or later");
}
