import { ageOf, ageSince, nameOf } from "./age.ts";
import type { Facts } from "./facts.ts";
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
  const { secrets, organizationSecrets, deployKeys } = facts;
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
  return [...ages, ...ofKeys]
    .filter(({ state }) => state !== "fresh")
    .map(({ what, environmentClass, due, state }) => ({ what, environmentClass, due, late: state === "late" }))
    .toSorted((a, b) => a.due.localeCompare(b.due) || a.what.localeCompare(b.what));
}
