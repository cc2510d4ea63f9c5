import type { RepoRef } from "../../core/change/change.ts";
import type { CodeReader, FileReader, MessageReader } from "./code-reader.ts";

/** Reads wikis, each as the git repository of its own that it is; named by the repository it belongs to. */
export type WikiReader = Pick<CodeReader, "openChange"> & {
  readonly readMessage: MessageReader;
  readonly readFileAt: FileReader;
};

/** How far a wiki was read. */
export type WikiReadings = {
  /** The revision up to which everything was read; null: nothing yet. */
  readonly through: (repo: Pick<RepoRef, "installationId" | "repoId">) => Promise<string | null>;
  readonly note: (repo: Pick<RepoRef, "installationId" | "repoId">, revision: string) => Promise<void>;
};

/** Pages of a wiki were written: what is new up to a revision is looked through. `by`: the login of whoever wrote them. */
export type ScanWiki = {
  readonly name: "scan-wiki";
  readonly data: { readonly repo: RepoRef; readonly revision: string; readonly by: string };
};
