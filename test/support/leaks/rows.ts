import type pg from "pg";
import { lookForLeaks } from "./leaks.ts";

/** Looks for secrets in every row of every table that is not PostgreSQL's own. */
export async function lookForLeaksInRows(pool: pg.Pool): Promise<void> {
  const tables = await pool.query<{ name: string }>(
    `select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind = 'r' and n.nspname not in ('pg_catalog', 'information_schema')`,
  );
  for (const { name } of tables.rows) {
    const { rows } = await pool.query<{ row: string }>(`select t::text as row from ${name} t`);
    if (rows.length > 0) lookForLeaks(`the rows of ${name}`, rows.map(({ row }) => row).join("\n"));
  }
}

/**
 * Has PostgreSQL keep long values as they are. It would compress them in its files, where what was stored and deleted again is looked
 * for: compressed text has a byte of its own between any eight letters.
 */
export async function keepRowsReadable(pool: pg.Pool): Promise<void> {
  await pool.query(
    `update pg_attribute set attstorage = 'e' where attstorage in ('x', 'm') and attrelid in
       (select c.oid from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relkind in ('r', 'p') and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast'))`,
  );
}
