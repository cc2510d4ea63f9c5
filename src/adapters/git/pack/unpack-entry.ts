import { inflate } from "./inflate.ts";
import type { PackFile } from "./pack-file.ts";
import type { PackMap } from "./pack-map.ts";

/** What stands at a place: an object, or a delta. Throws `Damaged`. */
export const unpackEntry = (map: PackMap, pack: PackFile, place: number): Buffer =>
  inflate(compressedEntry(map, pack, place), map.sizes[place] ?? 0);

/** Its compressed bytes, and what comes after them: no more is read than compressed bytes can be of its size, as the next object may be far away. */
export function compressedEntry({ starts, heads, sizes }: PackMap, pack: PackFile, place: number): Buffer {
  const size = sizes[place] ?? 0;
  const start = (starts[place] ?? 0) + (heads[place] ?? 0);
  const room = size + (size >> 3) + 1024;
  return pack.read(start, Math.min((starts[place + 1] ?? 0) - start, room));
}
