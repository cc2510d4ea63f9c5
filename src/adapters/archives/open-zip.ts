import { crc32 } from "node:zlib";
import type { Entry, ZipFile } from "yauzl";
import { textOfMarkup } from "./document-text.ts";
import { inflate } from "./inflate.ts";
import type { Opener, Opening } from "./opener.ts";
import { gapOf, type Part, type PartGap, tooLarge } from "./part.ts";

/** Compression methods (APPNOTE 4.4.5) that others take over. */
const workerMethods = new Map([
  [12, "bzip2"],
  [95, "xz"],
] as const);

/**
 * The zip family: archives, Java and Android packages, wheels, Office documents. An archive's directory says what is in it; content
 * that it does not mention is left to the scan of the file's own bytes.
 */
export const openZip: Opener = async function* openZip(opening) {
  const { allowance } = opening;
  const { archive, before } = archiveIn(opening.bytes);
  if (before.subarray(0, 4).equals(localSignature)) yield { kind: "part", name: "preceding.zip", bytes: before };
  const { entries, gap } = await directoryOf(archive, allowance.entriesLeft());
  if (gap !== null) yield gap;
  const isDocument = entries.some(({ name }) => name === "[Content_Types].xml" || name === "mimetype");
  for (const { zip, entry, name } of entries) {
    if (name.endsWith("/") && entry.compressedSize === 0) continue;
    for await (const part of openEntry(zip, entry, name, archive, opening)) {
      yield part;
      if (part.kind === "part" && isDocument) yield* documentText(part);
    }
  }
};

type Listed = { readonly zip: ZipFile; readonly entry: Entry; readonly name: string };

/** At most `limit` entries; of a damaged directory those before the damage. */
async function directoryOf(
  archive: Buffer,
  limit: number,
): Promise<{ entries: readonly Listed[]; gap: PartGap | null }> {
  const yauzl = await import("yauzl");
  const entries: Listed[] = [];
  try {
    // Names stay bytes here, as yauzl otherwise refuses those that point outside.
    const zip = await yauzl.fromBufferPromise(archive, { decodeStrings: false, validateEntrySizes: false });
    for await (const entry of zip.eachEntry()) {
      if (entries.length >= limit) {
        const left = `${(zip.entryCount - entries.length).toLocaleString("en-US")} of its entries were not read`;
        return { entries, gap: gapOf("", "too-large", `${left}: one file may hold ${limit} at most.`) };
      }
      const name = yauzl.getFileNameLowLevel(entry.generalPurposeBitFlag, entry.fileNameRaw, entry.extraFields, false);
      entries.push({ zip, entry, name });
    }
    return { entries, gap: null };
  } catch (error) {
    // yauzl's messages name fields and sizes, not content.
    const why = error instanceof Error ? error.message : "unknown error";
    const strong = why.includes("strong encryption");
    const where = entries.length === 0 ? "cannot be read" : `breaks off after ${entries.length} entries`;
    return {
      entries,
      gap: gapOf("", strong ? "encrypted" : "corrupt", `The zip archive's directory ${where} (${why}).`),
    };
  }
}

async function* openEntry(
  zip: ZipFile,
  entry: Entry,
  name: string,
  archive: Buffer,
  { allowance, worker }: Opening,
): AsyncGenerator<Part | PartGap> {
  if (entry.isEncrypted()) {
    yield gapOf(name, "encrypted", "Protected by a password.");
    return;
  }
  let start: number;
  try {
    ({ fileDataStart: start } = await zip.readLocalFileHeaderPromise(entry, { minimal: true }));
  } catch (error) {
    const why = error instanceof Error ? error.message : "unknown error";
    yield gapOf(name, "corrupt", `Its place in the zip archive is damaged (${why}).`);
    return;
  }
  const packed = archive.subarray(start, start + entry.compressedSize);
  const room = allowance.roomFor(packed.length);
  const method = entry.compressionMethod;
  const kind = workerMethods.get(method as 12 | 95);
  if (kind !== undefined) {
    const parts = await worker.unpack(kind, packed, name, allowance);
    for (const part of parts) yield { ...part, name };
    return;
  }
  const unpacked = await unpack(method, packed, room);
  if (unpacked === null) {
    yield gapOf(name, "unsupported", `Packed with method ${method} of the zip format, which Keyward does not read.`);
    return;
  }
  yield { kind: "part", name, bytes: unpacked.bytes };
  if (unpacked.gap !== null) yield { ...unpacked.gap, name };
  else if (crc32(unpacked.bytes) !== entry.crc32) {
    yield gapOf(name, "corrupt", "Its checksum does not fit; what came out was scanned all the same.");
  }
}

async function unpack(
  method: number,
  packed: Buffer,
  room: number,
): Promise<{ readonly bytes: Uint8Array; readonly gap: PartGap | null } | null> {
  if (method === 0) return { bytes: packed.subarray(0, room), gap: packed.length > room ? tooLarge("", room) : null };
  if (method === 8) return inflate("deflate", packed, room);
  return method === 93 ? inflate("zstd", packed, room) : null;
}

/** Text that is split over the runs of an Office document's or e-book's markup, joined. */
function* documentText({ name, bytes }: Part): Generator<Part> {
  if (!/\.(?:xml|rels|x?html?)$/i.test(name)) return;
  const text = textOfMarkup(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("utf8"));
  yield { kind: "part", name, bytes: Buffer.from(text), step: "text" };
}

const localSignature = Buffer.from("PK\x03\x04", "latin1");
const endSignature = Buffer.from("PK\x05\x06", "latin1");
const endBytes = 22;
const longestComment = 0xffff;
const locatorSignature = Buffer.from("PK\x06\x07", "latin1");
const locatorBytes = 20;
const end64Signature = Buffer.from("PK\x06\x06", "latin1");
const end64Bytes = 56;

/**
 * The archive itself, and what stands before it: a program, a signature, another archive. Offsets count from the archive's start,
 * which the directory tells, as it lies just before its end record. Bytes after that record are no reason not to read it.
 */
function archiveIn(bytes: Uint8Array): { readonly archive: Buffer; readonly before: Buffer } {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const end = all.lastIndexOf(endSignature);
  if (end < Math.max(0, all.length - 2 * longestComment) || end + endBytes > all.length) {
    return { archive: all, before: all.subarray(0, 0) };
  }
  const comment = all.readUInt16LE(end + 20);
  const start = startBefore(all, end);
  const before = all.subarray(0, start);
  if (end + endBytes + comment === all.length) return { archive: all.subarray(start), before };
  const archive = Buffer.from(all.subarray(start, end + endBytes));
  archive.writeUInt16LE(0, archive.length - 2);
  return { archive, before };
}

/** Where an archive starts by its end record. In ZIP64 archives (APPNOTE 4.3.14) another record stands between that and the directory. */
function startBefore(all: Buffer, end: number): number {
  const locator = end - locatorBytes;
  if (locator < 0 || !all.subarray(locator, locator + 4).equals(locatorSignature))
    return Math.max(0, end - all.readUInt32LE(end + 12) - all.readUInt32LE(end + 16));
  const end64 = all.subarray(0, locator).lastIndexOf(end64Signature);
  if (end64 < 0 || end64 + end64Bytes > locator) return 0;
  const [size, offset] = [all.readBigUInt64LE(end64 + 40), all.readBigUInt64LE(end64 + 48)];
  return Math.max(0, Number(BigInt(end64) - size - offset));
}
