import { sql, type RawBuilder } from "kysely";
import type { Clock } from "../../flows/ports/system.ts";
import type { Database } from "./database.ts";

/** For how many days rows are kept that are needed no more; null: for ever. */
export type KeptRows = { readonly deliveries: number; readonly verdicts: number; readonly places: number | null };

const dayMs = 24 * 60 * 60 * 1000;

const daysOfReaders = 180;
const daysOfCredentials = 35;
const daysOfClones = 90;

/** Rows that are deleted in one statement, so that nobody waits long for a lock. */
const most = 5000;

/** Gives what deletes rows that are needed no more. Safe to repeat, and for several processes at once. */
export function createRetention(
  { kysely }: Pick<Database, "kysely">,
  keep: KeptRows,
  clock: Clock,
): { readonly dropOld: () => Promise<void> } {
  const until = (days: number): string => new Date(Date.parse(clock()) - days * dayMs).toISOString();
  const repeat = async (statement: RawBuilder<unknown>): Promise<void> => {
    for (;;) {
      const { numAffectedRows = 0n } = await statement.execute(kysely);
      if (numAffectedRows < most) return;
    }
  };
  return {
    dropOld: async () => {
      // Its payload is gone since it was dealt with; the id tells a repetition.
      await repeat(sql`
        delete from deliveries where guid in (
          select guid from deliveries
          where payload is null and received_at < ${until(keep.deliveries)} limit ${most})`);
      // What runs, waits for its retry or was not told yet is not over, however old it is.
      await repeat(sql`
        delete from scopes where position in (
          select position from scopes
          where changed_at < ${until(keep.verdicts)} and told and verdict is not null
            and coalesce(retry ->> 'kind', '') <> 'planned' limit ${most})`);
      await repeat(sql`
        delete from happenings where id in (
          select id from happenings
          where at < ${until(keep.verdicts)}
            and not exists (select from happening_tellings where happening_id = id) limit ${most})`);
      // What is compared with is what is done now, not what was long ago.
      await repeat(sql`
        delete from repository_readers where ctid in (
          select ctid from repository_readers where last_at < ${until(daysOfReaders)} limit ${most})`);
      await repeat(sql`
        delete from credential_hours where ctid in (
          select ctid from credential_hours where hour < ${until(daysOfCredentials)} limit ${most})`);
      await repeat(sql`
        delete from clone_days where ctid in (
          select ctid from clone_days where day < ${until(daysOfClones)}::timestamptz limit ${most})`);
      if (keep.places === null) return;
      await repeat(sql`
        delete from occurrences where position in (
          select old.position from occurrences old join incidents on incidents.id = old.incident_id
          where state in ('closed', 'dismissed')
            and (select max(at) from incident_events where incident_id = incidents.id) < ${until(keep.places)}
            and exists (
              select from occurrences newer where newer.incident_id = old.incident_id
                and (newer.seen_at, newer.position) > (old.seen_at, old.position)) limit ${most})`);
    },
  };
}
