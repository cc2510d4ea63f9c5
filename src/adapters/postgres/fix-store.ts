import { sql } from "kysely";
import type { FixRecord } from "../../core/posture/fixes/fix-record.ts";
import type { FixStore } from "../../flows/ports/fix-store.ts";
import type { Database } from "./database.ts";
import { toJson } from "./json.ts";

/** Fixes and changes of settings, in the database. */
export function createFixStore({ kysely }: Pick<Database, "kysely">): FixStore {
  return {
    byId: async (repoId) => {
      const row = await kysely
        .selectFrom("posture_fixes")
        .select("record")
        .where("repo_id", "=", repoId)
        .executeTakeFirst();
      return row ? (row.record as FixRecord) : null;
    },
    save: async (repoId, record) => {
      await kysely
        .insertInto("posture_fixes")
        .values({ repo_id: repoId, record: toJson(record) })
        .onConflict((conflict) => conflict.column("repo_id").doUpdateSet({ record: toJson(record) }))
        .execute();
    },
    noteChange: async (repoId, { event, login, at }) => {
      // Events come late and twice: the newest counts.
      await sql`
        insert into setting_changes (repo_id, event, login, at)
        values (${repoId}, ${event}, ${login}, ${at})
        on conflict (repo_id, event) do update set login = excluded.login, at = excluded.at
        where setting_changes.at <= excluded.at`.execute(kysely);
    },
    changesOf: async (repoId) => {
      const rows = await kysely
        .selectFrom("setting_changes")
        .select(["event", "login", "at"])
        .where("repo_id", "=", repoId)
        .execute();
      return rows.map(({ event, login, at }) => ({ event, login, at: at.toISOString() }));
    },
  };
}
