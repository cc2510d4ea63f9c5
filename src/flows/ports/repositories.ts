import type { RepoRef } from "../../core/change/change.ts";

/** What can happen to a repository as a whole. `removed`: from what the installation can see. */
export type RepositoryHappening = "changed" | "made-public" | "transferred" | "deleted" | "removed";

/** Follows what happened to a repository. `at`: when, as far as GitHub says; the same happening twice is one. */
export type FollowRepository = {
  readonly name: "follow-repository";
  readonly data: {
    readonly repo: RepoRef;
    readonly happened: Exclude<RepositoryHappening, "removed">;
    readonly at: string;
  };
};

/** Forgets what was kept to read a repository that an installation cannot see any more. */
export type ForgetRepository = {
  readonly name: "forget-repository";
  readonly data: { readonly installationId: number; readonly repoId: number; readonly fullName: string };
};

/** Forgets what was kept for an installation that was deleted. */
export type ForgetInstallation = {
  readonly name: "forget-installation";
  readonly data: { readonly installationId: number };
};

export type RepositoryJob = FollowRepository | ForgetRepository | ForgetInstallation;

/** What is stored about repositories, wherever it is. A repository keeps its id for good. */
export type RepositoryRecords = {
  /** Brings what it is called, its default branch and who can see it up to date in everything that names it. */
  readonly follow: (repo: RepoRef) => Promise<void>;
  /** The incidents of a secret that was first seen there, and those that are filed there. */
  readonly incidentsOf: (
    repoId: number,
  ) => Promise<readonly { readonly id: string; readonly installationId: number }[]>;
  /** Forgets judgements, histories and what was remembered of its content. Incidents stay. */
  readonly forget: (installationId: number, repoId: number) => Promise<void>;
  /** The same for all repositories of an installation, and the work that waits for it. Incidents stay. */
  readonly forgetInstallation: (installationId: number) => Promise<void>;
};

/** Deletes the copies on disk: of one repository, or of all. */
export type DropCaches = (installationId: number, repoId: number | "all") => Promise<void>;
