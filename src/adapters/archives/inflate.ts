import zlib from "node:zlib";
import type { PartGap } from "./part.ts";
import { gapOf, tooLarge } from "./part.ts";

export type Packing = "deflate" | "gzip" | "zstd";

/** What came out, as far as it came, why no more did, and how much of the packed bytes that took. */
export type Unpacked = { readonly bytes: Uint8Array; readonly gap: PartGap | null; readonly consumed: number };

/** Below this, handing the work to another thread takes longer than the work. */
const smallBytes = 64 * 1024;

/** Of damaged data the chunk with the damage is lost. */
const carefulChunk = 4096;

/**
 * Room for what most things unpack to, and for what is said to come out: for each chunk that is filled the work changes threads and what there is is copied.
 * Of room that is not filled nothing is taken.
 */
function chunkFor(packing: Packing, packed: Uint8Array, room: number): number {
  const usual = Math.max(carefulChunk, Math.min(8 * packed.length, room, 8 << 20));
  return packing === "gzip" ? Math.max(usual, Math.min(saidToUnpackTo(packed), room) + 1) : usual;
}

/** RFC 1952 §2.3.1: the size of the last member, modulo 2^32, stands at its end. Whoever made it may have lied. */
function saidToUnpackTo(packed: Uint8Array): number {
  if (packed.length < 4) return 0;
  return new DataView(packed.buffer, packed.byteOffset + packed.length - 4).getUint32(0, true);
}

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

/** Unpacks at most `room` bytes. Of a damaged, cut or too large stream it gives the beginning. Concatenated gzip members are one. */
export async function inflate(packing: Packing, packed: Uint8Array, room: number): Promise<Unpacked> {
  if (room <= 0) return { bytes: new Uint8Array(), gap: tooLarge("", 0), consumed: 0 };
  const way = ways[packing];
  const chunkSize = chunkFor(packing, packed, room);
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

function inChunks(stream: Stream, packed: Uint8Array, room: number): Promise<Attempt> {
  const { promise, resolve } = Promise.withResolvers<Attempt>();
  const chunks: Buffer[] = [];
  let length = 0;
  const finish = (error: unknown): void => {
    const bytes = (chunks.length === 1 ? chunks[0] : undefined) ?? Buffer.concat(chunks);
    resolve({ bytes: bytes.subarray(0, room), outgrown: length > room, error, consumed: stream.bytesWritten });
  };
  stream.on("data", (chunk: Buffer) => {
    chunks.push(chunk);
    length += chunk.length;
    if (length <= room) return;
    // Before it goes on with the next chunk.
    stream.destroy();
    finish(null);
  });
  stream.once("error", finish).once("end", () => finish(null));
  stream.end(packed);
  return promise;
}
