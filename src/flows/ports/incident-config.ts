import type { RepoRef } from "../../core/change/change.ts";
import type { IncidentConfig } from "../../core/incident/incident-config.ts";

/** What the owner of a repository wants of its incidents, read from its default branch; the defaults where nothing is said. */
export type IncidentConfigOf = (repo: RepoRef) => Promise<IncidentConfig>;
