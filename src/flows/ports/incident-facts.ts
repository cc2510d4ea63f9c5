import type { RepoRef } from "../../core/change/change.ts";
import type { Exposure } from "../../core/incident/exposure.ts";
import type { Incident } from "../../core/incident/incident.ts";

/** What has to be found out about an incident. What may not be asked or is not there is said to be unknown, with the reason. */
export type IncidentFacts = {
  readonly aboutRepository: (repo: RepoRef) => Promise<{
    readonly topics: readonly string[];
    readonly properties: Readonly<Record<string, string>>;
    readonly public: boolean;
  }>;
  /** The text of the CODEOWNERS file on the default branch; null: there is none. */
  readonly codeOwners: (repo: RepoRef) => Promise<string | null>;
  /** The login of whoever made the commit; null: no account is known for them. */
  readonly committer: (repo: RepoRef, commit: string) => Promise<string | null>;
  /** Branches of the wanted names that lead to a commit by now. What cannot be found out, and what goes beyond reason, is left out. */
  readonly branchesWith: (
    repo: RepoRef,
    commit: string,
    isWanted: (name: string) => boolean,
  ) => Promise<readonly string[]>;
  readonly exposure: (incident: Incident) => Promise<Omit<Exposure, "visibilities">>;
};
