import { crc32 } from "node:zlib";

/**
 * An xz stream that packs nothing: one block of LZMA2 chunks marked as uncompressed. The .xz file format, version 1.2.1, and the
 * comment on LZMA2 in its reference implementation.
 */
export function xzOf(content: string | Uint8Array): Buffer {
  const body = Buffer.from(content);
  const flags = Buffer.from([0, 1]);
  const streamHeader = Buffer.concat([Buffer.from("\xfd7zXZ\0", "latin1"), flags, crc(flags)]);
  // Size 8, no optional sizes, one filter: LZMA2 (0x21) with a dictionary of 1 MiB (0x10).
  const blockFields = Buffer.from([2, 0, 0x21, 1, 0x10, 0, 0, 0]);
  const data = Buffer.concat([...chunksOf(body), Buffer.from([0])]);
  const unpadded = blockFields.length + 4 + data.length + 4;
  const block = Buffer.concat([blockFields, crc(blockFields), data, padding(data.length), crc(body)]);
  const records = Buffer.concat([Buffer.from([0]), varint(1), varint(unpadded), varint(body.length)]);
  const index = Buffer.concat([records, padding(records.length)]);
  const backward = Buffer.alloc(4);
  backward.writeUInt32LE((index.length + 4) / 4 - 1);
  const footer = Buffer.concat([backward, flags]);
  return Buffer.concat([streamHeader, block, index, crc(index), crc(footer), footer, Buffer.from("YZ")]);
}

function chunksOf(body: Buffer): readonly Buffer[] {
  const size = 65_536;
  return Array.from({ length: Math.ceil(body.length / size) }, (_, number) => {
    const chunk = body.subarray(number * size, (number + 1) * size);
    const header = Buffer.from([number === 0 ? 1 : 2, 0, 0]);
    header.writeUInt16BE(chunk.length - 1, 1);
    return Buffer.concat([header, chunk]);
  });
}

function crc(bytes: Buffer): Buffer {
  const out = Buffer.alloc(4);
  out.writeUInt32LE(crc32(bytes));
  return out;
}

const padding = (length: number): Buffer => Buffer.alloc((4 - (length % 4)) % 4);

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 0x80) return Buffer.from([...bytes, rest]);
    bytes.push((rest & 0x7f) | 0x80);
  }
}
