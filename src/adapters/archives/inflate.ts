import { promisify } from "node:util";
import zlib from "node:zlib";
import type { PartGap } from "./part.ts";
import { gapOf, tooLarge } from "./part.ts";

export type Packing = "deflate" | "gzip" | "zstd";

/** What came out, as far as it came, why no more did, and how much of the packed bytes that took. */
export type Unpacked = { readonly bytes: Uint8Array; readonly gap: PartGap | null; readonly consumed: number };

/** Below this, handing the work to another thread takes longer than the work. */
const smallBytes = 64 * 1024;

/** Room for what most things unpack to: for each chunk that is filled the work changes threads and what there is is copied. */
const chunkFor = (packed: number, room: number): number => Math.max(4096, Math.min(8 * packed, room, 8 << 20));

/** With `info`, zlib's functions give this, which their types do not say. */
type WithInfo = { readonly buffer: Buffer; readonly engine: { readonly bytesWritten: number } };

const ways = {
  deflate: {
    now: zlib.inflateRawSync,
    later: promisify<zlib.InputType, zlib.ZlibOptions, Buffer>(zlib.inflateRaw),
    // What is there of a cut stream is wanted too.
    stream: () => zlib.createInflateRaw({ chunkSize: 4096, finishFlush: zlib.constants.Z_SYNC_FLUSH }),
  },
  gzip: {
    now: zlib.gunzipSync,
    later: promisify<zlib.InputType, zlib.ZlibOptions, Buffer>(zlib.gunzip),
    stream: () => zlib.createGunzip({ chunkSize: 4096, finishFlush: zlib.constants.Z_SYNC_FLUSH }),
  },
  zstd: {
    now: zlib.zstdDecompressSync,
    later: promisify<zlib.InputType, zlib.ZstdOptions, Buffer>(zlib.zstdDecompress),
    stream: () => zlib.createZstdDecompress({ chunkSize: 4096, finishFlush: zlib.constants.ZSTD_e_flush }),
  },
};

/** Unpacks at most `room` bytes. Of a damaged, cut or too large stream it gives the beginning. Concatenated gzip members are one. */
export async function inflate(packing: Packing, packed: Uint8Array, room: number): Promise<Unpacked> {
  if (room <= 0) return { bytes: new Uint8Array(), gap: tooLarge("", 0), consumed: 0 };
  const way = ways[packing];
  const options = { maxOutputLength: room, info: true, chunkSize: chunkFor(packed.length, room) };
  try {
    const result = packed.length <= smallBytes ? way.now(packed, options) : await way.later(packed, options);
    const { buffer, engine } = result as unknown as WithInfo;
    return { bytes: buffer, gap: null, consumed: engine.bytesWritten };
  } catch (error) {
    const bytes = await beginning(way.stream(), packed, room);
    const outgrown = error instanceof Error && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE";
    return { bytes, gap: outgrown ? tooLarge("", room) : damaged(packing, error), consumed: packed.length };
  }
}

/** zlib's messages are fixed words. */
function damaged(packing: Packing, error: unknown): PartGap {
  const why = error instanceof Error ? error.message : "unknown error";
  return gapOf("", "corrupt", `Damaged ${packing} data (${why}); what came before the damage was scanned.`);
}

async function beginning(
  stream: zlib.Gunzip | zlib.InflateRaw | zlib.ZstdDecompress,
  packed: Uint8Array,
  room: number,
): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let length = 0;
  stream.end(packed);
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      length += chunk.length;
      if (length >= room) break;
    }
  } catch {
    // The caller knows already that it is damaged; what came out before is what is wanted.
  }
  return Buffer.concat(chunks).subarray(0, room);
}
