import type { RepoRef } from "../../core/change/change.ts";
import type { KeywardConfig } from "../../core/config/keyward-config.ts";
import type { ProviderConfig } from "../../core/provider/provider-config.ts";

/**
 * What `keyward.yml` says for a repository. Without a base, as its default branch has it, at most half a minute old. With one (a
 * branch by which a change is judged), as that branch stands on GitHub now; where it has no such file, the default branch's holds.
 * Never reads anything of the change that is judged.
 */
export type KeywardConfigOf = (repo: ConfiguredRepo, baseRef?: string) => Promise<KeywardConfig>;

export type ConfiguredRepo = Pick<RepoRef, "installationId" | "owner" | "name"> &
  Partial<Pick<RepoRef, "defaultBranch">>;

/** What an organization's administrators allow concerning providers. Nothing, where nothing is said or the file was never understood. */
export type ProviderConfigOf = (installationId: number) => Promise<ProviderConfig>;

/** Which version of a file was understood last: remembered by the id of its blob, so that nothing of what it says is stored. */
export type LastGoodFiles = {
  readonly of: (file: ConfigFileKey) => Promise<string | null>;
  readonly note: (file: ConfigFileKey, blob: string) => Promise<void>;
};

/** `ref` is empty where the default branch is meant, whatever it is called. */
export type ConfigFileKey = Pick<RepoRef, "installationId" | "owner" | "name"> & {
  readonly ref: string;
  readonly path: string;
};
