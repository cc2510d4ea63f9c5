import { createHash } from "node:crypto";
import { deflateSync } from "node:zlib";

/** An entry of a pack to be written: a blob that stands whole, or a delta to an entry before it, or to a name. */
export type WrittenEntry = {
  /** What the object is in the end. */
  readonly content: Buffer;
  readonly as:
    "whole" | { readonly deltaTo: number; readonly delta: Buffer } | { readonly named: string; readonly delta: Buffer };
  /** What its head says instead of the truth. */
  readonly claimedSize?: number;
};

export type WrittenPack = { readonly pack: Buffer; readonly index: Buffer; readonly names: readonly string[] };

/** A pack and its index, which git accepts too as long as nothing in it is a lie. */
export function writePack(entries: readonly WrittenEntry[]): WrittenPack {
  const head = Buffer.alloc(12);
  head.write("PACK");
  head.writeUInt32BE(2, 4);
  head.writeUInt32BE(entries.length, 8);
  const parts: Buffer[] = [head];
  const offsets: number[] = [];
  let at = head.length;
  for (const { content, as, claimedSize } of entries) {
    const packed = as === "whole" ? content : as.delta;
    const kind = as === "whole" ? 3 : "named" in as ? 7 : 6;
    const base =
      as === "whole"
        ? []
        : "named" in as
          ? [Buffer.from(as.named, "hex")]
          : [distanceOf(at - (offsets[as.deltaTo] ?? 0))];
    const entry = Buffer.concat([headOf(kind, claimedSize ?? packed.length), ...base, deflateSync(packed)]);
    offsets.push(at);
    parts.push(entry);
    at += entry.length;
  }
  const body = Buffer.concat(parts);
  const checksum = sha1(body);
  const names = entries.map(({ content }) => nameOf(content));
  return { pack: Buffer.concat([body, checksum]), index: writeIndex(names, offsets, checksum), names };
}

/** The name of a blob. */
export const nameOf = (content: Buffer): string =>
  sha1(Buffer.concat([Buffer.from(`blob ${content.length}\0`), content])).toString("hex");

/** Offsets from 2 GiB on, or all if told so, stand in the table of 64 bits. */
export function writeIndex(
  names: readonly string[],
  offsets: readonly number[],
  packChecksum: Buffer,
  allLarge = false,
): Buffer {
  const rows = names.map((name, at) => ({ name, offset: offsets[at] ?? 0 })).sort((a, b) => (a.name < b.name ? -1 : 1));
  const head = Buffer.from([0xff, 0x74, 0x4f, 0x63, 0, 0, 0, 2]);
  const fanout = Buffer.alloc(1024);
  for (let byte = 0; byte < 256; byte++)
    fanout.writeUInt32BE(rows.filter(({ name }) => Number.parseInt(name.slice(0, 2), 16) <= byte).length, 4 * byte);
  const large: Buffer[] = [];
  const small = rows.map(({ offset }) => {
    if (offset < 0x8000_0000 && !allLarge) return uint32(offset);
    const long = Buffer.alloc(8);
    long.writeBigUInt64BE(BigInt(offset));
    large.push(long);
    return uint32(0x8000_0000 + large.length - 1);
  });
  const ids = rows.map(({ name }) => Buffer.from(name, "hex"));
  const body = Buffer.concat([head, fanout, ...ids, Buffer.alloc(4 * rows.length), ...small, ...large, packChecksum]);
  return Buffer.concat([body, sha1(body)]);
}

/** A delta: bytes of its own, or a stretch of the base. */
export function deltaOf(
  base: Buffer,
  pieces: readonly (string | readonly [offset: number, length: number])[],
): { readonly delta: Buffer; readonly result: Buffer } {
  const result = Buffer.concat(
    pieces.map((piece) =>
      typeof piece === "string" ? Buffer.from(piece) : base.subarray(piece[0], piece[0] + piece[1]),
    ),
  );
  const commands = pieces.flatMap((piece): Buffer[] => {
    if (typeof piece !== "string") return piece[1] === 0 ? [] : [copyOf(...piece)];
    const bytes = Buffer.from(piece);
    return Array.from({ length: Math.ceil(bytes.length / 127) }, (_, at) =>
      bytes.subarray(127 * at, 127 * (at + 1)),
    ).flatMap((part) => [Buffer.from([part.length]), part]);
  });
  return { delta: Buffer.concat([varint(base.length), varint(result.length), ...commands]), result };
}

function copyOf(offset: number, length: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes[0] = 0xff;
  bytes.writeUInt32LE(offset, 1);
  bytes.writeUIntLE(length, 5, 3);
  return bytes;
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (let left = value; ; left = Math.floor(left / 128)) {
    if (left < 128) return Buffer.from([...bytes, left]);
    bytes.push((left % 128) | 0x80);
  }
}

function headOf(kind: number, size: number): Buffer {
  const rest = Math.floor(size / 16);
  const first = (kind << 4) | (size % 16);
  return rest === 0 ? Buffer.from([first]) : Buffer.concat([Buffer.from([first | 0x80]), varint(rest)]);
}

function distanceOf(distance: number): Buffer {
  const bytes = [distance % 128];
  for (let left = Math.floor(distance / 128); left > 0; left = Math.floor(left / 128)) {
    left -= 1;
    bytes.unshift((left % 128) | 0x80);
  }
  return Buffer.from(bytes);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

const sha1 = (bytes: Buffer): Buffer => createHash("sha1").update(bytes).digest();
