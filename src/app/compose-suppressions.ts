import type { BlobReader } from "../flows/ports/code-reader.ts";
import type { KeywardConfigOf } from "../flows/ports/keyward-config.ts";
import { rememberedSecrets, type SyncPorts } from "../flows/sync-suppressions.ts";

type Parts = {
  readonly configOf: KeywardConfigOf;
  readonly readBlob: BlobReader;
  readonly scannerFor: Parameters<typeof rememberedSecrets>[1];
};

/** What the configuration suppresses, and how the places that it names are read. */
export const composeSuppressions = ({
  configOf,
  readBlob,
  scannerFor,
}: Parts): Pick<SyncPorts, "suppressionsOf" | "secretsIn"> => ({
  // As it is now: a push to the default branch is why it is looked at.
  suppressionsOf: async (repo) => (await configOf(repo, repo.defaultBranch)).suppressions,
  secretsIn: rememberedSecrets(readBlob, scannerFor),
});
