import * as z from "zod";
import { credentialOf, programOf, type GitAccess, type NameOf } from "../../core/anomaly/git-access.ts";
import { known, unknown } from "../../core/incident/exposure.ts";
import type { ReadAuditLog } from "../../flows/ports/git-access.ts";
import type { GithubApp } from "./app.ts";
import { GithubFailed, hasStatus } from "./errors.ts";

const text = z.string().min(1).nullish();
/** GitHub promises none of these; what cannot be said without one is the time and the action. */
const entry = z.object({
  _document_id: text,
  "@timestamp": z.number(),
  action: z.string(),
  actor: text,
  user: text,
  actor_location: z.object({ country_code: text }).nullish(),
  hashed_token: text,
  programmatic_access_type: text,
  transport_protocol_name: text,
  user_agent: text,
  repo: text,
  repository: text,
  repository_public: z.union([z.boolean(), z.string()]).nullish(),
});

/** https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/security-log-events#user */
const failures = ["user.failed_login", "user.two_factor_challenge_failure"] as const;

const kinds: Readonly<Record<string, GitAccess["kind"]>> = {
  "git.clone": "read",
  "git.fetch": "read",
  "git.push": "write",
  ...Object.fromEntries(failures.map((action) => [action, "failure"])),
};

const pageSize = 100;

/**
 * Of several `action` qualifiers either counts, and a category stands for all of its actions.
 * https://docs.github.com/en/enterprise-cloud@latest/rest/orgs/orgs#get-the-audit-log-for-an-organization
 */
export const createAuditLog =
  ({ clientFor }: Pick<GithubApp, "clientFor">, nameOf: (installationId: number) => NameOf): ReadAuditLog =>
  async ({ installationId, owner }, { since, after }) => {
    const client = clientFor(installationId);
    const ask = async (from: From) => {
      const phrase = [`created:>=${from.since}`, "action:git", ...failures.map((one) => `action:${one}`)].join(" ");
      const cursor = from.cursor === null ? {} : { after: from.cursor };
      const query = { org: owner, include: "all", order: "asc", phrase, per_page: pageSize, ...cursor };
      const { data, headers } = await client.request("GET /orgs/{org}/audit-log", query);
      const next = cursorIn(headers.link);
      return known({
        entries: z
          .array(entry)
          .parse(data)
          .flatMap((one) => accessOf(one, nameOf(installationId))),
        next: next === null ? null : `${from.since} ${next}`,
        isScarce: isScarce(headers),
      });
    };
    const start = { since: `${since.slice(0, 19)}Z`, cursor: null };
    try {
      return await ask(after === null ? start : placeOf(after));
    } catch (error) {
      // A cursor that is understood no more: what is read again is not counted again.
      if (after !== null && hasStatus(error, 400, 422)) return await ask(start);
      if (error instanceof GithubFailed && (error.status === 403 || error.status === 404))
        return unknown(
          `the audit log is not open to the app (GitHub answered ${error.status}); it takes GitHub Enterprise Cloud and organization_administration: read`,
        );
      throw error;
    }
  };

type From = { readonly since: string; readonly cursor: string | null };

function placeOf(after: string): From {
  const [since = "", cursor = ""] = after.split(" ");
  return { since, cursor };
}

function cursorIn(link: string | undefined): string | null {
  const next = /<([^>]+)>;\s*rel="next"/.exec(link ?? "")?.[1];
  return next === undefined ? null : new URL(next).searchParams.get("after");
}

/** A third of the hour's requests is left to verdicts. */
function isScarce(headers: Readonly<Record<string, unknown>>): boolean {
  const [left, all] = [Number(headers["x-ratelimit-remaining"]), Number(headers["x-ratelimit-limit"])];
  return Number.isFinite(left) && Number.isFinite(all) && left * 3 < all;
}

function accessOf(one: z.infer<typeof entry>, nameOf: NameOf): readonly GitAccess[] {
  const kind = kinds[one.action];
  if (kind === undefined) return [];
  const actor = one.actor ?? one.user ?? null;
  const shown =
    kind === "failure"
      ? { hashedToken: null, kind: "sign-in", actor }
      : {
          hashedToken: one.hashed_token ?? null,
          kind: one.programmatic_access_type ?? one.transport_protocol_name ?? null,
          actor,
        };
  const repository = (one.repo ?? one.repository ?? null)?.toLowerCase() ?? null;
  return [
    {
      // What has no name is named by what it says: it may be read twice, and is counted once.
      id: one._document_id ?? nameOf(JSON.stringify(one)),
      at: new Date(one["@timestamp"]).toISOString(),
      kind,
      actor,
      credential: credentialOf(shown, nameOf),
      country: one.actor_location?.country_code ?? null,
      repository: String(one.repository_public) === "true" ? null : repository,
      program: programOf(one.user_agent ?? ""),
    },
  ];
}
