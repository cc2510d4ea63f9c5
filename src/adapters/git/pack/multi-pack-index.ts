import { Damaged } from "./damage.ts";
import { readNames, type SortedNames } from "./names.ts";
import { readOffsets } from "./pack-index.ts";

/** One index for several packs: each object once, in one of them. */
export type MultiPackIndex = {
  readonly names: SortedNames;
  /** The files' names, such as `pack-….idx`. */
  readonly packs: readonly string[];
  /** Which of the packs has an object. */
  readonly packOf: Uint32Array;
  readonly offsets: Float64Array;
};

const headLength = 12;
const rowLength = 12;

/** Reads a multi-pack index of version 1 (gitformat-pack(5)). Throws `Damaged`. */
export function parseMultiPackIndex(file: Buffer, nameLength: number): MultiPackIndex {
  if (file.length < headLength || file.toString("latin1", 0, 4) !== "MIDX" || ![1, 2].includes(file[4] ?? 0))
    throw new Damaged("a multi-pack index is not of version 1 or 2");
  const chunks = readChunks(file, file[6] ?? 0, nameLength);
  const chunk = (id: string): { readonly start: number; readonly end: number } => {
    const found = chunks.get(id);
    if (found === undefined) throw new Damaged(`a multi-pack index lacks its part ${id}`);
    return found;
  };
  const names = readNames(file, chunk("OIDF").start, chunk("OIDL").start, nameLength);
  const { start, end } = chunk("OOFF");
  if (end - start < 8 * names.count) throw new Damaged("a multi-pack index is cut off");
  const rows = file.subarray(start, start + 8 * names.count);
  const large = chunks.get("LOFF") ?? { start: 0, end: 0 };
  const packs = file.toString("latin1", chunk("PNAM").start, chunk("PNAM").end).split("\0").filter(Boolean);
  const packOf = Uint32Array.from({ length: names.count }, (_, number) => rows.readUInt32BE(8 * number));
  if (packOf.some((pack) => pack >= packs.length))
    throw new Damaged("a multi-pack index names a pack it does not list");
  return { names, packs, packOf, offsets: readOffsets(rows, file.subarray(large.start, large.end), 8) };
}

function readChunks(
  file: Buffer,
  count: number,
  trailer: number,
): ReadonlyMap<string, { readonly start: number; readonly end: number }> {
  const chunks = new Map<string, { readonly start: number; readonly end: number }>();
  if (file.length < headLength + rowLength * (count + 1)) throw new Damaged("a multi-pack index is cut off");
  for (let row = 0; row < count; row++) {
    const at = headLength + rowLength * row;
    const start = Number(file.readBigUInt64BE(at + 4));
    const end = Number(file.readBigUInt64BE(at + 4 + rowLength));
    if (start > end || end > file.length - trailer) throw new Damaged("a multi-pack index is cut off");
    chunks.set(file.toString("latin1", at, at + 4), { start, end });
  }
  return chunks;
}
