import { hkdfSync, randomBytes } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const keyBytes = 32;

/**
 * The master key of a data directory, made at the first start and kept in `master.key`, readable by its owner alone. Losing it means
 * that fingerprints no longer match what is stored. Throws when the file exists but is not a key.
 */
export function masterKeyIn(dataDir: string): Uint8Array {
  const path = join(dataDir, "master.key");
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const kept = readKey(path);
  if (kept) return kept;
  // Written aside and linked into place: two processes starting at once agree on the key of the first, and a crash leaves no half.
  const aside = `${path}.${process.pid}`;
  writeFileSync(aside, `${randomBytes(keyBytes).toString("base64")}\n`, { mode: 0o600, flush: true });
  try {
    linkSync(aside, path);
  } catch (cause) {
    if (!isCode(cause, "EEXIST")) throw new Error(`the master key cannot be written to ${path}`, { cause });
  } finally {
    rmSync(aside, { force: true });
  }
  const made = readKey(path);
  if (!made) throw new Error(`the master key at ${path} vanished while it was made; start again`);
  return made;
}

/** A key for one purpose, by HKDF-SHA-256 (RFC 5869); `purpose` and `salt` keep purposes and installations apart. */
export function deriveKey(masterKey: Uint8Array, purpose: string, salt = ""): Uint8Array {
  return new Uint8Array(hkdfSync("sha256", masterKey, salt, `keyward ${purpose}`, keyBytes));
}

function readKey(path: string): Uint8Array | null {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    if (isCode(cause, "ENOENT")) return null;
    throw new Error(`the master key at ${path} cannot be read`, { cause });
  }
  const key = Buffer.from(text.trim(), "base64");
  if (key.length !== keyBytes) {
    throw new Error(
      `${path} does not hold ${keyBytes} bytes in base64; restore it from a backup: without it, known secrets are not recognized`,
    );
  }
  return new Uint8Array(key);
}

const isCode = (cause: unknown, code: string): boolean =>
  cause instanceof Error && "code" in cause && cause.code === code;
