import type { ReadBlob } from "../../flows/ports/code-reader.ts";
import { commitMessagePath, tagMessagePath, type Place } from "../../core/change/change.ts";
import { tooLarge, unpackable, type BlobProblem } from "./complete-blobs.ts";
import { parseLfsPointer } from "./lfs-pointer.ts";
import { messageIn } from "./message.ts";
import { readObjects, type ReadObject } from "./read-objects.ts";
import type { Repository } from "./repository.ts";

/** The blobs of a change, and what is known about them. */
export type BlobList = {
  readonly shas: readonly string[];
  readonly placesOf: (sha: string) => Place[];
  readonly problems: ReadonlyMap<string, BlobProblem>;
};

/**
 * Yields every blob once: first those that will not be read, then content, one at a time in memory; and with it, through the same
 * process, the messages of `commits` and `tags`.
 */
export async function* readBlobs(
  repository: Repository,
  list: BlobList,
  { commits, tags }: { readonly commits: readonly string[]; readonly tags: readonly string[] },
  maxMessageBytes: number,
  onCorrupt: () => Promise<void>,
): AsyncGenerator<ReadBlob, void, undefined> {
  for (const [sha, problem] of list.problems) yield unread(list.placesOf(sha), problem);
  const readable = list.problems.size === 0 ? list.shas : list.shas.filter((sha) => !list.problems.has(sha));
  const said = new Map<string, "commit" | "tag">([
    ...commits.map((sha) => [sha, "commit"] as const),
    ...tags.map((sha) => [sha, "tag"] as const),
  ]);
  for await (const object of readObjects(repository, [...readable, ...said.keys()])) {
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

function messageOf(object: ReadObject, of: "commit" | "tag", maxBytes: number): ReadBlob {
  const place = { path: of === "tag" ? tagMessagePath : commitMessagePath, commit: object.sha };
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
