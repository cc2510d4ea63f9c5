import * as z from "zod";
import { type Fact, known, unknown } from "../../../core/posture/fact.ts";
import type { AccessToken } from "../../../core/posture/facts.ts";
import { GithubFailed } from "../errors.ts";
import { asked, type Inquiry } from "./asking.ts";

const grant = z.object({
  owner: z.object({ login: z.string() }),
  repository_selection: z.string(),
  access_granted_at: z.string(),
  token_name: z.string().nullish(),
  token_expired: z.boolean(),
  token_expires_at: z.string().nullable(),
  token_last_used_at: z.string().nullable(),
});

/**
 * Fine-grained personal access tokens that can still be used. Only an app may ask; classic ones GitHub tells nobody about.
 * https://docs.github.com/en/rest/orgs/personal-access-tokens#list-fine-grained-personal-access-tokens-with-access-to-organization-resources
 */
export const accessTokens = ({ rest, paginate, repo }: Inquiry): Promise<Fact<readonly AccessToken[]>> =>
  asked(
    "the personal access tokens",
    "organization_personal_access_tokens: read",
    async () =>
      z
        .array(grant)
        .parse(await paginate(rest.orgs.listPatGrants, { org: repo.owner, per_page: 100 }))
        .filter(({ token_expired }) => !token_expired)
        .map((one) => ({
          owner: one.owner.login,
          name: one.token_name ?? "unnamed",
          grantedAt: one.access_granted_at,
          expiresAt: one.token_expires_at,
          lastUsedAt: one.token_last_used_at,
          everyRepository: one.repository_selection === "all",
        })),
    { missingIs404: true },
  );

const question = `query ($login: String!) { organization(login: $login) { ipAllowListEnabledSetting } }`;
const reply = z.object({ organization: z.object({ ipAllowListEnabledSetting: z.string().nullable() }).nullable() });
const refused = z.object({ errors: z.array(z.object({ type: z.string().optional() })) });
const permission = "organization_administration: read";

/**
 * Only GraphQL tells.
 * https://docs.github.com/en/graphql/reference/objects#organization
 */
export async function ipAllowList(inquiry: Inquiry): Promise<Fact<boolean | null>> {
  const { graphql, repo } = inquiry;
  const notTold = unknown(
    `GitHub does not tell this app whether there is an IP allow list: it lacks the permission “${permission}”`,
    permission,
  );
  try {
    const { organization } = reply.parse(await graphql(question, { login: repo.owner }));
    if (organization === null) return notTold;
    const { ipAllowListEnabledSetting: setting } = organization;
    if (setting === "ENABLED") return known(true);
    return known(setting === null || !(await hasAllowLists(inquiry)) ? null : false);
  } catch (error) {
    const { success, data } = refused.safeParse(error);
    if (!success) throw error;
    const types = data.errors.map(({ type }) => type ?? "unknown");
    if (types.some((type) => /^(?:FORBIDDEN|INSUFFICIENT_SCOPES|NOT_FOUND)$/.test(type))) return notTold;
    // Its message can quote what was asked.
    throw new GithubFailed("POST /graphql", 200, types.join(", "));
  }
}

/** Only the enterprise plan has them. Where GitHub does not tell the plan, it may. */
async function hasAllowLists({ rest, repo }: Inquiry): Promise<boolean> {
  const { data } = await rest.orgs.get({ org: repo.owner });
  const { plan } = z.object({ plan: z.object({ name: z.string() }).nullish() }).parse(data);
  return (plan?.name ?? "enterprise").startsWith("enterprise");
}
