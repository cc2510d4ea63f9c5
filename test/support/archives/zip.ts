import { ZipFile } from "yazl";

/** A zip archive of texts or bytes by name. */
export async function zipOf(
  entries: Readonly<Record<string, string | Uint8Array>>,
  options: { readonly compress?: boolean } = {},
): Promise<Buffer> {
  const zip = new ZipFile();
  for (const [name, content] of Object.entries(entries)) zip.addBuffer(Buffer.from(content), name, options);
  zip.end();
  return bytesOf(zip.outputStream);
}

/**
 * Such an archive with the records of ZIP64. Where there are more entries than 16 bits count, but all else is small, the older record
 * still has the directory's size and place: `older` writes them there.
 */
export async function zip64Of(
  entries: Readonly<Record<string, string>>,
  { older }: { readonly older: boolean },
): Promise<Buffer> {
  const zip = new ZipFile();
  for (const [name, content] of Object.entries(entries)) zip.addBuffer(Buffer.from(content), name);
  zip.end({ forceZip64Format: true, comment: "" });
  const bytes = await bytesOf(zip.outputStream);
  if (!older) return bytes;
  const end64 = bytes.lastIndexOf(Buffer.from("PK\x06\x06", "latin1"));
  const end = bytes.length - 22;
  bytes.writeUInt32LE(Number(bytes.readBigUInt64LE(end64 + 40)), end + 12);
  bytes.writeUInt32LE(Number(bytes.readBigUInt64LE(end64 + 48)), end + 16);
  return bytes;
}

async function bytesOf(stream: NodeJS.ReadableStream): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

const directoryEntry = Buffer.from("PK\x01\x02", "latin1");
const localEntry = Buffer.from("PK\x03\x04", "latin1");

/** Writes a two-byte number into the first entry's headers: at `local` of the local one and at `directory` of the directory's. */
export function patchedZip(
  zip: Buffer,
  value: number,
  at: { readonly local: number; readonly directory: number },
): Buffer {
  const patched = Buffer.from(zip);
  patched.writeUInt16LE(value, patched.indexOf(localEntry) + at.local);
  patched.writeUInt16LE(value, patched.indexOf(directoryEntry) + at.directory);
  return patched;
}

/** The same archive with another name, of the same length, for its first entry. */
export function renamedZip(zip: Buffer, from: string, to: string): Buffer {
  if (from.length !== to.length) throw new Error("the names must be of one length");
  return Buffer.from(zip.toString("latin1").replaceAll(from, to), "latin1");
}
