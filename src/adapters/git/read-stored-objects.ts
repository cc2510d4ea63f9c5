import { join } from "node:path";
import { Damaged } from "./pack/damage.ts";
import { type ObjectStore, openObjectStore } from "./pack/object-store.ts";
import { readObjects, type ReadObject } from "./read-objects.ts";
import type { Repository } from "./repository.ts";

/** Larger objects are left to git. */
const mostBytes = 64 << 20;
/** More are unpacked by git, in a process of its own, so that this thread is free for others. */
const mostHere = 2000;
/** So many are asked of git when one of them cannot be read here. */
const batch = 200;

/**
 * What `readObjects` gives, of a bare repository: in the order given, one at a time in memory. Objects are read where they lie, without a process; git is
 * asked for what cannot be read so, and says what is corrupt.
 */
export async function* readStoredObjects(
  repository: Repository,
  shas: readonly string[],
): AsyncGenerator<ReadObject, void, undefined> {
  const [first] = shas;
  if (first === undefined) return;
  if (shas.length > mostHere) return yield* readObjects(repository, shas);
  const store = openObjectStore(join(repository.gitDir, "objects"), first.length / 2);
  try {
    for (let at = 0; at < shas.length;) {
      repository.signal.throwIfAborted();
      const sha = shas[at] ?? "";
      const bytes = contentIn(store, sha);
      if (bytes !== null) {
        yield { kind: "content", sha, bytes };
        at += 1;
        continue;
      }
      const some = shas.slice(at, at + batch);
      yield* readObjects(repository, some);
      at += some.length;
    }
  } finally {
    store.close();
  }
}

/** Null for what is git's to say something about. */
export function contentIn(store: ObjectStore, sha: string): Buffer | null {
  try {
    const object = store.read(sha, mostBytes);
    return typeof object === "string" ? null : object.bytes;
  } catch (error) {
    // Files may go while they are read, as in a repack.
    if (error instanceof Damaged || (error instanceof Error && "code" in error)) return null;
    throw error;
  }
}
