import type { Repository } from "../repository.ts";
import { type ObjectStore, openObjectStore } from "./object-store.ts";

const nameLengths: ReadonlyMap<string, number> = new Map([
  ["sha1", 20],
  ["sha256", 32],
]);

/** The objects of a repository; null for a kind of names that is not known here. */
export async function openStoreOf(repository: Repository, window?: number): Promise<ObjectStore | null> {
  const output = await repository.run([
    "rev-parse",
    "--show-object-format",
    "--path-format=absolute",
    "--git-path",
    "objects",
  ]);
  const [format = "", directory = ""] = output.toString("utf8").split("\n");
  const nameLength = nameLengths.get(format);
  return nameLength === undefined ? null : openObjectStore(directory, nameLength, window);
}
