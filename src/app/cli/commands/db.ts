import { join, resolve } from "node:path";
import { Command } from "commander";
import { copyToServer } from "../../compose-copy.ts";
import { withStoredSecrets } from "../../compose-secrets.ts";
import { readStoreSettings } from "../../settings.ts";
import { readTextFile } from "../store-command.ts";

/** `keyward db`: the database as a whole. */
export const dbCommand = new Command("db").description("the database as a whole: copy it to a PostgreSQL server");

dbCommand
  .command("copy")
  .description("copies the embedded database to an empty PostgreSQL database, all of it or nothing")
  .option(
    "--to <url>",
    "postgres://…; without it DATABASE_URL or DATABASE_URL_FILE, which keeps it out of the list of processes",
  )
  .addHelpText(
    "after",
    "\nReads KEYWARD_DATA_DIR as the server does; stop the server first. What was there stays there.\nExit codes: 0 copied and compared, 2 could not do what was asked.",
  )
  .action(copy);

async function copy({ to }: { readonly to?: string }): Promise<void> {
  const target = to === undefined ? {} : { DATABASE_URL: to, DATABASE_URL_FILE: undefined };
  // What is sealed is copied as it is, whatever the key.
  const key = { KEYWARD_MASTER_KEY: Buffer.alloc(32).toString("base64"), KEYWARD_MASTER_KEY_FILE: undefined };
  const { environment, problems } = await withStoredSecrets({ ...process.env, ...target, ...key });
  const read = readStoreSettings(environment, readTextFile);
  const faults = [...problems, ...(read.kind === "problems" ? read.problems : [])];
  if (read.kind === "problems" || faults.length > 0)
    return fail(faults.map(({ name, problem }) => `${name}: ${problem}`).join("\n"));
  const { databaseUrl, dataDir } = read.settings;
  if (databaseUrl === null) return fail("say where to: --to postgres://…, or DATABASE_URL");
  try {
    const copied = await copyToServer(dataDir, databaseUrl);
    const width = Math.max(...copied.map(({ table }) => table.length));
    for (const { table, rows, hash } of copied)
      console.log(`${table.padEnd(width)}  ${String(rows).padStart(8)} rows  sha256 ${hash.slice(0, 16)}`);
    const rows = copied.reduce((sum, one) => sum + one.rows, 0);
    console.log(`${copied.length} tables with ${rows} rows are the same on both sides.`);
    console.log(
      `Start the server with DATABASE_URL now, and with the same master key: KEYWARD_MASTER_KEY, or KEYWARD_MASTER_KEY_FILE=${join(resolve(dataDir), "master.key")} if it was made there.`,
    );
  } catch (error) {
    fail(error instanceof Error ? error.message : String(error));
  }
}

function fail(message: string): void {
  console.error(`keyward db copy: ${message}`);
  process.exitCode = 2;
}
