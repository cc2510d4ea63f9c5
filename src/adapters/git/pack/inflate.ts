import { inflateSync } from "node:zlib";
import { Damaged } from "./damage.ts";

/** Unpacks so many bytes, no more and no less. Throws `Damaged`. */
export function inflate(compressed: Uint8Array, size: number): Buffer {
  // One more than fits: the library takes a second turn when its room is full, and notices what is too long.
  const room = size + 64;
  try {
    const bytes = inflateSync(compressed, { maxOutputLength: room, chunkSize: Math.max(room, 64) });
    if (bytes.length === size) return bytes;
  } catch (cause) {
    throw new Damaged("an object cannot be unpacked", { cause });
  }
  throw new Damaged("an object is not as long as its head says");
}
