import type { SharedPacing } from "../adapters/github/pacing.ts";
import type { Database } from "../adapters/postgres/database.ts";
import { createGithubPauses } from "../adapters/postgres/github-pauses.ts";
import { createRequestBudget } from "../adapters/postgres/request-budget.ts";
import { createWritePace } from "../adapters/postgres/write-pace.ts";

/** How the workers on one database keep within GitHub's limits together. */
export const sharedPacing = (database: Database): SharedPacing => ({
  pauses: createGithubPauses(database),
  pace: createWritePace(database),
  budget: createRequestBudget(database),
});
