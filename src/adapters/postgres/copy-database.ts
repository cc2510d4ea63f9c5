import pg from "pg";
import type { Database } from "./database.ts";

/** What was copied of one table, and proven to be the same on both sides. */
export type CopiedTable = { readonly table: string; readonly rows: number; readonly hash: string };

/** Copying was not possible, or not wanted; `message` is for people. Nothing was changed. */
export class CopyRefused extends Error {
  override readonly name = "CopyRefused";
}

type Queryable = Pick<pg.PoolClient, "query">;

type Column = { readonly name: string; readonly type: string };
type Table = { readonly schema: string; readonly name: string; readonly columns: readonly Column[] };

/** Rows taken from one side and given to the other at a time. */
const batch = 250;

/** How values are written as text, so that both sides write the same. */
const sameText = `
  set local timezone = 'UTC'; set local datestyle = 'ISO, YMD'; set local intervalstyle = 'postgres';
  set local bytea_output = 'hex'; set local extra_float_digits = 1`;

/** Kept by whoever made the tables, and the same on both sides already. */
const ownRecords = new Set(["public.kysely_migration", "public.kysely_migration_lock"]);

/**
 * Copies every row and sequence of one database, the job queue's included, into another whose tables are there and empty, all in one
 * transaction: it is there as a whole or not at all. Counts and hashes of every table are compared before it counts. The source is
 * read as of one moment.
 */
export async function copyDatabase(
  source: Pick<Database, "pool">,
  target: Pick<Database, "pool">,
): Promise<readonly CopiedTable[]> {
  return inTransaction(source, "isolation level repeatable read read only", (from) =>
    inTransaction(target, "isolation level read committed", async (to) => {
      const tables = await tablesOf(from);
      await sameTables(tables, await tablesOf(to));
      await clearTarget(to, tables);
      const copied: CopiedTable[] = [];
      for (const table of tables) {
        await copyRows(from, to, table);
        const [there, here] = [await summaryOf(from, table), await summaryOf(to, table)];
        if (there.rows !== here.rows || there.hash !== here.hash)
          throw new Error(`${nameOf(table)} is not the same after it was copied: ${there.rows} and ${here.rows} rows.`);
        copied.push({ table: nameOf(table), ...here });
      }
      await copySequences(from, to);
      return copied;
    }),
  );
}

async function inTransaction<Result>(
  { pool }: Pick<Database, "pool">,
  mode: string,
  work: (client: Queryable) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect();
  try {
    await client.query(`begin ${mode}`);
    await client.query(sameText);
    const result = await work(client);
    await client.query("commit");
    client.release();
    return result;
  } catch (cause) {
    const unusable = await client.query("rollback").then(
      () => false,
      () => true,
    );
    client.release(unusable);
    throw cause;
  }
}

const nameOf = ({ schema, name }: Pick<Table, "schema" | "name">): string => `${schema}.${name}`;
const quoted = ({ schema, name }: Pick<Table, "schema" | "name">): string =>
  `${pg.escapeIdentifier(schema)}.${pg.escapeIdentifier(name)}`;

/** All tables with what can be written to them, each after those it refers to. Partitions are written through their table. */
async function tablesOf(client: Queryable): Promise<readonly Table[]> {
  const { rows } = await client.query<Table & { readonly references: readonly string[] }>(`
    select n.nspname as schema, c.relname as name,
      (select coalesce(json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod))
              order by a.attname), '[]')
       from pg_attribute a
       where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '') as columns,
      (select coalesce(json_agg(distinct k.confrelid::regclass::text), '[]')
       from pg_constraint k where k.conrelid = c.oid and k.contype = 'f' and k.confrelid <> c.oid) as references,
      c.oid::regclass::text as regclass
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname in ('public', 'pgboss') and c.relkind in ('r', 'p') and not c.relispartition
    order by 1, 2`);
  const left = new Map(rows.map((row) => [(row as unknown as { regclass: string }).regclass, row]));
  const ordered: Table[] = [];
  while (left.size > 0) {
    const next = [...left].find(([, { references }]) => references.every((one) => !left.has(one)));
    if (next === undefined) throw new Error(`Tables refer to each other in a circle: ${[...left.keys()].join(", ")}.`);
    left.delete(next[0]);
    const { schema, name, columns } = next[1];
    if (!ownRecords.has(nameOf({ schema, name }))) ordered.push({ schema, name, columns });
  }
  return ordered;
}

