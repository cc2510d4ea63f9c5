import { randomBytes } from "node:crypto";
import { readStream } from "../adapters/files/read-stream.ts";
import { findSourceRoot } from "../adapters/files/source-root.ts";
import { localKey } from "../adapters/system/local-key.ts";
import { deriveKey } from "../adapters/system/master-key.ts";
import type { ContentTask } from "./scan-task.ts";

/** What fingerprints of local scans are keyed with: 32 hex digits. */
export type FingerprintSalt = { readonly salt: string; readonly warning: string | null };

const saltBytes = 16;

/**
 * The baseline's salt, so that fingerprints can be compared with it; without one this person's, which stays the same from scan
 * to scan; and if that cannot be kept, a new one.
 */
export function fingerprintSalt(ofBaseline: string | null, environment: NodeJS.ProcessEnv): FingerprintSalt {
  if (ofBaseline !== null) return { salt: ofBaseline, warning: null };
  try {
    const key = deriveKey(localKey(environment), "salt of local reports").subarray(0, saltBytes);
    return { salt: Buffer.from(key).toString("hex"), warning: null };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const warning = `fingerprints hold for this report alone, as no key could be kept: ${why}`;
    return { salt: randomBytes(saltBytes).toString("hex"), warning };
  }
}

/** Standard input. */
export const readStdin = (maxBytes: number): Promise<ContentTask["content"]> => readStream(process.stdin, maxBytes);

export { findSourceRoot as sourceRootOf };
