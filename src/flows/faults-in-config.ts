import type { RepoRef } from "../core/change/change.ts";
import type { ConfigFault } from "../core/config/config-notice.ts";
import { keywardFilePath, organizationHome, parseKeywardFile } from "../core/config/keyward-config.ts";
import type { BlobReader } from "./ports/code-reader.ts";

/** The mistakes in the `keyward.yml` that a change brings, told while there is time to mend them. Nothing else is made of that file. */
export async function faultsInConfig(
  repo: RepoRef,
  blob: string | null,
  readBlob: BlobReader,
  signal: AbortSignal,
): Promise<readonly ConfigFault[]> {
  if (blob === null) return [];
  const answer = await readBlob(repo, blob, signal);
  // That it cannot be read is said with everything else that was not read.
  if (answer.kind === "unavailable") return [];
  const owner = repo.name === organizationHome ? "organization" : "repository";
  const parsed = parseKeywardFile(new TextDecoder().decode(answer.bytes), owner);
  if (parsed.kind === "read") return [];
  return parsed.mistakes.map(({ line, message }) => ({ path: keywardFilePath, line, message }));
}
