import { Damaged } from "../adapters/git/pack/damage.ts";
import type { ObjectStore } from "../adapters/git/pack/object-store.ts";
import { openStoreOf } from "../adapters/git/pack/open-store.ts";
import { partsOf } from "../adapters/git/pack/packed-part.ts";
import { type PlacedBlob, problemOf } from "../adapters/git/read-placed-blobs.ts";
import type { Repository } from "../adapters/git/repository.ts";
import { pathText } from "../core/change/path-text.ts";
import type { FamilyPlace } from "../flows/scan-family.ts";
import type { ContentTask, ScanTask } from "./scan-task.ts";

/**
 * Blobs as they lie on the disk: those in packs a family at a time, to be unpacked by whoever does the task; those in files of their own. Gives back the
 * blobs that git has to be asked for.
 */
export async function* composePackedTasks(
  repository: Repository,
  blobs: readonly PlacedBlob[],
  placed: (path: string, commit?: string) => FamilyPlace,
  maxBytes: number,
): AsyncGenerator<ScanTask, readonly PlacedBlob[], undefined> {
  const store = await openStoreOf(repository);
  if (store === null) return blobs;
  try {
    const { gitDir } = repository;
    const bySha = Map.groupBy(blobs, ({ sha }) => sha);
    const placesOf = (sha: string): readonly FamilyPlace[] =>
      (bySha.get(sha) ?? []).map(({ path, commit }) => placed(pathText(path), commit));
    const { parts, others } = partsOf(store, bySha.keys());
    for (const part of parts)
      yield { gitDir, part, places: new Map(Array.from(part.names, ([place, sha]) => [place, placesOf(sha)])) };
    const rest: PlacedBlob[] = [];
    for (const sha of others) {
      const content = looseContent(store, sha, maxBytes);
      if (content === null) rest.push(...(bySha.get(sha) ?? []));
      else for (const place of placesOf(sha)) yield { ...place, content };
    }
    return rest;
  } finally {
    store.close();
  }
}

/** Null where git knows better: the object is not here, too large, or damaged. */
function looseContent(store: ObjectStore, sha: string, maxBytes: number): ContentTask["content"] | null {
  try {
    const object = store.read(sha, maxBytes);
    if (typeof object === "string" || object.type !== "blob") return null;
    const problem = problemOf(object.bytes, maxBytes);
    return problem === null ? { kind: "read", bytes: object.bytes } : { kind: "unread", ...problem };
  } catch (error) {
    if (error instanceof Damaged) return null;
    throw error;
  }
}
