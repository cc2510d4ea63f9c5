import { type Fact, known, unknown } from "../../../core/posture/fact.ts";
import type { PostureSubject } from "../../../flows/ports/facts.ts";
import type { GithubClient } from "../client.ts";
import { hasStatus, says } from "../errors.ts";

/** What a fact is asked with. */
export type Inquiry = {
  readonly rest: GithubClient["rest"];
  readonly paginate: GithubClient["paginate"];
  readonly graphql: GithubClient["graphql"];
  readonly repo: { readonly owner: string; readonly repo: string };
};

export const inquiryOf = (client: GithubClient, { owner, name }: PostureSubject): Inquiry => ({
  rest: client.rest,
  paginate: client.paginate,
  graphql: client.graphql,
  repo: { owner, repo: name },
});

/**
 * What GitHub answered, or why it did not: a 403 means that the app lacks the permission. So can a 404, where the thing asked
 * for always exists. Anything else that goes wrong is thrown.
 */
export async function asked<T>(
  what: string,
  permission: string,
  ask: () => Promise<T>,
  options: { readonly missingIs404?: boolean } = {},
): Promise<Fact<T>> {
  try {
    return known(await ask());
  } catch (error) {
    if (hasStatus(error, 403) || (options.missingIs404 === true && hasStatus(error, 404)))
      return unknown(`GitHub does not tell this app ${what}: it lacks the permission “${permission}”`, permission);
    throw error;
  }
}

/** GitHub refuses what a plan does not have with 403 as well, and says so. */
export const notInPlan = (error: unknown): boolean =>
  hasStatus(error, 403) && says(error, /upgrade to|plan|enable this feature/i);
