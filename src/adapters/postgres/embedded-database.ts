import { createPgConfig } from "@electric-sql/pglite/node-postgres";
import type { PGlite } from "@electric-sql/pglite";
import pg from "pg";
import type { Logger } from "../../flows/ports/system.ts";
import { columnTypes } from "./column-types.ts";
import type { Listen } from "./listen.ts";
import { startPglite } from "./pglite-server.ts";

/** PGlite has no autovacuum: without this the rows of finished jobs would pile up. Half an hour's worth takes some 0.2 s. */
const vacuumEveryMs = 30 * 60 * 1000;

/** Opens PGlite behind a pool of its one connection. */
export async function openEmbedded({ directory, log }: { readonly directory: string; readonly log: Logger }): Promise<{
  readonly kind: "embedded";
  readonly pool: pg.Pool;
  readonly listen: Listen;
  readonly close: (pool: pg.Pool) => Promise<void>;
}> {
  const server = await startPglite(directory);
  // A new "connection" would be the same session: there is nothing to gain from closing an idle one. A wait this long means
  // a transaction that waits for itself.
  const pool = new pg.Pool({
    ...connectionTo(server.pglite),
    types: columnTypes,
    max: 1,
    idleTimeoutMillis: 0,
    connectionTimeoutMillis: 30_000,
  });
  const vacuum = setInterval(() => {
    pool.query("vacuum (analyze)").catch((error: unknown) => {
      log.warn("the embedded database could not be vacuumed", {
        error: error instanceof Error ? error.name : "unknown",
      });
    });
  }, vacuumEveryMs);
  vacuum.unref();
  return {
    kind: "embedded",
    pool,
    listen: listenOn(server.pglite, pool),
    close: async () => {
      clearInterval(vacuum);
      await pool.end();
      await server.close();
    },
  };
}

/** PGlite in place of a socket; `pg` does not type this option. */
function connectionTo(pglite: PGlite): pg.ClientConfig {
  const { connection, user, database } = createPgConfig(pglite);
  return { connection, user, database } as pg.ClientConfig;
}

/** There is one session, so `listen` is said on it, through the pool, lest it fall into somebody's transaction and be rolled back. */
function listenOn(pglite: PGlite, pool: pg.Pool): Listen {
  return async (channel, onNotification, onConnected) => {
    const quoted = pg.escapeIdentifier(channel);
    const forget = pglite.onNotification((from, payload) => {
      if (from === channel) onNotification(payload);
    });
    await pool.query(`listen ${quoted}`);
    onConnected();
    return {
      close: async () => {
        forget();
        await pool.query(`unlisten ${quoted}`);
      },
    };
  };
}
