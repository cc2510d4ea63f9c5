import { readdirSync, statSync } from "node:fs";
import type { CommitGraph } from "./commit-graph.ts";
import { Damaged } from "./pack/damage.ts";
import { createObjectReader } from "./pack/object-reader.ts";
import type { ObjectStore } from "./pack/object-store.ts";
import type { PlacedBlob } from "./read-placed-blobs.ts";
import type { Repository } from "./repository.ts";
import { storedBlobs } from "./stored-blobs.ts";
import { storedCommits, type Tip } from "./stored-commits.ts";

/** What some refs lead to, as it lies on the disk. */
export type StoredHistory = {
  /** In the order in which git lists commits. */
  readonly graph: CommitGraph;
  readonly blobs: readonly PlacedBlob[];
};

/** Lists commits and blobs without git; null where git knows better: something is damaged, not here, or to be taken for something else. */
export async function listStoredHistory(
  repository: Repository,
  store: ObjectStore,
  tips: readonly Tip[],
): Promise<StoredHistory | null> {
  const [name] = tips;
  if (name === undefined || !(await isPlain(repository))) return null;
  try {
    const reader = createObjectReader(store, name.name.length / 2);
    const stored = storedCommits(reader, tips);
    const { firstParent, parents } = stored;
    const names = stored.commits.map(reader.nameOf);
    return { graph: { names, firstParent, parents }, blobs: storedBlobs(reader, stored, names) };
  } catch (error) {
    // Files may go while they are read, as in a repack.
    if (error instanceof Damaged || (error instanceof Error && "code" in error)) return null;
    throw error;
  }
}

/** Whether commits have the parents that they name, and this is the only HEAD. */
async function isPlain(repository: Repository): Promise<boolean> {
  const asked = ["info/grafts", "shallow", "worktrees"].flatMap((path) => ["--git-path", path]);
  const output = await repository.run(["rev-parse", "--path-format=absolute", ...asked]);
  const [grafts = "", shallow = "", worktrees = ""] = output.toString("utf8").split("\n");
  return !isThere(grafts) && !isThere(shallow) && (!isThere(worktrees) || readdirSync(worktrees).length === 0);
}

const isThere = (path: string): boolean => statSync(path, { throwIfNoEntry: false }) !== undefined;
