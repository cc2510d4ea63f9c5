import { sql } from "kysely";
import * as z from "zod";
import type { StoredFigures } from "../../flows/ports/stored-figures.ts";
import type { Database } from "./database.ts";

const count = z.coerce.number();
const jobRow = z.object({ lane: z.string(), state: z.string(), count, oldestSeconds: count });
const anomalyRow = z.object({ action: z.string(), count, newestAt: count });
const incidentRow = z.object({ state: z.string(), class: z.string().nullable(), count, oldestSeconds: count });

/** Counts what waits and what is open. */
export async function readStoredFigures({ kysely }: Pick<Database, "kysely">): Promise<StoredFigures> {
  const jobs = await sql`
    select name as lane,
      case when name like '%.dead' then 'dead' when state = 'active' then 'active' else 'waiting' end as state,
      count(*) as count,
      coalesce(max(extract(epoch from now() - greatest(created_on, start_after))), 0) as "oldestSeconds"
    from pgboss.job
    where name like '%.dead' or state = 'active' or (state in ('created', 'retry') and start_after <= now())
    group by 1, 2`.execute(kysely);
  const incidents = await sql`
    select state, details->'terms'->>'class' as class, count(*) as count,
      extract(epoch from now() - min(opened_at)) as "oldestSeconds"
    from incidents where state not in ('closed', 'dismissed')
    group by 1, 2`.execute(kysely);
  const anomalies = await sql`
    select happening ->> 'action' as action, count(*) as count, extract(epoch from max(at)) as "newestAt"
    from happenings where kind = 'anomaly' group by 1`.execute(kysely);
  return {
    anomalies: anomalies.rows.map((row) => anomalyRow.parse(row)),
    jobs: jobs.rows.map((row) => {
      const { lane, ...rest } = jobRow.parse(row);
      return { ...rest, lane: lane.replace(/\.dead$/, "") };
    }),
    incidents: incidents.rows.map((row) => {
      const parsed = incidentRow.parse(row);
      return { ...parsed, class: parsed.class ?? "unknown" };
    }),
  };
}
