import { createHmac } from "node:crypto";
import type { TimelineHash } from "../../core/incident/timeline.ts";
import { deriveKey } from "./master-key.ts";

/**
 * HMAC-SHA-256 under a key of its own: who can write to the database but lacks the key cannot make a timeline that holds. What was
 * written under a former key holds as well.
 */
export function createTimelineHash(masterKey: Uint8Array, ...former: readonly Uint8Array[]): TimelineHash {
  const hashers = [masterKey, ...former].map((master) => {
    const key = deriveKey(master, "timeline", "");
    return (text: string): string => createHmac("sha256", key).update(text).digest("hex");
  });
  const [current = (): string => ""] = hashers;
  return (text, written) => {
    const isKnown = written !== undefined && hashers.some((hash) => hash(text) === written);
    return isKnown ? written : current(text);
  };
}
