import type { ParsedTarEntry } from "modern-tar";
import type { Opener } from "./opener.ts";
import { gapOf, type Part, type PartGap, tooLarge } from "./part.ts";

/** POSIX ends an archive with two empty blocks. Archives without them, cut at the end of an entry, are read as if they had them. */
const endOfArchive = new Uint8Array(1024);

/** Tar archives: V7, POSIX ustar and pax, GNU. A damaged header ends the reading: what follows it cannot be told apart. */
export const openTar: Opener = async function* openTar({ bytes, allowance }) {
  const { createTarDecoder } = await import("modern-tar");
  const decoder = createTarDecoder({ strict: true });
  void feed(decoder.writable, bytes);
  let read = 0;
  try {
    for await (const entry of decoder.readable) {
      yield* openEntry(entry, allowance.roomFor(entry.header.size));
      read += 1;
    }
  } catch (error) {
    // modern-tar's messages are fixed words.
    const why = error instanceof Error ? error.message : "unknown error";
    yield gapOf("", "corrupt", `The tar archive breaks off after ${read} entries (${why}).`);
  }
};

async function feed(writable: WritableStream<Uint8Array>, bytes: Uint8Array): Promise<void> {
  const writer = writable.getWriter();
  try {
    await writer.write(bytes);
    await writer.write(endOfArchive);
    await writer.close();
  } catch {
    // The reading side gets the same error, and says it.
  }
}

async function* openEntry({ header, body }: ParsedTarEntry, room: number): AsyncGenerator<Part | PartGap> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > room) break;
  }
  const bytes = (chunks.length === 1 ? chunks[0] : undefined) ?? Buffer.concat(chunks);
  if (length > 0) yield { kind: "part", name: header.name, bytes: bytes.subarray(0, room) };
  if (length > room) yield tooLarge(header.name, room);
}
