import { createHmac } from "node:crypto";
import type { Fingerprinter } from "../../src/core/scan/scanner.ts";

/** A fingerprinter with a key of its own, for tests. */
export const testFingerprint: Fingerprinter = (family, secret) =>
  createHmac("sha256", "key for tests").update(`${family}\0${secret}`).digest("hex").slice(0, 32);
