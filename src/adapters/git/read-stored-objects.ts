import { createHash } from "node:crypto";
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
 * asked for what cannot be read so, and says what is corrupt. Content is what its name says, or else corrupt too: an index on the disk that was damaged
 * leads to the content of another object, which neither git nor this would see.
 */
export async function* readStoredObjects(
  repository: Repository,
  shas: readonly string[],
): AsyncGenerator<ReadObject, void, undefined> {
  const [first] = shas;
  if (first === undefined) return;
  if (shas.length > mostHere) return yield* namedObjects(repository, shas);
  const store = openObjectStore(join(repository.gitDir, "objects"), first.length / 2);
  try {
    for (let at = 0; at < shas.length;) {
      repository.signal.throwIfAborted();
      const sha = shas[at] ?? "";
      const bytes = contentIn(store, sha);
      if (bytes !== null && isNamed(sha, bytes)) {
        yield { kind: "content", sha, bytes };
        at += 1;
        continue;
      }
      const some = shas.slice(at, at + batch);
      yield* namedObjects(repository, some);
      at += some.length;
    }
  } finally {
    store.close();
  }
}

async function* namedObjects(
  repository: Repository,
  shas: readonly string[],
): AsyncGenerator<ReadObject, void, undefined> {
  for await (const object of readObjects(repository, shas)) {
    const isRight = object.kind !== "content" || isNamed(object.sha, object.bytes);
    yield isRight ? object : { kind: "corrupt", sha: object.sha };
  }
}

const types = ["blob", "commit", "tag", "tree"];

/** Whether a name is that of some content, as an object of one of git's types. */
function isNamed(sha: string, bytes: Uint8Array): boolean {
  const algorithm = sha.length === 40 ? "sha1" : "sha256";
  return types.some(
    (type) => createHash(algorithm).update(`${type} ${bytes.length}\0`).update(bytes).digest("hex") === sha,
  );
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
