import { Damaged } from "./damage.ts";
import { longestHead, parseEntryHead } from "./entry-head.ts";
import type { PackFile } from "./pack-file.ts";
import type { PackMap } from "./pack-map.ts";

/** The name, in hexadecimal, of the base of a delta whose base is not in its pack. Throws `Damaged`. */
export function baseNameAt({ starts, nameLength }: PackMap, pack: PackFile, place: number): string {
  const start = starts[place] ?? 0;
  const length = Math.min((starts[place + 1] ?? 0) - start, longestHead);
  const head = parseEntryHead(pack.read(start, length), nameLength);
  if (head.kind !== "named-delta") throw new Damaged("an entry of a pack is not what it was");
  return Buffer.from(head.base).toString("hex");
}
