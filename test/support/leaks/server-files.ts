import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type pg from "pg";
import { lookForLeaks, lookForLeaksIn } from "./leaks.ts";

/** The file of the write-ahead log that a server writes now. Their names grow. */
export async function logPosition(client: Pick<pg.Client, "query">): Promise<string> {
  const { rows } = await client.query<{ file: string }>("select pg_walfile_name(pg_current_wal_lsn()) as file");
  return rows[0]?.file ?? "";
}

/**
 * Looks for secrets in the files in which a server keeps a database, and in what it has written to its log since then: what was a row
 * for a moment is there as well.
 */
export async function lookForLeaksInFiles(pool: pg.Pool, since: string): Promise<void> {
  await pool.query("checkpoint");
  const { rows } = await pool.query<{ data: string; oid: string }>(
    "select current_setting('data_directory') as data, oid::text from pg_database where datname = current_database()",
  );
  const [{ data, oid } = { data: "", oid: "" }] = rows;
  lookForLeaksIn("the files of a database server", join(data, "base", oid));
  const log = join(data, "pg_wal");
  for (const name of readdirSync(log).filter((file) => /^[0-9A-F]{24}$/.test(file) && file >= since))
    lookForLeaks(`the log of a database server: ${name}`, readFileSync(join(log, name)));
}
