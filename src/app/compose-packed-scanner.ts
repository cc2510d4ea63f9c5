import { addToCleanList, type CleanObject } from "../adapters/git/pack/clean-list.ts";
import { createPartReader } from "../adapters/git/pack/read-part.ts";
import type { ObjectStore } from "../adapters/git/pack/object-store.ts";
import { openStoreOf } from "../adapters/git/pack/open-store.ts";
import { problemOf, readPlacedBlobs } from "../adapters/git/read-placed-blobs.ts";
import type { Repository } from "../adapters/git/repository.ts";
import { repositoryHere } from "../adapters/git/work-tree.ts";
import { type FamilyPlace, type FamilyScanner, scanFamily } from "../flows/scan-family.ts";
import { type LocalResult, resultsTogether, scanLocalFile, unreadResult } from "../flows/scan-local-file.ts";
import type { PackedTask, ScanSettings } from "./scan-task.ts";

/** Scans what lies in packs, in whichever thread. */
export type PackedScanner = {
  /** One result for all of it. Never rejects for what the content is. */
  readonly run: (task: PackedTask) => Promise<LocalResult>;
  readonly close: () => void;
};

/** What cannot be unpacked here git is asked for; it says why, if it cannot either. */
export function composePackedScanner(
  scanner: Omit<FamilyScanner, "seen">,
  { maxBytes, window }: Pick<ScanSettings, "maxBytes" | "window">,
): PackedScanner {
  let stores = new Map<string, ObjectStore | null>();
  const reader = createPartReader(window);
  const by: FamilyScanner = { ...scanner, seen: reader.seen };
  return {
    run: async (task) => {
      const repository = repositoryHere(task.gitDir, process.env, AbortSignal.any([]));
      const { gitDir, part, places, note } = task;
      if (part.needsStore && !stores.has(gitDir)) stores.set(gitDir, await openStoreOf(repository, window));
      const seen = new Set<number>();
      const placesOf = (place: number): readonly FamilyPlace[] => {
        seen.add(place);
        return places.get(place) ?? [];
      };
      const results: LocalResult[] = [];
      const clean = new Map<number, CleanObject>();
      const onClean = (place: number, size: number): void => {
        const mark = note?.marks.get(place);
        if (mark !== undefined) clean.set(place, { mark, size });
      };
      for (const family of reader.families(part, stores.get(gitDir) ?? null))
        results.push(await scanFamily(family, placesOf, (bytes) => problemOf(bytes, maxBytes), by, onClean));
      const lost = [...part.names].filter(([place]) => !seen.has(place));
      if (lost.length > 0) results.push(...(await byGit(repository, lost, places, by, maxBytes)));
      if (note !== null) addToCleanList(note.file, clean);
      return { ...resultsTogether(results), work: part.size };
    },
    close: () => {
      reader.close();
      for (const store of stores.values()) store?.close();
      stores = new Map();
    },
  };
}

async function byGit(
  repository: Repository,
  lost: readonly (readonly [place: number, name: string])[],
  places: PackedTask["places"],
  by: FamilyScanner,
  maxBytes: number,
): Promise<readonly LocalResult[]> {
  const results: LocalResult[] = [];
  const bySha = new Map(lost.map(([place, sha]) => [sha, places.get(place) ?? []]));
  const blobs = [...bySha.keys()].map((sha) => ({ sha, path: "" }));
  for await (const content of readPlacedBlobs(repository, blobs, maxBytes)) {
    for (const place of bySha.get(content.sha) ?? []) {
      if (content.kind === "read")
        results.push(
          await scanLocalFile({ ...place, bytes: content.bytes }, by.scanner, by.minConfidence, by.isExcused),
        );
      else {
        const { reason, detail } = content;
        const { path, commit } = place;
        results.push(unreadResult({ path, reason, detail, ...(commit === undefined ? {} : { commit }) }));
      }
    }
  }
  return results;
}