/** Both were made by the same versions of the code, so a difference is a reason to stop. */
async function sameTables(source: readonly Table[], target: readonly Table[]): Promise<void> {
  const describe = (tables: readonly Table[]): Map<string, string> =>
    new Map(tables.map((table) => [nameOf(table), JSON.stringify(table.columns)]));
  const [there, here] = [describe(source), describe(target)];
  const different = [...new Set([...there.keys(), ...here.keys()])].filter(
    (name) => there.get(name) !== here.get(name),
  );
  if (different.length > 0)
    throw new CopyRefused(
      `The two databases do not have the same tables (${different.join(", ")}). Give a target that is empty and not used by anything else.`,
    );
}

/** Keeps everybody out, and makes sure that nobody has been there: what the job queue notes of itself when it starts does not count. */
async function clearTarget(to: Queryable, tables: readonly Table[]): Promise<void> {
  await to.query(`lock table ${tables.map(quoted).join(", ")} in access exclusive mode`);
  for (const table of tables) {
    if (table.schema === "pgboss" && table.name !== "job") continue;
    const { rows } = await to.query(`select 1 from ${quoted(table)} limit 1`);
    if (rows.length > 0)
      throw new CopyRefused(
        `The target is not empty: there are rows in ${nameOf(table)}. Nothing was changed; give an empty database.`,
      );
  }
  for (const table of tables.toReversed()) await to.query(`delete from ${quoted(table)}`);
}

/** Every value as text and back, which PostgreSQL promises to be the same value. */
async function copyRows(from: Queryable, to: Queryable, table: Table): Promise<void> {
  const columns = table.columns.map(({ name }) => pg.escapeIdentifier(name));
  if (columns.length === 0) return;
  await from.query(
    `declare keyward_copy no scroll cursor for
     select ${columns.map((column) => `${column}::text as ${column}`).join(", ")} from ${quoted(table)}`,
  );
  const values = table.columns.map(({ type }, at) => `v${at}::${type}`).join(", ");
  const arrays = columns.map((_, at) => `$${at + 1}::text[]`).join(", ");
  const names = columns.map((_, at) => `v${at}`).join(", ");
  for (;;) {
    const { rows } = await from.query<Record<string, string | null>>(`fetch ${batch} from keyward_copy`);
    if (rows.length === 0) break;
    await to.query(
      `insert into ${quoted(table)} (${columns.join(", ")}) overriding system value
       select ${values} from unnest(${arrays}) as given (${names})`,
      table.columns.map(({ name }) => rows.map((row) => row[name] ?? null)),
    );
  }
  await from.query("close keyward_copy");
}

/** How many rows there are, and a hash over all their values that does not hang on their order. */
async function summaryOf(client: Queryable, table: Table): Promise<Omit<CopiedTable, "table">> {
  const row = table.columns.map(({ name }) => `${pg.escapeIdentifier(name)}::text`).join(", ");
  const { rows } = await client.query<{ rows: number; hash: string }>(`
    select count(*)::int as rows, encode(sha256(coalesce(string_agg(one, '' order by one collate "C"), '')::bytea), 'hex') as hash
    from (select encode(sha256(convert_to(row(${row})::text, 'UTF8')), 'hex') as one from ${quoted(table)}) as hashed`);
  const [summary] = rows;
  if (!summary) throw new Error("Expected a count.");
  return summary;
}

async function copySequences(from: Queryable, to: Queryable): Promise<void> {
  const { rows } = await from.query<{ schema: string; name: string }>(`
    select n.nspname as schema, c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname in ('public', 'pgboss') and c.relkind = 'S' order by 1, 2`);
  for (const sequence of rows) {
    const { rows: states } = await from.query<{ last_value: string; is_called: boolean }>(
      `select last_value::text, is_called from ${quoted(sequence)}`,
    );
    const [state] = states;
    if (!state) throw new Error(`Expected a state of ${nameOf(sequence)}.`);
    await to.query("select setval($1::regclass, $2::bigint, $3)", [
      quoted(sequence),
      state.last_value,
      state.is_called,
    ]);
  }
}
