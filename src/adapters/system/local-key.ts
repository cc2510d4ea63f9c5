import { homedir } from "node:os";
import { join } from "node:path";
import { masterKeyIn } from "./master-key.ts";

/**
 * The key of this person's own scans, made at the first one and kept in their configuration directory (XDG Base Directory
 * Specification; `%APPDATA%` on Windows), readable by them alone. Throws when it can be neither read nor made.
 */
export function localKey(environment: NodeJS.ProcessEnv): Uint8Array {
  const base = environment["XDG_CONFIG_HOME"] || environment["APPDATA"] || join(homedir(), ".config");
  return masterKeyIn(join(base, "keyward"));
}
