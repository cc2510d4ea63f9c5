import { inflate } from "./inflate.ts";
import type { PackFile } from "./pack-file.ts";
import type { PackMap } from "./pack-map.ts";

/**
 * What stands at a place: an object, or a delta. Throws `Damaged`. No more is read than compressed bytes can be of its size: the next object may be far
 * away.
 */
export function unpackEntry({ starts, heads, sizes }: PackMap, pack: PackFile, place: number): Buffer {
  const size = sizes[place] ?? 0;
  const start = (starts[place] ?? 0) + (heads[place] ?? 0);
  const room = size + (size >> 3) + 1024;
  return inflate(pack.read(start, Math.min((starts[place + 1] ?? 0) - start, room)), size);
}
