import { Damaged } from "../adapters/git/pack/damage.ts";
import { cleanListFile, forgetOldLists, markOf, readCleanList } from "../adapters/git/pack/clean-list.ts";
import { type LooseObject, readLooseObject } from "../adapters/git/pack/loose-objects.ts";
import type { ObjectStore } from "../adapters/git/pack/object-store.ts";
import type { MappedPack } from "../adapters/git/pack/pack-map.ts";
import { partsOf } from "../adapters/git/pack/packed-part.ts";
import { missing, type PlacedBlob, problemOf } from "../adapters/git/read-placed-blobs.ts";
import type { Repository } from "../adapters/git/repository.ts";
import { pathText } from "../core/change/path-text.ts";
import type { FamilyPlace } from "../flows/scan-family.ts";
import type { ContentTask, PackedTask, ScanTask } from "./scan-task.ts";

export type PackedTaskOptions = {
  readonly maxBytes: number;
  /** Where it is kept what was clean, and what names everything by which it is scanned; null: nowhere. */
  readonly cache: { readonly directory: string; readonly asked: string } | null;
  /** Told how much work there is: as much as the results say, in the end. */
  readonly expected: { work: number };
};

/** What becomes of fewer is known sooner than a thread has started. */
const worthTelling = 2000;

/**
 * Blobs as they lie on the disk: those in packs a family at a time, to be unpacked by whoever does the task; those in files of their own. Gives back the
 * blobs that git has to be asked for.
 */
export async function* composePackedTasks(
  { gitDir }: Repository,
  store: ObjectStore | null,
  blobs: readonly PlacedBlob[],
  placed: (path: string, commit?: string) => FamilyPlace,
  { maxBytes, cache, expected }: PackedTaskOptions,
): AsyncGenerator<ScanTask, readonly PlacedBlob[], undefined> {
  if (blobs.length >= worthTelling) yield { coming: blobs.length };
  if (store === null) return blobs;
  const bySha = Map.groupBy(blobs, ({ sha }) => sha);
  const placesOf = (sha: string): readonly FamilyPlace[] =>
    (bySha.get(sha) ?? []).map(({ path, commit }) => placed(pathText(path), commit));
  const left = new Set(bySha.keys());
  const notes = new Map<string, PackNote>();
  for (const { map } of store.mapped()) {
    if (cache === null || map.index.checksum === null) continue;
    const note = noteOf(map, cleanListFile(cache.directory, map.index.checksum, cache.asked), left, (sha) =>
      markOf(
        cache.asked,
        sha,
        placesOf(sha).map(({ judgedAs }) => judgedAs),
      ),
    );
    notes.set(map.file, note);
    let [files, bytes] = [0, 0];
    for (const [sha, size] of note.clean) {
      left.delete(sha);
      files += placesOf(sha).length;
      bytes += size * placesOf(sha).length;
    }
    yield { clean: { files, bytes } };
  }
  if (cache !== null) forgetOldLists(cache.directory);
  const { parts, others } = partsOf(store, left);
  expected.work = parts.reduce((sum, { size }) => sum + size, 0);
  for (const part of parts) {
    const places = new Map(Array.from(part.names, ([place, sha]) => [place, placesOf(sha)]));
    const note = notes.get(part.map.file);
    const marks = new Map(Array.from(part.names.keys(), (place) => [place, note?.marks.get(place) ?? ""]));
    yield { gitDir, part, places, note: note === undefined ? null : { file: note.file, marks } };
  }
  const rest: PlacedBlob[] = [];
  for (const sha of others) {
    const content = contentOf((most) => store.read(sha, most), maxBytes, store.unreadable.length === 0);
    if (content === null) rest.push(...(bySha.get(sha) ?? []));
    else for (const place of placesOf(sha)) yield { ...place, content };
  }
  return rest;
}

type PackNote = NonNullable<PackedTask["note"]> & { readonly clean: ReadonlyMap<string, number> };

/** What is known of the wanted objects of a pack: the marks of all, and the sizes of those that are noted as clean. */
function noteOf(map: MappedPack, file: string, names: Iterable<string>, mark: (sha: string) => string): PackNote {
  const list = readCleanList(file);
  const marks = new Map<number, string>();
  const clean = new Map<string, number>();
  for (const sha of names) {
    const place = map.placeOf(Buffer.from(sha, "hex"));
    if (place < 0) continue;
    const known = list.get(place);
    const own = mark(sha);
    if (known?.mark === own) clean.set(sha, known.size);
    else marks.set(place, own);
  }
  return { file, marks, clean };
}

/** Blobs that lie in files of their own, as what was just staged does. Gives back the blobs that git has to be asked for. */
export function* composeLooseTasks(
  objects: string,
  blobs: readonly PlacedBlob[],
  placed: (path: string, commit?: string) => FamilyPlace,
  maxBytes: number,
): Generator<ScanTask, readonly PlacedBlob[], undefined> {
  const rest: PlacedBlob[] = [];
  for (const blob of blobs) {
    const content = contentOf((most) => readLooseObject(objects, blob.sha, most), maxBytes, false);
    if (content === null) rest.push(blob);
    else yield { ...placed(pathText(blob.path), blob.commit), content };
  }
  return rest;
}

/**
 * Null where git knows better: the object is too large, damaged, or not here. When `isAll` was looked through it is not here for certain, and git, asked for an
 * object that a partial clone lacks, would end itself over it.
 */
function contentOf(
  read: (mostBytes: number) => LooseObject,
  maxBytes: number,
  isAll: boolean,
): ContentTask["content"] | null {
  try {
    const object = read(maxBytes);
    if (object === "missing" && isAll) return { kind: "unread", ...missing };
    if (typeof object === "string" || object.type !== "blob") return null;
    const problem = problemOf(object.bytes, maxBytes);
    return problem === null ? { kind: "read", bytes: object.bytes } : { kind: "unread", ...problem };
  } catch (error) {
    if (error instanceof Damaged) return null;
    throw error;
  }
}
