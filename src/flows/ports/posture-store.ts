import type { RepoRef } from "../../core/change/change.ts";
import type { PostureConfig } from "../../core/posture/posture-config.ts";
import type { Rotation } from "../../core/posture/rotations.ts";
import type { Standings, StoredResult } from "../../core/posture/stored-posture.ts";
import type { FixPosture } from "./fix-store.ts";
import type { NoteHappenings } from "./happenings.ts";
import type { PostureJob } from "./posture-jobs.ts";

/** How a repository stood when it was last looked at. */
export type RepositoryPosture = {
  readonly repo: RepoRef;
  readonly archived: boolean;
  /** The commit whose files were judged; null: there is none. */
  readonly head: string | null;
  /** Of the Keyward that judged. */
  readonly version: string;
  /** What was wanted of it, by its organization alone and by both together. */
  readonly organizationConfig: PostureConfig;
  readonly config: PostureConfig;
  /** Why the configuration, or a part of it, does not count. */
  readonly problems: readonly string[];
  readonly results: readonly StoredResult[];
  readonly rotations: readonly Rotation[];
  readonly score: number | null;
  /** When each claim that Keyward may fix was last seen to be true. */
  readonly heldAt?: Readonly<Record<string, string>>;
  readonly checkedAt: string;
};

/** The living issue of a repository. */
export type PostureFiling = {
  readonly number: number;
  /** When people were last told something new, or reminded. */
  readonly toldAt: string;
};

/** How an organization stood when it was last looked at. */
export type OrganizationPosture = {
  readonly installationId: number;
  readonly owner: string;
  readonly config: PostureConfig;
  readonly problems: readonly string[];
  readonly results: readonly StoredResult[];
  readonly rotations: readonly Rotation[];
  readonly checkedAt: string;
};

export type OrganizationRef = { readonly installationId: number; readonly owner: string };

/** Tells one look from the next. One that was taken for lost may still go on beside the one that took its place. */
export type Look = string;

/** What is kept of the accounts that the app is installed on. */
export type OrganizationPostures = {
  /** As for a repository. */
  readonly planOrganization: (organization: OrganizationRef, at: string) => Promise<void>;
  readonly dueOrganizations: (now: string, limit: number) => Promise<readonly OrganizationRef[]>;
  readonly beginOrganization: (installationId: number, next: string) => Promise<Look | null>;
  readonly organization: (
    installationId: number,
  ) => Promise<{ readonly posture: OrganizationPosture | null; readonly filing: PostureFiling | null } | null>;
  readonly saveOrganization: (
    posture: OrganizationPosture,
    jobs: readonly (PostureJob | NoteHappenings)[],
    look: Look,
  ) => Promise<void>;
  readonly noteSummary: (installationId: number, filing: PostureFiling) => Promise<void>;
  /** The app was installed on these accounts and no others: what is known of any other is forgotten, unless it was planned `since`. */
  readonly keepOnlyInstallations: (installationIds: readonly number[], since: string) => Promise<void>;
};

export type PostureStore = OrganizationPostures & {
  /** Sees to it that a repository is looked at then at the latest. Known by its id: owner and name may have changed. */
  readonly plan: (repo: RepoRef, at: string) => Promise<void>;
  /** The same for every repository of an installation, one after the other: the first then, the next so many seconds later. */
  readonly planAll: (installationId: number, at: string, secondsBetween: number) => Promise<void>;
  /** Repositories whose time has come, the longest overdue first. */
  readonly due: (now: string, limit: number) => Promise<readonly RepoRef[]>;
  /**
   * Takes a repository to be looked at next at `next`; whoever plans it from now on makes it earlier again. Gives what it is called by
   * now; null: it was forgotten meanwhile.
   */
  readonly begin: (repoId: number, next: string) => Promise<{ readonly repo: RepoRef; readonly look: Look } | null>;
  readonly byId: (
    repoId: number,
  ) => Promise<{ readonly posture: RepositoryPosture | null; readonly filing: PostureFiling | null } | null>;
  /** Stores how it stands, of the week too, and queues what follows from it, in one transaction; nothing if another look has begun since. */
  readonly save: (
    posture: RepositoryPosture,
    week: string,
    jobs: readonly (PostureJob | FixPosture | NoteHappenings)[],
    look: Look,
  ) => Promise<void>;
  readonly noteFiling: (repoId: number, filing: PostureFiling) => Promise<void>;
  /** The repository is gone: nothing about it is kept, unless it was planned, or another look began, since the one that left it to `next`. */
  readonly forget: (repoId: number, next: string, look: Look) => Promise<void>;
  /**
   * The repositories of an installation were these and no others: what is known of any other is forgotten, unless it was planned
   * `since`.
   */
  readonly keepOnly: (installationId: number, repoIds: readonly number[], since: string) => Promise<void>;
  /** How the repositories of an installation stand, and how they stood in the newest week before `week`. */
  readonly ofInstallation: (
    installationId: number,
    week: string,
  ) => Promise<readonly { readonly posture: RepositoryPosture; readonly before: Week | null }[]>;
};

export type Week = { readonly week: string; readonly score: number | null; readonly standings: Standings };
