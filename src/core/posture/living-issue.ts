import { standingOf, type PostureResult } from "./evaluate.ts";
import type { Rotation } from "./rotations.ts";

/** What the issue about a repository is made of. */
export type IssueMatter = {
  readonly results: readonly PostureResult[];
  readonly rotations: readonly Rotation[];
  readonly problems: readonly string[];
  /** Whether an issue is wanted at all. */
  readonly wanted: boolean;
};

/**
 * Whether the issue is to be open. `as-it-is`: nothing is known to be wrong, but not all is known; that closes nothing, as a claim
 * that was false is not true because nobody can tell any more, and opens nothing, as the people of a repository cannot grant a
 * permission.
 */
export function issueState({ results, rotations, problems, wanted }: IssueMatter): "open" | "closed" | "as-it-is" {
  if (!wanted) return "closed";
  const standings = new Set(results.map(standingOf));
  if (standings.has("fail") || rotations.length > 0 || problems.length > 0) return "open";
  return standings.has("inconclusive") ? "as-it-is" : "closed";
}
