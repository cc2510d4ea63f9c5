import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** Keeps other processes out of a directory until it is released; the operating system releases it when the process dies. */
export type ProcessLock = { readonly release: () => void };

const lockFile = (directory: string): string => join(directory, "lock.sqlite");
const ownerFile = (directory: string): string => join(directory, "lock-owner.json");

/**
 * Takes the directory for this process alone. Throws, naming the holder as far as it is known, when another process (or an
 * earlier call in this one) has it. Node has no file locks of its own; SQLite's work on every platform.
 */
export function lockDirectory(directory: string): ProcessLock {
  const database = new DatabaseSync(lockFile(directory));
  try {
    database.exec("pragma locking_mode = exclusive; begin exclusive");
  } catch (cause) {
    database.close();
    throw refusal(directory, cause);
  }
  // A file of its own: closing any other handle on the locked file would drop the lock (POSIX).
  writeFileSync(ownerFile(directory), JSON.stringify({ pid: process.pid, host: hostname() }));
  return { release: () => database.close() };
}

function refusal(directory: string, cause: unknown): Error {
  if ((cause as { errcode?: unknown }).errcode !== 5) {
    return new Error(
      `The data directory ${directory} cannot be locked. Check that it is writable and on a disk with file locks.`,
      { cause },
    );
  }
  return new Error(
    `The data directory ${directory} is in use by another Keyward process${holder(directory)}. ` +
      "Stop that one, or give this one a directory of its own; for several processes on one database set DATABASE_URL.",
    { cause },
  );
}

function holder(directory: string): string {
  try {
    const { pid, host } = JSON.parse(readFileSync(ownerFile(directory), "utf8")) as { pid: unknown; host: unknown };
    return ` (process ${String(pid)} on ${String(host)})`;
  } catch {
    // Only who holds it is unknown; that it is held is certain.
    return "";
  }
}

/** Tries for the lock from another process: exits 0 when refused as it must be, 3 when the lock did not hold. */
const probe = `
  import { DatabaseSync } from "node:sqlite";
  const database = new DatabaseSync(process.argv[1]);
  try { database.exec("pragma locking_mode = exclusive; begin exclusive"); }
  catch (error) { process.exit(error.errcode === 5 ? 0 : 4); }
  process.exit(3);
`;

/**
 * Proves that the lock keeps a second process out, by starting one that tries: some network and container file systems accept
 * a lock and do not hold it. Throws when it could get in.
 */
export async function checkLockHolds(directory: string): Promise<void> {
  const child = spawn(process.execPath, ["--no-warnings", "--input-type=module", "-e", probe, lockFile(directory)], {
    stdio: "ignore",
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", resolve);
  });
  if (code === 0) return;
  throw new Error(
    `The lock on the data directory ${directory} does not keep a second process out (the check ended with ${String(code)}). ` +
      "Use a local disk for it, or a PostgreSQL server by DATABASE_URL.",
  );
}
