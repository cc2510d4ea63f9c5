import Bunzip from "seek-bzip";
import { gapOf, type PartGap, tooLarge } from "./part.ts";

/** Thrown through the library to stop it. */
class RoomUsedUp extends Error {}

/** Unpacks at most `room` bytes of bzip2 data, several streams one after another included. What came before damage is kept. */
export function unbzip2(
  packed: Uint8Array,
  room: number,
): { readonly bytes: Uint8Array; readonly gap: PartGap | null } {
  let out = new Uint8Array(Math.min(room, Math.max(1024, packed.length * 4)));
  let length = 0;
  const writeByte = (byte: number): void => {
    if (length >= room) throw new RoomUsedUp();
    if (length === out.length) {
      const larger = new Uint8Array(Math.min(room, out.length * 2));
      larger.set(out);
      out = larger;
    }
    out[length++] = byte;
  };
  let gap: PartGap | null = null;
  try {
    Bunzip.decode(inputOf(packed), { writeByte }, true);
  } catch (error) {
    // The library's messages are fixed words and checksums.
    const why = error instanceof Error ? error.message : "unknown error";
    gap =
      error instanceof RoomUsedUp
        ? tooLarge("", room)
        : gapOf("", "corrupt", `Damaged bzip2 data (${why}); what came before the damage was scanned.`);
  }
  return { bytes: out.subarray(0, length), gap };
}

function inputOf(packed: Uint8Array): Parameters<typeof Bunzip.decode>[0] {
  let at = 0;
  const readByte = (): number => {
    const byte = packed[at++];
    // Without this the library would go on with zeros for as long as they make sense.
    if (byte === undefined) throw new Error("unexpected end of file");
    return byte;
  };
  return {
    readByte,
    read: (buffer, offset, length) => {
      for (let done = 0; done < length; done++) buffer[offset + done] = readByte();
      return length;
    },
    eof: () => at >= packed.length,
  };
}
