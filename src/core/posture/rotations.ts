import { ageOf, ageSince, daysBetween, nameOf, type KeyAge } from "./age.ts";
import type { AccessToken, Facts } from "./facts.ts";
import type { EnvironmentClass, PostureTerms } from "./terms.ts";

/** A key that a person is asked to rotate: before it is late, or because it is. */
export type Rotation = {
  readonly what: string;
  readonly environmentClass: EnvironmentClass;
  /** Its last day: `2026-11-26`. */
  readonly due: string;
  readonly late: boolean;
};

/** What is to be rotated, the most urgent first. What is not known is not among it; the claims about it say so. */
export function rotationsAsked(facts: Facts, terms: PostureTerms, now: string): readonly Rotation[] {
  const { secrets, organizationSecrets, deployKeys, accessTokens } = facts;
  const stored = [secrets, organizationSecrets].flatMap((fact) => (fact.kind === "known" ? fact.value.secrets : []));
  const keys = deployKeys.kind === "known" ? deployKeys.value : [];
  const ages = stored.map((secret) => {
    const { environmentClass, due, state } = ageOf(secret, terms, now);
    return { what: nameOf(secret), environmentClass, due, state };
  });
  const ofKeys = keys.map(({ title, createdAt }) => {
    const { environmentClass, due, state } = ageSince(createdAt, terms.otherwise, terms, now);
    return { what: `deploy key “${title}”`, environmentClass, due, state };
  });
  const tokens = accessTokens.kind === "known" ? accessTokens.value : [];
  const ofTokens = tokens.map((token) => {
    const { environmentClass, due, state } = tokenAge(token, terms, now);
    return { what: `personal access token “${token.name}” of @${token.owner}`, environmentClass, due, state };
  });
  return [...ages, ...ofKeys, ...ofTokens]
    .filter(({ state }) => state !== "fresh")
    .map(({ what, environmentClass, due, state }) => ({ what, environmentClass, due, late: state === "late" }))
    .toSorted((a, b) => a.due.localeCompare(b.due) || a.what.localeCompare(b.what));
}

/** A token that ends before it is too old is due when it ends, and asked for as long before. */
function tokenAge({ grantedAt, expiresAt }: AccessToken, terms: PostureTerms, now: string): KeyAge {
  const age = ageSince(grantedAt, terms.otherwise, terms, now);
  if (expiresAt === null || Date.parse(expiresAt) >= Date.parse(age.due)) return age;
  const asked = terms.maxAgeDays[terms.otherwise] - terms.askAfterDays[terms.otherwise];
  const left = daysBetween(now, expiresAt);
  return { ...age, due: expiresAt.slice(0, 10), state: left < 0 ? "late" : left < asked ? "soon" : "fresh" };
}
