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

type Stream = zlib.Gunzip | zlib.InflateRaw | zlib.ZstdDecompress;

/** `stream`: of what is cut, what is there is wanted too if `isCut`. */
type Way = {
  readonly now: (packed: Uint8Array, options: zlib.ZlibOptions & zlib.ZstdOptions) => unknown;
  readonly stream: (chunkSize: number, isCut: boolean) => Stream;
};

const { Z_FINISH, Z_SYNC_FLUSH, ZSTD_e_end, ZSTD_e_flush } = zlib.constants;

const ways: Readonly<Record<Packing, Way>> = {
  deflate: {
    now: zlib.inflateRawSync,
    stream: (chunkSize, isCut) => zlib.createInflateRaw({ chunkSize, finishFlush: isCut ? Z_SYNC_FLUSH : Z_FINISH }),
  },
  gzip: {
    now: zlib.gunzipSync,
    stream: (chunkSize, isCut) => zlib.createGunzip({ chunkSize, finishFlush: isCut ? Z_SYNC_FLUSH : Z_FINISH }),
  },
  zstd: {
    now: zlib.zstdDecompressSync,
    stream: (chunkSize, isCut) =>
      zlib.createZstdDecompress({ chunkSize, finishFlush: isCut ? ZSTD_e_flush : ZSTD_e_end }),
  },
};

/** What came out up to `room`; `outgrown`: there is more; `error`: there is no more because of it. */
type Attempt = {
  readonly bytes: Uint8Array;
  readonly outgrown: boolean;
  readonly error: unknown;
  readonly consumed: number;
};

/** Of damaged data the chunk with the damage is lost. */
const carefulChunk = 4096;

/** Unpacks at most `room` bytes. Of a damaged, cut or too large stream it gives the beginning. Concatenated gzip members are one. */
export async function inflate(packing: Packing, packed: Uint8Array, room: number): Promise<Unpacked> {
  if (room <= 0) return { bytes: new Uint8Array(), gap: tooLarge("", 0), consumed: 0 };
  const way = ways[packing];
  const chunkSize = chunkFor(packed.length, room);
  const quick = packed.length <= smallBytes ? atOnce(way, packed, room, chunkSize) : null;
  const { bytes, outgrown, error, consumed } = quick ?? (await inChunks(way.stream(chunkSize, false), packed, room));
  if (outgrown) return { bytes, gap: tooLarge("", room), consumed: packed.length };
  if (error === null) return { bytes, gap: null, consumed };
  // What came out before is known to be damaged behind.
  const { bytes: beginning } = await inChunks(way.stream(carefulChunk, true), packed, room);
  return { bytes: beginning, gap: damaged(packing, error), consumed: packed.length };
}

/** Nothing for what is larger than `room`. */
function atOnce({ now }: Way, packed: Uint8Array, room: number, chunkSize: number): Attempt | null {
  try {
    const { buffer, engine } = now(packed, { maxOutputLength: room, info: true, chunkSize }) as WithInfo;
    return { bytes: buffer, outgrown: false, error: null, consumed: engine.bytesWritten };
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE") return null;
    return { bytes: new Uint8Array(), outgrown: false, error, consumed: 0 };
  }
}

/** zlib's messages are fixed words. */
function damaged(packing: Packing, error: unknown): PartGap {
  const why = error instanceof Error ? error.message : "unknown error";
  return gapOf("", "corrupt", `Damaged ${packing} data (${why}); what came before the damage was scanned.`);
}

async function inChunks(stream: Stream, packed: Uint8Array, room: number): Promise<Attempt> {
  const chunks: Buffer[] = [];
  let length = 0;
  let error: unknown = null;
  stream.end(packed);
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      length += chunk.length;
      if (length > room) break;
    }
  } catch (thrown) {
    error = thrown;
  }
  const bytes = (chunks.length === 1 ? chunks[0] : undefined) ?? Buffer.concat(chunks);
  return { bytes: bytes.subarray(0, room), outgrown: length > room, error, consumed: stream.bytesWritten };
}
