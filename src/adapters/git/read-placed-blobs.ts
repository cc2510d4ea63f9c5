import { pathText } from "../../core/change/path-text.ts";
import { type BlobProblem, tooLarge } from "./complete-blobs.ts";
import { parseLfsPointer } from "./lfs-pointer.ts";
import { GitFailed } from "./git-process.ts";
import { readObjects, type ReadObject } from "./read-objects.ts";
import { lookUp, type ObjectInfo, type Repository } from "./repository.ts";

/** A blob, and where it stands. The path is a byte string, relative to the top. */
export type PlacedBlob = { readonly sha: string; readonly path: string; readonly commit?: string };

type Place = { readonly path: string; readonly commit?: string };

/** Content at a place, or why it is not read. Once for each place. */
export type PlacedContent =
  | ({ readonly kind: "read"; readonly sha: string; readonly bytes: Uint8Array } & Place)
  | ({ readonly kind: "unread"; readonly sha: string } & Place & BlobProblem);

const batch = 2000;

/** Reads blobs of a repository that is here. Paths are given as text. */
export async function* readPlacedBlobs(
  repository: Repository,
  blobs: readonly PlacedBlob[],
  maxBytes: number,
): AsyncGenerator<PlacedContent, void, undefined> {
  const places = Map.groupBy(blobs, ({ sha }) => sha);
  const shas = [...places.keys()];
  const each = function* (sha: string): Generator<Place> {
    for (const { path, commit } of places.get(sha) ?? []) {
      yield { path: pathText(path), ...(commit === undefined ? {} : { commit }) };
    }
  };
  const problems = await findProblems(repository, shas, maxBytes);
  for (const [sha, problem] of problems)
    for (const place of each(sha)) yield { kind: "unread", sha, ...place, ...problem };
  const readable = shas.filter((sha) => !problems.has(sha));
  for await (const object of readObjects(repository, readable, "give-up")) {
    const content = contentOf(object);
    for (const place of each(object.sha)) yield { sha: object.sha, ...place, ...content };
  }
}

type Content = { readonly kind: "read"; readonly bytes: Uint8Array } | ({ readonly kind: "unread" } & BlobProblem);

function contentOf(object: ReadObject): Content {
  if (object.kind === "corrupt") return { kind: "unread", ...corruptObject(object) };
  const problem = problemOf(object.bytes, Infinity);
  return problem === null ? { kind: "read", bytes: object.bytes } : { kind: "unread", ...problem };
}

/** Why the bytes of a blob are not scanned, if there is a reason. */
export function problemOf(bytes: Uint8Array, maxBytes: number): BlobProblem | null {
  if (bytes.length > maxBytes) return tooLarge(bytes.length, maxBytes);
  const pointer = parseLfsPointer(bytes);
  if (pointer === null) return null;
  const detail = `Git LFS holds the content: ${pointer.size} bytes. Scan the file itself.`;
  return { reason: "lfs-pointer", detail };
}

async function findProblems(
  repository: Repository,
  shas: readonly string[],
  maxBytes: number,
): Promise<ReadonlyMap<string, BlobProblem>> {
  const problems = new Map<string, BlobProblem>();
  for (let start = 0; start < shas.length; start += batch) {
    const names = shas.slice(start, start + batch);
    for (const [index, info] of (await lookedUp(repository, names)).entries()) {
      const sha = names[index] ?? "";
      if (info === null) problems.set(sha, missing);
      else if (info.size > maxBytes) problems.set(sha, tooLarge(info.size, maxBytes));
    }
  }
  return problems;
}

/** Git ends itself over an object that a partial clone lacks and it may not fetch: which one it is has to be found out. */
async function lookedUp(repository: Repository, names: readonly string[]): Promise<readonly (ObjectInfo | null)[]> {
  try {
    return await lookUp(repository, names);
  } catch (error) {
    if (!(error instanceof GitFailed) || error.why !== "exit") throw error;
    if (names.length === 1) return [null];
    const middle = names.length >> 1;
    const first = await lookedUp(repository, names.slice(0, middle));
    return [...first, ...(await lookedUp(repository, names.slice(middle)))];
  }
}

/** Of an object that is here and is not given. */
export const corruptObject = ({ untried }: { readonly untried?: true }): BlobProblem => ({
  reason: "corrupt",
  detail:
    untried === true
      ? "Too many objects here cannot be unpacked, so that git was not asked for this one any more; try git fsck."
      : "Git cannot unpack this object; try git fsck.",
});

/** Of an object that is not here. */
export const missing: BlobProblem = {
  reason: "missing-object",
  detail: "This object is not here, as in a partial or damaged clone; git fetch --refetch brings it.",
};
