import { createHmac } from "node:crypto";
import type { TimelineHash } from "../../core/incident/timeline.ts";
import { deriveKey } from "./master-key.ts";

/** HMAC-SHA-256 under a key of its own: who can write to the database but lacks the key cannot make a timeline that holds. */
export function createTimelineHash(masterKey: Uint8Array): TimelineHash {
  const key = deriveKey(masterKey, "timeline", "");
  return (text) => createHmac("sha256", key).update(text).digest("hex");
}
