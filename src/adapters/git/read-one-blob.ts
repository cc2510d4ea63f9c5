import type { BlobReader } from "../../flows/ports/code-reader.ts";
import { checkedObjectId } from "./object-id.ts";
import { readObjects } from "./read-objects.ts";
import type { Remote } from "./remote.ts";
import { RemoteRefusal } from "./remote-problem.ts";
import { lookUp, type Repository } from "./repository.ts";

type BlobRead = Awaited<ReturnType<BlobReader>>;

/** Gives a blob by its id, fetched if the cache does not have it. */
export async function readOneBlob(
  repository: Repository,
  remote: Remote,
  sha: string,
  maxBlobBytes: number,
): Promise<BlobRead> {
  const id = checkedObjectId(sha);
  const here = async (): Promise<number | null> => {
    const [info = null] = await lookUp(repository, [id]);
    return info?.type === "blob" ? info.size : null;
  };
  const size = (await here()) ?? ((await fetched(remote, id)) ? await here() : null);
  if (size === null) return { kind: "unavailable", detail: "the server does not have the file any more" };
  if (size > maxBlobBytes) return { kind: "unavailable", detail: `the file is larger than ${maxBlobBytes} bytes` };
  for await (const object of readObjects(repository, [id])) {
    if (object.kind === "content") return { kind: "read", bytes: object.bytes };
  }
  return { kind: "unavailable", detail: "the file cannot be unpacked" };
}

/** Fetches an object; what is asked for by id comes whatever the filter says. Gives whether the server has it. */
export async function fetched(remote: Remote, id: string): Promise<boolean> {
  try {
    await remote.fetch({ wants: [id], haves: [], filter: "blob:none" });
    return true;
  } catch (error) {
    if (error instanceof RemoteRefusal && error.problem.kind === "no-such-object") return false;
    throw error;
  }
}
