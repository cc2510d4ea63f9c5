import { createHmac } from "node:crypto";
import type { Fingerprinter } from "../../core/scan/scanner.ts";
import { deriveKey } from "./master-key.ts";

/**
 * Fingerprints under a key of their own: HMAC-SHA-256 over rule family and secret, the first 128 bits in hex. Without the key
 * nobody can try candidates against a stored fingerprint; with one key per installation, none can be compared across installations.
 */
export function createFingerprinter(masterKey: Uint8Array, installationId: number | "local"): Fingerprinter {
  const key = deriveKey(masterKey, "fingerprint", String(installationId));
  return (ruleFamily, secret) =>
    createHmac("sha256", key).update(ruleFamily).update("\0").update(secret).digest("hex").slice(0, 32);
}
