import { accessSync, constants, existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { cp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import pg from "pg";
import { bad, good, unknown, warning, type Diagnosis } from "../../core/doctor/diagnosis.ts";
import type { Sealer } from "../../flows/ports/system.ts";
import { newestMigration } from "./migrations.ts";
import { lockDirectory, type ProcessLock } from "./process-lock.ts";
import { saidOf, unopenedTexts, type Queryable } from "./sealed-with.ts";
import { serverConnection, type ServerConnection } from "./server-tls.ts";

const about = "database";
const oldestServer = 14;

/**
 * Looks at the database without changing anything in it. An embedded one is looked at in a copy, as opening it writes to its files, and
 * only while no server runs on it: that one has looked when it started.
 */
export async function examineDatabase(options: {
  readonly url: string | null;
  readonly directory: string;
  readonly sealer: Sealer | null;
}): Promise<readonly Diagnosis[]> {
  const { url, directory, sealer } = options;
  return url === null ? examineEmbedded(directory, sealer) : examineServer(url, sealer);
}

async function examineEmbedded(directory: string, sealer: Sealer | null): Promise<readonly Diagnosis[]> {
  if (!existsSync(directory)) return [whetherItCanBeMade(directory)];
  let lock: ProcessLock;
  try {
    lock = lockDirectory(directory);
  } catch (error) {
    const message = error instanceof Error ? error.message : "";
    if (!message.includes("in use by another Keyward process")) return [bad(about, message, "see to what it says")];
    const running =
      "a server is running on it, so it is not looked into; what is wrong with it is in the log of its start";
    return [good(about, `an embedded one in ${directory}; ${running}`)];
  }
  const found = good(about, `an embedded one in ${directory}; no server is running on it`);
  const copy = mkdtempSync(join(tmpdir(), "keyward-doctor-"));
  try {
    const data = join(directory, "pg");
    if (!existsSync(data)) return [found];
    await cp(data, copy, { recursive: true });
    return [found, ...(await examineCopy(copy, sealer))];
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "no reason";
    return [
      unknown(about, `${found.found}; it could not be looked into (${code})`, "start the server, and see its log"),
    ];
  } finally {
    lock.release();
    rmSync(copy, { recursive: true, force: true });
  }
}

async function examineCopy(directory: string, sealer: Sealer | null): Promise<readonly Diagnosis[]> {
  // Its own parameters: what a power failure would do to a copy is no matter.
  const pglite = await PGlite.create(directory);
  try {
    const tables = await examineTables(pglite);
    return [tables, ...(tables === currentTables ? await examineSealed(pglite, sealer) : [])];
  } finally {
    await pglite.close();
  }
}

function whetherItCanBeMade(directory: string): Diagnosis {
  let folder = dirname(directory);
  while (!existsSync(folder)) folder = dirname(folder);
  const problem = problemOf(folder);
  if (problem === null) return good(about, `an embedded one will be made in ${directory}`);
  return bad(about, `an embedded one cannot be made in ${directory}: ${problem}`, "check KEYWARD_DATA_DIR");
}

function problemOf(folder: string): string | null {
  if (!statSync(folder).isDirectory()) return `${folder} is no folder`;
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return null;
  } catch {
    return `${folder} cannot be written to`;
  }
}

type Row = { readonly version: string; readonly newest: string | null };

async function examineServer(url: string, sealer: Sealer | null): Promise<readonly Diagnosis[]> {
  let connection: ServerConnection;
  try {
    connection = serverConnection(url);
  } catch (error) {
    // It names parameters and files, nothing of what may be secret.
    return [bad(about, "cannot be used", error instanceof Error ? error.message : "check DATABASE_URL")];
  }
  const { isOpen, ...config } = connection;
  const client = new pg.Client({ ...config, connectionTimeoutMillis: 10_000 });
  try {
    await client.connect();
    const { rows } = await client.query<Row>("select current_setting('server_version_num') as version");
    const major = Math.floor(Number(rows[0]?.version ?? 0) / 10_000);
    const diagnoses = [
      major >= oldestServer
        ? good(about, `PostgreSQL ${major} answers`)
        : bad(about, `PostgreSQL ${major} answers`, `use ${oldestServer} or later`),
    ];
    const tables = await examineTables(client);
    diagnoses.push(tables);
    if (tables === currentTables) diagnoses.push(...(await examineSealed(client, sealer)));
    const { rows: tls } = await client.query<{ ssl: boolean; version: string | null }>(
      "select ssl, version from pg_stat_ssl where pid = pg_backend_pid()",
    );
    const isEncrypted = tls[0]?.ssl === true;
    if (isEncrypted) diagnoses.push(good("database connection", `is encrypted (${tls[0]?.version ?? "TLS"})`));
    else if (!isOpen) diagnoses.push(good("database connection", "stays on this machine"));
    else diagnoses.push(warning("database connection", "is not encrypted", "use sslmode=verify-full in DATABASE_URL"));
    return diagnoses;
  } catch (error) {
    // The code alone: a message may quote the address, with its password.
    const code = error instanceof Error && "code" in error ? String(error.code) : "no reason";
    return [bad(about, `cannot be used (${code})`, "check DATABASE_URL, and that the server is running")];
  } finally {
    await client.end().catch(() => undefined);
  }
}

const currentTables = good("tables", "are those of this version");

async function examineSealed(client: Queryable, sealer: Sealer | null): Promise<readonly Diagnosis[]> {
  const what = "sealed texts";
  if (sealer === null) return [bad(what, "there is no master key", "give the one of the server: KEYWARD_MASTER_KEY")];
  const unopened = await unopenedTexts(client, sealer);
  if (unopened.length === 0) return [good(what, "open with the master keys at hand")];
  return unopened.map(saidOf).map(({ found, advice }) => bad(what, found, advice));
}

async function examineTables(client: Queryable): Promise<Diagnosis> {
  const { rows: found } = await client.query("select to_regclass('public.kysely_migration') is not null as there");
  if ((found[0] as { there?: unknown } | undefined)?.there !== true)
    return good("tables", "are made when the server starts");
  const { rows } = await client.query("select max(name) as newest from kysely_migration");
  const newest = (rows[0] as { newest: string | null } | undefined)?.newest ?? "";
  if (newest === newestMigration) return currentTables;
  if (newest < newestMigration) return good("tables", "are brought up to date when the server starts");
  return unknown("tables", "were made by a newer version", "run the version that was used last, or a newer one");
}
