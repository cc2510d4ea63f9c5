import { Kysely, PostgresDialect, sql } from "kysely";
import type pg from "pg";
import { errorKind } from "../../core/errors/error-kind.ts";
import type { Logger } from "../../flows/ports/system.ts";
import { migrate, newestMigration } from "./migrations.ts";
import { openEmbedded } from "./embedded-database.ts";
import type { Listen } from "./listen.ts";
import { openServer } from "./server-database.ts";
import type { Tables } from "./tables.ts";

/** One PostgreSQL, on a server or embedded: everything built on it is the same code. */
export type Database = {
  readonly kind: "server" | "embedded";
  /** The embedded one has a single connection: never use the pool inside a transaction of it. */
  readonly pool: pg.Pool;
  readonly kysely: Kysely<Tables>;
  readonly listen: Listen;
  /** Waits for what is under way, then closes every connection (and the embedded database). May be called again. */
  readonly close: () => Promise<void>;
};

export type DatabaseOptions = {
  /** Where a PostgreSQL server is; without it the database is embedded (PGlite). */
  readonly url?: string | undefined;
  /** The most connections to a server at once. */
  readonly connections?: number | undefined;
  /** Where the embedded database keeps its files; made if missing. One process at a time. */
  readonly directory: string;
  readonly log: Logger;
};

/** Opens the database and brings its tables up to date. Throws, saying what to do, when it cannot be used safely. */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const { pool, ...rest } =
    options.url === undefined ? await openEmbedded(options) : openServer({ ...options, url: options.url });
  pool.on("error", (error) => options.log.warn("an idle database connection was lost", { error: error.name }));
  const kysely = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  try {
    await connect(pool);
    await migrate(kysely);
  } catch (cause) {
    await rest.close(pool);
    throw cause;
  }
  let closed: Promise<void> | undefined;
  return { ...rest, pool, kysely, close: () => (closed ??= rest.close(pool)) };
}

async function connect(pool: pg.Pool): Promise<void> {
  try {
    await pool.query("select 1");
  } catch (cause) {
    throw new Error(
      `The database cannot be reached (${errorKind(cause).error}). ` +
        "Check the host, port, user, password, database name and sslmode in DATABASE_URL, and that the server is running.",
      { cause },
    );
  }
}

/** Whether the database answers within two seconds and its tables are as new as this version of Keyward. Never throws. */
export async function databaseReady({ kysely }: Pick<Database, "kysely">): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<false>();
  const timer = setTimeout(resolve, 2000, false as const);
  const newest = sql<{ name: string | null }>`select max(name) as name from kysely_migration`
    .execute(kysely)
    .then(({ rows }) => rows[0]?.name === newestMigration)
    .catch(() => false);
  try {
    return await Promise.race([newest, late]);
  } finally {
    clearTimeout(timer);
  }
}
