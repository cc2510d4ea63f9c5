import { readFileSync } from "node:fs";
import { withStoredSecrets } from "../compose-secrets.ts";
import { readStoreSettings, type StoreSettings } from "../settings.ts";

/** Said to whoever called a command; not a fault of ours. */
export class NotPossible extends Error {
  override readonly name = "NotPossible";
}

/** What every command that reads the server's database says of itself. */
export const storeHelp =
  "Reads DATABASE_URL, KEYWARD_DATA_DIR and KEYWARD_MASTER_KEY as the server does. An embedded database takes one process: stop the server first.";

/** Opens what a command works on, lets it work, and closes it. What goes wrong is said, with the exit code 2. */
export async function withStore<Store extends { readonly close: () => Promise<void> }>(
  command: string,
  open: (settings: StoreSettings) => Promise<Store>,
  use: (store: Store) => Promise<void>,
): Promise<void> {
  const { environment, problems } = await withStoredSecrets(process.env);
  const read = readStoreSettings(environment, readTextFile);
  if (read.kind === "problems" || problems.length > 0) {
    for (const { name, problem } of [...problems, ...(read.kind === "problems" ? read.problems : [])])
      console.error(`${name}: ${problem}`);
    process.exitCode = 2;
    return;
  }
  await withOpened(command, () => open(read.settings), use);
}

/** Opens it, lets it be used, and closes it. What goes wrong is said, with the exit code 2. */
export async function withOpened<Store extends { readonly close: () => Promise<void> }>(
  command: string,
  open: () => Promise<Store>,
  use: (store: Store) => Promise<void>,
): Promise<void> {
  try {
    const store = await open();
    try {
      await use(store);
    } finally {
      await store.close();
    }
  } catch (error) {
    // What opening a database says is for people: that another process holds it, or that it is newer.
    console.error(`keyward ${command}: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 2;
  }
}

/** A file's text, or null if it cannot be read. */
export function readTextFile(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}
