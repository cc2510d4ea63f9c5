import { isMessagePath, type Place } from "../core/change/change.ts";
import type { LeftOut } from "../core/verdict/coverage.ts";
import type { PolicyDesk } from "../core/verdict/policy.ts";
import type { ChangeReading, ReadBlob, WhatIsKnown } from "./ports/code-reader.ts";

/** A reading of what the policy wants looked at. */
export type Considered = {
  readonly reading: Pick<ChangeReading, "blobs" | "blobsBut" | "submodules">;
  /** What was left out, once everything is read. */
  readonly leftOut: () => readonly LeftOut[];
  /** The blob that the head has at a path, if the change brought it; once everything is read. */
  readonly broughtTo: (path: string) => string | null;
};

/** Leaves out what stands only at paths that the policy does not want looked at, and counts it. `watched`: paths to be asked about. */
export function considered(
  opened: Pick<ChangeReading, "blobs" | "blobsBut" | "submodules">,
  desk: PolicyDesk,
  watched: readonly string[],
): Considered {
  const counts = new Map<string, number>();
  const brought = new Map<string, string>();
  const leaveOut = (path: string): boolean => {
    const glob = desk.leftOutBy(path);
    if (glob !== null) counts.set(glob, (counts.get(glob) ?? 0) + 1);
    return glob !== null;
  };
  const wanted = (places: readonly Place[]): readonly Place[] =>
    places.filter(({ path }) => desk.leftOutBy(path) === null);

  const consider = (blob: ReadBlob): readonly ReadBlob[] => {
    if (blob.kind === "message") return [blob];
    if (blob.kind === "unread") {
      const { path, commit } = blob.unread;
      // A commit that could not be listed has its id there.
      const isFile = path !== "" && path !== commit && !isMessagePath(path);
      return isFile && leaveOut(path) ? [] : [blob];
    }
    for (const { path, atHead } of blob.places) if (atHead && watched.includes(path)) brought.set(path, blob.sha);
    const places = blob.places.filter(({ path }) => isMessagePath(path) || !leaveOut(path));
    return places.length === 0 ? [] : [{ ...blob, places }];
  };
  const asked =
    (known: WhatIsKnown): WhatIsKnown =>
    async (objects) => {
      const some = objects.map(({ sha, places }) => ({ sha, places: wanted(places) }));
      const spared = await known(some.filter(({ places }) => places.length > 0));
      return new Set([...spared, ...some.flatMap(({ sha, places }) => (places.length === 0 ? sha : []))]);
    };

  const { blobs, blobsBut, submodules } = opened;
  return {
    reading: {
      submodules,
      blobs: each(blobs, consider),
      ...(blobsBut && { blobsBut: (known: WhatIsKnown) => each(blobsBut(asked(known)), consider) }),
    },
    leftOut: () => Array.from(counts, ([glob, files]) => ({ glob, files })),
    broughtTo: (path) => brought.get(path) ?? null,
  };
}

async function* each(
  blobs: AsyncIterable<ReadBlob>,
  consider: (blob: ReadBlob) => readonly ReadBlob[],
): AsyncGenerator<ReadBlob, void, undefined> {
  for await (const blob of blobs) yield* consider(blob);
}
