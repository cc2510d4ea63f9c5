// Writes numbered rows into the embedded database, one transaction each, and says each number once it is committed.
import { sql } from "kysely";
import { openDatabase } from "../../../src/adapters/postgres/database.ts";
import { silentLog } from "../../support/log.ts";

const [directory = "", first = ""] = process.argv.slice(2);
const { kysely } = await openDatabase({ directory, log: silentLog });
await sql`create table if not exists numbers (number integer primary key)`.execute(kysely);
for (let number = Number(first); ; number += 1) {
  await sql`insert into numbers values (${number})`.execute(kysely);
  process.stdout.write(`${number}\n`);
}
