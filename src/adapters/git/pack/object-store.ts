import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Damaged } from "./damage.ts";
import { type LooseObject, looseNames, readLooseObject } from "./loose-objects.ts";
import { type MultiPackIndex, parseMultiPackIndex } from "./multi-pack-index.ts";
import { objectDirectories } from "./object-directories.ts";
import { checksumOf, openPackFile, type PackFile } from "./pack-file.ts";
import type { PackIndex } from "./pack-index.ts";
import { lookupIn, openPackLookup, type PackLookup } from "./pack-lookup.ts";
import { type MappedPack, mapPack } from "./pack-map.ts";
import { createPackedReader } from "./packed-reader.ts";

/** A pack that can be read, and what its objects are made from. */
export type StoredPack = { readonly pack: PackFile; readonly map: MappedPack };

type FoundPack = { readonly pack: PackFile; readonly lookup: PackLookup };

/** The objects of a repository as they lie on the disk. */
export type ObjectStore = {
  /** Its packs. The heads of all their objects are read when this is asked for first. */
  readonly mapped: () => readonly StoredPack[];
  /** Files of packs that cannot be read here, and why. */
  readonly unreadable: readonly { readonly file: string; readonly why: string }[];
  /** An object by its name in hexadecimal. Throws `Damaged` where it is there and cannot be unpacked. */
  readonly read: (name: string, mostBytes: number) => LooseObject;
  /** Names of the objects that lie in files of their own. */
  readonly loose: () => IterableIterator<string>;
  readonly close: () => void;
};

/**
 * Opens packs, by their own index or one for several, and loose objects, those of alternates too. Of each pack about `window` bytes are kept. What is damaged
 * is left out and told.
 */
export function openObjectStore(directory: string, nameLength: number, window?: number): ObjectStore {
  const directories = objectDirectories(directory);
  const packs: FoundPack[] = [];
  const unreadable: { readonly file: string; readonly why: string }[] = [];
  const orWhyNot = <T>(file: string, open: () => T): T | null => {
    try {
      return open();
    } catch (error) {
      unreadable.push({ file, why: whyNot(error) });
      return null;
    }
  };
  for (const each of directories) {
    for (const [file, lookupOf] of lookupsIn(join(each, "pack"), nameLength))
      packs.push(...(orWhyNot(file, () => [openPack(file, lookupOf, nameLength, window)]) ?? []));
  }
  let mapped: readonly StoredPack[] | undefined;
  const packed = createPackedReader(nameLength);
  const read = (name: string, mostBytes: number): LooseObject => {
    const bytes = Buffer.from(name, "hex");
    for (const each of packs) {
      const offset = each.lookup.offsetOf(bytes);
      if (offset >= 0) return packed(each, offset, mostBytes, read);
    }
    for (const each of directories) {
      const loose = readLooseObject(each, name, mostBytes);
      if (loose !== "missing") return loose;
    }
    return "missing";
  };
  return {
    mapped: () =>
      (mapped ??= packs.flatMap(
        ({ pack, lookup }) => orWhyNot(pack.path, () => [{ pack, map: mapPack(lookup.index(), pack) }]) ?? [],
      )),
    unreadable,
    read,
    loose: function* () {
      for (const each of directories) yield* looseNames(each);
    },
    close: () => {
      for (const { pack, lookup } of packs) {
        pack.close();
        lookup.close();
      }
    },
  };
}

function whyNot(error: unknown): string {
  if (error instanceof Damaged) return error.message;
  if (error instanceof Error && "code" in error) return `it cannot be opened (${String(error.code)})`;
  throw error;
}

/** The packs of a directory, each with what opens its index. */
function lookupsIn(directory: string, nameLength: number): ReadonlyMap<string, () => PackLookup> {
  const names = namesIn(directory);
  const lookups = new Map<string, () => PackLookup>();
  let shared: MultiPackIndex | null | undefined;
  for (const name of names.filter((one) => one.endsWith(".pack"))) {
    const own = name.replace(/\.pack$/, ".idx");
    const file = join(directory, name);
    lookups.set(file, () => {
      if (names.includes(own)) return openPackLookup(join(directory, own), nameLength);
      shared ??= names.includes("multi-pack-index")
        ? parseMultiPackIndex(readFileSync(join(directory, "multi-pack-index")), nameLength)
        : null;
      return lookupIn(partOf(shared, own, nameLength));
    });
  }
  return lookups;
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return []; // A repository without packs need not have the directory.
  }
}

/** What a multi-pack index says about one of its packs: the objects that are not in another one too. */
function partOf(index: MultiPackIndex | null, file: string, nameLength: number): PackIndex {
  const pack = index?.packs.indexOf(file) ?? -1;
  if (index === null || pack < 0) throw new Damaged("a pack has no index");
  const numbers = Array.from(index.packOf.keys()).filter((number) => index.packOf[number] === pack);
  const { bytes, length } = index.names;
  const fanout = new Uint32Array(256);
  for (const number of numbers) {
    const first = bytes[number * length] ?? 0;
    fanout[first] = (fanout[first] ?? 0) + 1;
  }
  for (let byte = 1; byte < 256; byte++) fanout[byte] = (fanout[byte] ?? 0) + (fanout[byte - 1] ?? 0);
  const names = Buffer.concat(numbers.map((number) => bytes.subarray(number * length, (number + 1) * length)));
  return {
    names: { bytes: names, length: nameLength, count: numbers.length, fanout },
    offsets: Float64Array.from(numbers, (number) => index.offsets[number] ?? 0),
    checksum: null,
  };
}

function openPack(file: string, lookupOf: () => PackLookup, nameLength: number, window?: number): FoundPack {
  const pack = openPackFile(file, nameLength, window);
  let lookup: PackLookup | null = null;
  try {
    lookup = lookupOf();
    if (lookup.checksum !== null && lookup.checksum !== checksumOf(pack, nameLength))
      throw new Damaged("a pack is not the one that its index is of");
    if (lookup.checksum !== null && lookup.count !== pack.count)
      throw new Damaged("a pack has not as many objects as its index");
    return { pack, lookup };
  } catch (error) {
    pack.close();
    lookup?.close();
    throw error;
  }
}
