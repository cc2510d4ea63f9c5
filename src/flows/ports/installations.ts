import type { RepoRef } from "../../core/change/change.ts";

/** Where the app is installed, and on what. */
export type Installations = {
  /** Those that are not suspended. */
  readonly all: () => Promise<readonly { readonly installationId: number; readonly owner: string }[]>;
  readonly repositoriesOf: (installationId: number) => Promise<readonly RepoRef[]>;
};
