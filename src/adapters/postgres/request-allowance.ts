import { sql } from "kysely";
import type { RequestAllowance } from "../../flows/ports/request-allowance.ts";
import type { Clock } from "../../flows/ports/system.ts";
import type { Database } from "./database.ts";

const hour = 60 * 60 * 1000;

/** Allows so many requests an hour to one provider on behalf of one installation, counted by all workers together. */
export function createRequestAllowance(
  { kysely }: Pick<Database, "kysely">,
  clock: Clock,
  anHour: number,
): RequestAllowance {
  return async (installationId, provider) => {
    const since = new Date(Math.floor(Date.parse(clock()) / hour) * hour).toISOString();
    // A worker whose clock is behind counts to the hour that others have begun.
    const { rows } = await sql`
      insert into provider_requests as known (installation_id, provider, since, requests)
      values (${installationId}, ${provider}, ${since}, 1)
      on conflict (installation_id, provider) do update set
        requests = case when known.since < excluded.since then 1 else known.requests + 1 end,
        since = greatest(known.since, excluded.since)
      where known.since < excluded.since or known.requests < ${anHour}
      returning requests`.execute(kysely);
    return rows.length === 1;
  };
}
