import type { ReadBlob, WhatIsKnown } from "../../flows/ports/code-reader.ts";
import { commitMessagePath, tagMessagePath, type Place } from "../../core/change/change.ts";
import { tooLarge, unpackable, type BlobProblem } from "./complete-blobs.ts";
import { parseLfsPointer } from "./lfs-pointer.ts";
import { messageIn } from "./message.ts";
import type { ReadObject } from "./read-objects.ts";
import { readStoredObjects } from "./read-stored-objects.ts";
import type { Repository } from "./repository.ts";

/** The blobs of a change, and what is known about them. */
export type BlobList = {
  readonly shas: readonly string[];
  readonly placesOf: (sha: string) => Place[];
  readonly problems: ReadonlyMap<string, BlobProblem>;
};

/** Commits and tags whose messages are read. */
type Said = { readonly commits: readonly string[]; readonly tags: readonly string[] };

type ReadOptions = {
  readonly maxMessageBytes: number;
  readonly known: WhatIsKnown | null;
  readonly onCorrupt: () => Promise<void>;
};

/**
 * Yields every blob once: first those that will not be read, then content, one at a time in memory; and after it
 * the messages of `commits` and `tags`.
 */
export async function* readBlobs(
  repository: Repository,
  list: BlobList,
  { commits, tags }: Said,
  { maxMessageBytes, known, onCorrupt }: ReadOptions,
): AsyncGenerator<ReadBlob, void, undefined> {
  for (const [sha, problem] of list.problems) yield unread(list.placesOf(sha), problem);
  const readable = list.problems.size === 0 ? list.shas : list.shas.filter((sha) => !list.problems.has(sha));
  const said = new Map<string, "commit" | "tag">([
    ...commits.map((sha) => [sha, "commit"] as const),
    ...tags.map((sha) => [sha, "tag"] as const),
  ]);
  const placesOf = (sha: string): readonly Place[] => placesOfMessage(sha, said.get(sha)) ?? list.placesOf(sha);
  for await (const object of readUnknown(repository, [...readable, ...said.keys()], placesOf, known)) {
    if (object.kind === "spared") {
      yield { ...object, kind: "known" };
      continue;
    }
    const of = said.get(object.sha);
    if (of !== undefined) {
      if (object.kind === "corrupt") await onCorrupt();
      yield messageOf(object, of, maxMessageBytes);
      continue;
    }
    const places = list.placesOf(object.sha);
    if (object.kind === "corrupt") {
      await onCorrupt();
      yield unread(places, unpackable);
      continue;
    }
    const pointer = parseLfsPointer(object.bytes);
    if (pointer === null) yield { kind: "read", sha: object.sha, bytes: object.bytes, places };
    else yield unread(places, { reason: "lfs-pointer", detail: `Git LFS holds the content: ${pointer.size} bytes.` });
  }
}

/** So many are asked about at once. */
const batch = 2_000;

type Spared = { readonly kind: "spared"; readonly sha: string; readonly places: readonly Place[] };

/** Gives every object in the order given, and without its content what is known. */
async function* readUnknown(
  repository: Repository,
  shas: readonly string[],
  placesOf: (sha: string) => readonly Place[],
  known: WhatIsKnown | null,
): AsyncGenerator<ReadObject | Spared, void, undefined> {
  if (known === null) return yield* readStoredObjects(repository, shas);
  for (let start = 0; start < shas.length; start += batch) {
    const objects = shas.slice(start, start + batch).map((sha) => ({ sha, places: placesOf(sha) }));
    const spared = await known(objects);
    const wanted = objects.flatMap(({ sha }) => (spared.has(sha) ? [] : sha));
    const reading = readStoredObjects(repository, wanted);
    try {
      for (const { sha, places } of objects) {
        if (spared.has(sha)) yield { kind: "spared", sha, places };
        else yield* nextOf(reading);
      }
    } finally {
      await reading.return();
    }
  }
}

async function* nextOf<T>(reading: AsyncGenerator<T, void, undefined>): AsyncGenerator<T, void, undefined> {
  const next = await reading.next();
  if (next.done !== true) yield next.value;
}

const pathOfMessage = { commit: commitMessagePath, tag: tagMessagePath };

function placesOfMessage(sha: string, of: "commit" | "tag" | undefined): readonly Place[] | null {
  return of === undefined ? null : [{ path: pathOfMessage[of], commit: sha, atHead: true }];
}

function messageOf(object: ReadObject, of: "commit" | "tag", maxBytes: number): ReadBlob {
  const place = { path: pathOfMessage[of], commit: object.sha };
  if (object.kind === "corrupt") return { kind: "unread", unread: { ...place, ...unpackable } };
  const bytes = messageIn(object.bytes);
  if (bytes.length > maxBytes) return { kind: "unread", unread: { ...place, ...tooLarge(bytes.length, maxBytes) } };
  return { kind: "message", of, sha: object.sha, bytes };
}

/** One entry for a blob, with the first of its places. */
function unread(places: readonly Place[], { reason, detail }: BlobProblem): ReadBlob {
  const [first] = places;
  const others =
    places.length > 1 ? ` Also at ${places.length - 1} other ${places.length > 2 ? "places" : "place"}.` : "";
  const commit = first === undefined ? {} : { commit: first.commit };
  return { kind: "unread", unread: { path: first?.path ?? "", ...commit, reason, detail: detail + others } };
}
