import { constants, DatabaseSync } from "node:sqlite";
import { containerKindOf } from "../../core/scan/container-kind.ts";
import { gapOf, type Part, type PartGap, tooLarge } from "./part.ts";

/** SQLite's file format §1.3: 2 at these offsets asks for a write-ahead log beside the file, and there is none. */
const journalModeOffsets = [18, 19];
const rollbackJournal = 1;

/** Newer than its type declarations. https://nodejs.org/docs/latest-v24.x/api/sqlite.html */
type Deserializing = { readonly deserialize?: (bytes: Uint8Array) => void };

/** A name inside SQL. */
const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** Columns of a table of settings: one says what a row is, the other its value. */
const namingColumn = /^(?:\w+_)?(?:name|key|setting|option|variable|property|param|parameter|path)$/i;
const valueColumn = /^(?:\w+_)?(?:value|val|content)$/i;
const plainName = /^[\w./:-]{1,100}$/;

/**
 * The tables of a database, each as one text of `column: value` lines; where a row names what its value is, of `name: value` lines. The database is opened in memory, and as a stranger's:
 * only plain columns of ordinary tables are read, so that none of its views, triggers, virtual tables or expressions run.
 */
export function readSqlite(bytes: Uint8Array, room: number): readonly (Part | PartGap)[] {
  const database: DatabaseSync & Deserializing = new DatabaseSync(":memory:", {
    enableForeignKeyConstraints: false,
    defensive: true,
    limits: { attach: 0, triggerDepth: 0 },
  });
  if (database.deserialize === undefined)
    return [gapOf("", "unsupported", "Opening SQLite databases needs a newer Node 24.")];
  try {
    database.deserialize(withoutLog(bytes));
    database.exec("PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA query_only = ON");
    database.setAuthorizer(onlyReading);
    return readTables(database, room);
  } catch {
    // SQLite's messages quote the names of tables and columns.
    return [gapOf("", "corrupt", "A damaged SQLite database; its own bytes were scanned.")];
  } finally {
    database.close();
  }
}

function withoutLog(bytes: Uint8Array): Uint8Array {
  const copy = new Uint8Array(bytes);
  for (const offset of journalModeOffsets) copy[offset] = rollbackJournal;
  return copy;
}

const readingActions = new Set([constants.SQLITE_SELECT, constants.SQLITE_READ, constants.SQLITE_PRAGMA]);
const onlyReading = (action: number): number =>
  readingActions.has(action) ? constants.SQLITE_OK : constants.SQLITE_DENY;

function readTables(database: DatabaseSync, room: number): readonly (Part | PartGap)[] {
  // Virtual tables have no root page.
  const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0").all();
  const parts: (Part | PartGap)[] = [];
  let left = room;
  for (const { name } of tables) {
    const read = readTable(database, String(name), left);
    parts.push(...read);
    for (const part of read) left -= part.kind === "part" ? part.bytes.length : 0;
    if (left <= 0) break;
  }
  return parts;
}

function readTable(database: DatabaseSync, table: string, room: number): readonly (Part | PartGap)[] {
  const lines: Uint8Array[] = [];
  const parts: (Part | PartGap)[] = [];
  let length = 0;
  const add = (column: string, value: Uint8Array, row: number): void => {
    if (containerKindOf(value) !== null) parts.push({ kind: "part", name: `${table}/${row}/${column}`, bytes: value });
    else lines.push(Buffer.from(`${column}: `), value, Buffer.from("\n"));
    length += column.length + value.length + 3;
  };
  try {
    let row = 0;
    for (const values of rowsOf(database, table)) {
      row += 1;
      const name = nameOfRow(values);
      for (const [column, value] of Object.entries(values)) {
        const as = name !== null && valueColumn.test(column) ? name : column;
        if (typeof value === "string" && value !== "") add(as, Buffer.from(value), row);
        else if (value instanceof Uint8Array && value.length > 0) add(as, value, row);
      }
      if (length > room) {
        parts.push(tooLarge(table, room));
        break;
      }
    }
  } catch {
    parts.push(
      gapOf(table, "corrupt", "This table of the SQLite database is damaged; the rows before the damage were scanned."),
    );
  }
  return [{ kind: "part", name: table, bytes: Buffer.concat(lines).subarray(0, room) }, ...parts];
}

/** What a row of settings says it is about: `smtp_password` of a row with the columns `name` and `value`. */
function nameOfRow(values: Record<string, unknown>): string | null {
  const columns = Object.keys(values);
  if (!columns.some((column) => valueColumn.test(column))) return null;
  const name = values[columns.find((column) => namingColumn.test(column)) ?? ""];
  return typeof name === "string" && plainName.test(name) ? name : null;
}

/** Generated columns, which would run expressions of the database, are left out: their values come from others. */
function rowsOf(database: DatabaseSync, table: string): Iterable<Record<string, unknown>> {
  const columns = database
    .prepare(`PRAGMA table_xinfo(${quoted(table)})`)
    .all()
    .filter(({ hidden }) => hidden === 0)
    .map(({ name }) => quoted(String(name)));
  const rows = database.prepare(`SELECT ${columns.join(", ")} FROM ${quoted(table)} NOT INDEXED`);
  rows.setReadBigInts(true);
  return rows.iterate();
}
