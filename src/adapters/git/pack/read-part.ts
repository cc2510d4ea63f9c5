import type { PackedObject } from "../../../flows/ports/packed-objects.ts";
import type { SeenLines } from "../../../flows/ports/seen-lines.ts";
import { Damaged } from "./damage.ts";
import { decodeFamily } from "./decode-family.ts";
import { openPackFile, type PackFile } from "./pack-file.ts";
import type { PackedPart } from "./packed-part.ts";
import type { ObjectStore } from "./object-store.ts";
import { baseNameAt } from "./base-name.ts";
import { createUnpacker, type Unpacker } from "./unpacker.ts";

/** Larger objects, and what is made from them, are left to git. */
const mostBytes = 64 << 20;

/** Unpacks parts of packs, in one thread. */
export type PartReader = {
  /**
   * One family after the other: the needed objects of each. What is missing at the end is damaged, too large, or made from something that is. `store` is
   * asked for what is not in the pack.
   */
  readonly families: (
    part: PackedPart,
    store: ObjectStore | null,
  ) => Generator<Iterable<PackedObject>, void, undefined>;
  /** Of lines of what is unpacked. */
  readonly seen: SeenLines;
  readonly close: () => void;
};

/** Of the pack that it reads it keeps about `window` bytes. */
export function createPartReader(window?: number): PartReader {
  let open: PackFile | null = null;
  // A scan may have no packs.
  let unpacker: Unpacker | undefined;
  const ready = (): Unpacker => (unpacker ??= createUnpacker(true));
  const packOf = ({ map }: PackedPart): PackFile => {
    if (open?.path !== map.file) {
      open?.close();
      open = null;
      open = openPackFile(map.file, map.nameLength, window);
    }
    return open;
  };
  return {
    families: function* (part, store) {
      const pack = tried(() => packOf(part));
      if (pack === null) return;
      const baseElsewhere = (place: number): Buffer | null => {
        const found = tried(() => store?.read(baseNameAt(part.map, pack, place), mostBytes) ?? null);
        return found === null || typeof found === "string" ? null : found.bytes;
      };
      const source = { ...part, pack, unpacker: ready(), mostBytes, baseElsewhere };
      for (const root of part.roots) yield decodeFamily(source, root);
    },
    seen: {
      fresh: (bytes, ranges, about) => ready().seen?.fresh(bytes, ranges, about) ?? ranges,
      keep: () => unpacker?.seen?.keep(),
    },
    close: () => open?.close(),
  };
}

/** Null for what cannot be read: a pack may be gone since it was mapped, as after a repack. */
function tried<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof Damaged || (error instanceof Error && "code" in error)) return null;
    throw error;
  }
}
