import type { Db } from "pg-boss";
import type { Database } from "./database.ts";

/** Told the queue that has new work; null: any may have. */
type Heard = (queue: string | null) => void;

/** The database as pg-boss wants it: statements on the pool, and `listen`, of which `heard` is told as well. */
export function pgBossConnection({ pool, listen }: Pick<Database, "pool" | "listen">, heard: Heard): Db {
  return {
    listen: (channel, onNotification, onConnected) =>
      listen(
        channel,
        (queue) => {
          heard(queue);
          onNotification(queue);
        },
        () => {
          heard(null);
          onConnected();
        },
      ),
    executeSql: async (text, values) => {
      const client = await pool.connect();
      try {
        // pg-boss sends `begin; …; commit` as one text without values, for which `pg` gives a list of results.
        const result: unknown = await (values === undefined ? client.query(text) : client.query(text, values));
        client.release();
        return { rows: (Array.isArray(result) ? result : [result]).flatMap(rowsOf) };
      } catch (cause) {
        // Such a text may fail between its `begin` and `commit`; the embedded database has no other session to go on with.
        const unusable = await client.query("rollback").then(
          () => false,
          () => true,
        );
        client.release(unusable);
        throw cause;
      }
    },
  };
}

const rowsOf = (result: { readonly rows?: readonly unknown[] }): readonly unknown[] => result.rows ?? [];
