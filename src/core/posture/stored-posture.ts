import { allChecks } from "./all-checks.ts";
import { standingOf, type FullJudgement, type PostureResult, type Standing } from "./evaluate.ts";
import type { Waived } from "./waivers.ts";

/** A result as it is kept: the claim by its name. */
export type StoredResult = { readonly claim: string } & FullJudgement & Waived;

export const toStored = ({ check, ...result }: PostureResult): StoredResult => ({ claim: check.id, ...result });

/** Kept results with their claims again; one of a claim that no longer exists is left out. */
export const fromStored = (stored: readonly StoredResult[]): readonly PostureResult[] =>
  stored.flatMap(({ claim, ...result }) => {
    const check = allChecks.find(({ id }) => id === claim);
    return check === undefined ? [] : [{ check, ...result }];
  });

/** How each claim stands, and nothing else: what is kept of a week. */
export type Standings = Readonly<Record<string, Standing>>;

export const standingsOf = (results: readonly PostureResult[]): Standings =>
  Object.fromEntries(results.map((result) => [result.check.id, standingOf(result)]));
