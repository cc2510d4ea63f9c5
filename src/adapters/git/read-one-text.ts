import type { BlobReader } from "../../flows/ports/code-reader.ts";
import { listTree } from "./list-tree.ts";
import { messageIn } from "./message.ts";
import { checkedObjectId } from "./object-id.ts";
import { fetched, readOneBlob } from "./read-one-blob.ts";
import { readObjects } from "./read-objects.ts";
import type { Remote } from "./remote.ts";
import { lookUp, type Repository } from "./repository.ts";

type Read = Awaited<ReturnType<BlobReader>>;

const goneCommit: Read = { kind: "unavailable", detail: "the server does not have the commit or tag any more" };

/** Gives the message of a commit or an annotated tag, which is fetched if the cache does not have it. */
export async function readOneMessage(
  repository: Repository,
  remote: Remote,
  sha: string,
  maxBytes: number,
): Promise<Read> {
  const id = checkedObjectId(sha);
  if (!(await isThere(repository, remote, id, ["commit", "tag"]))) return goneCommit;
  for await (const object of readObjects(repository, [id])) {
    if (object.kind !== "content") continue;
    const bytes = messageIn(object.bytes);
    if (bytes.length > maxBytes) return { kind: "unavailable", detail: `the message is larger than ${maxBytes} bytes` };
    return { kind: "read", bytes };
  }
  return { kind: "unavailable", detail: "the commit or tag cannot be unpacked" };
}

/** Gives a file as it was in a commit. */
export async function readFileAt(
  repository: Repository,
  remote: Remote,
  { revision, path }: { readonly revision: string; readonly path: string },
  maxBytes: number,
): Promise<Read> {
  const id = checkedObjectId(revision);
  if (!(await isThere(repository, remote, id, ["commit"]))) return goneCommit;
  const shas: string[] = [];
  await listTree(repository, id, maxBytes, ({ sha }) => shas.push(sha), [path]);
  const [sha] = shas;
  if (sha === undefined) return { kind: "unavailable", detail: "there is no such file in that commit" };
  return readOneBlob(repository, remote, sha, maxBytes);
}

async function isThere(repository: Repository, remote: Remote, id: string, types: readonly string[]): Promise<boolean> {
  const here = async (): Promise<boolean> => types.includes((await lookUp(repository, [id]))[0]?.type ?? "");
  return (await here()) || ((await fetched(remote, id)) && (await here()));
}
