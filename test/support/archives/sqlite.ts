import { DatabaseSync } from "node:sqlite";

/** The file of a database made by some statements. */
export function sqliteOf(statements: string, values: readonly (string | Uint8Array)[] = [], insert = ""): Buffer {
  const database = new DatabaseSync(":memory:") as DatabaseSync & { readonly serialize: () => Uint8Array };
  database.exec(statements);
  if (insert !== "") database.prepare(insert).run(...values);
  const file = Buffer.from(database.serialize());
  database.close();
  return file;
}
