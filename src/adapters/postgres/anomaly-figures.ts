import { sql } from "kysely";
import * as z from "zod";
import type { AnomalyFigures } from "../../flows/ports/anomalies.ts";
import type { Database } from "./database.ts";

const count = z.coerce.number();
const time = z.date().transform((at) => at.toISOString());
const findingRow = z.object({
  installationId: count,
  hour: time,
  by: z.enum(["repository", "author"]),
  whose: z.string(),
  repository: z.string().nullable(),
  count,
  most: count,
  knownSince: time.nullable(),
});
const hours = z.array(z.number()).nullable();
const dismissalRow = z.object({
  id: z.string(),
  installationId: count,
  at: time,
  person: z.string(),
  repoId: count.nullable(),
  ofPerson: hours,
  ofOrganization: hours,
});
const sinkRow = z.object({
  sink: z.string(),
  installationId: count,
  since: time,
  ofIncidents: count,
  others: count,
  tookAt: time.nullable(),
});
const refusalRow = z.object({ sink: z.string(), installationId: count, since: time, refused: count });
const readingRow = z.object({ installationId: count, since: time, through: time, refusal: z.string().nullable() });
const webhookRow = z.object({ installationId: count, first: time, last: time, count, longestGapSeconds: count });

/** Counts what anomalies are judged by. */
export function createAnomalyFigures({ kysely }: Pick<Database, "kysely">): AnomalyFigures {
  return {
    findings: async (since) => {
      const { rows } = await sql`
        with found as (
          select happenings.installation_id, date_trunc('hour', at, 'UTC') as hour, repo_id,
            happening ->> 'repository' as repository, happening #>> '{evidence,incident}' as incident
          from happenings
          where kind = 'finding' and happening #>> '{evidence,inHistory}' = 'false' and happening ->> 'drill' = 'false'
        ), whose as (
          select installation_id, hour, 'repository' as by, repo_id::text as whose, repository from found
          union all
          select found.installation_id, hour, 'author', login, null
          from found
          join incidents on incidents.id = found.incident,
          jsonb_array_elements_text(incidents.details #> '{owner,logins}') as login
          where incidents.details #>> '{owner,source}' = 'committer'
        ), hourly as (
          select installation_id, hour, by, whose, max(repository) as repository, count(*) as count
          from whose group by 1, 2, 3, 4
        )
        select now.installation_id as "installationId", now.hour, now.by, now.whose, now.repository, now.count,
          coalesce((
            select max(count) from hourly as before
            where before.installation_id = now.installation_id and before.by = now.by and before.whose = now.whose
              and before.hour < now.hour), 0) as most,
          (select min(hour) from found where found.installation_id = now.installation_id) as "knownSince"
        from hourly as now where now.hour >= ${since}::timestamptz
        order by now.hour, now.by, now.whose`.execute(kysely);
      return rows.map((row) => findingRow.parse(row));
    },
    dismissals: async (since) => {
      const { rows } = await sql`
        with done as (
          select id, installation_id, at, repo_id, happening ->> 'person' as person,
            extract(hour from at at time zone 'UTC')::int as hour
          from happenings
          where kind = 'dismissal' and happening ->> 'person' is not null
            and happening ->> 'action' in ('requested', 'approved')
        )
        select id, installation_id as "installationId", at, person, repo_id as "repoId",
          (select array_agg(hour) from done as before
            where before.installation_id = now.installation_id and before.person = now.person
              and before.at < now.at and before.at > now.at - interval '90 days') as "ofPerson",
          (select array_agg(hour) from done as before
            where before.installation_id = now.installation_id
              and before.at < now.at and before.at > now.at - interval '90 days') as "ofOrganization"
        from done as now where at >= ${since}::timestamptz order by at, id`.execute(kysely);
      return rows.map((row) => {
        const { ofPerson, ofOrganization, ...rest } = dismissalRow.parse(row);
        return { ...rest, ofPerson: byHour(ofPerson ?? []), ofOrganization: byHour(ofOrganization ?? []) };
      });
    },
    sinks: async () => {
      const { rows } = await sql`
        with waiting as (
          select sink, installation_id, since, false as of_incident
          from happening_tellings join happenings on happenings.id = happening_id where refused_at is null
          union all
          select known_sinks.name, incidents.installation_id, event.at, true
          from known_sinks cross join incidents
          left join sink_progress as told on told.sink = known_sinks.name and told.incident_id = incidents.id
          join incident_events as event on event.incident_id = incidents.id
            and event.seq > coalesce(told.seq, 0) and event.at >= known_sinks.since
          where incidents.entries > coalesce(told.seq, 0)
        )
        select sink, installation_id as "installationId", min(waiting.since) as since,
          count(*) filter (where of_incident) as "ofIncidents", count(*) filter (where not of_incident) as others,
          took_at as "tookAt"
        from waiting join known_sinks on known_sinks.name = sink and gone_since is null
        group by 1, 2, took_at order by 1, 2`.execute(kysely);
      return rows.map((row) => sinkRow.parse(row));
    },
    refusals: async () => {
      const { rows } = await sql`
        select sink, installation_id as "installationId", min(happening_tellings.since) as since, count(*) as refused
        from happening_tellings join happenings on happenings.id = happening_id
        join known_sinks on known_sinks.name = sink and gone_since is null
        where refused_at is not null
        group by 1, 2 order by 1, 2`.execute(kysely);
      return rows.map((row) => refusalRow.parse(row));
    },
    auditLogs: async () => {
      const { rows } = await sql`
        select installation_id as "installationId", since, through, refusal from audit_readings order by 1`.execute(
        kysely,
      );
      return rows.map((row) => readingRow.parse(row));
    },
    webhooks: async () => {
      const { rows } = await sql`
        with gaps as (
          select installation_id, received_at, event,
            received_at - lag(received_at) over (partition by installation_id order by received_at) as gap
          from deliveries where installation_id is not null
        )
        select installation_id as "installationId", min(received_at) as first, max(received_at) as last, count(*) as count,
          coalesce(max(extract(epoch from gap)), 0) as "longestGapSeconds"
        from gaps group by 1
        -- Where the app was taken away nothing more is to come.
        having (array_agg(event order by received_at desc))[1] <> 'installation'
        order by 1`.execute(kysely);
      return rows.map((row) => webhookRow.parse(row));
    },
  };
}

const byHour = (hoursDone: readonly number[]): readonly number[] =>
  Array.from({ length: 24 }, (_, hour) => hoursDone.filter((one) => one === hour).length);
