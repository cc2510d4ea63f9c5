import type { GitAccess } from "../../core/anomaly/git-access.ts";
import type { ClonesOfDay, Leak, Reader } from "../../core/anomaly/judge-clones.ts";
import type { CredentialHistory, OrganizationHabits } from "../../core/anomaly/judge-credential.ts";
import type { Fact } from "../../core/incident/exposure.ts";

/** A part of an organization's audit log, the oldest first. */
export type AuditPage = {
  readonly entries: readonly GitAccess[];
  /** Where it goes on; null: this is all there is so far. */
  readonly next: string | null;
  /** GitHub has few requests left for the installation this hour: the rest is for verdicts. */
  readonly isScarce: boolean;
};

/**
 * Reads what was done by git, and which sign-ins failed, from a time on or from where a page said it goes on. Unknown, with the
 * reason: the log is not open to the app.
 */
export type ReadAuditLog = (
  owner: { readonly installationId: number; readonly owner: string },
  from: { readonly since: string; readonly after: string | null },
) => Promise<Fact<AuditPage>>;

/** How often a repository was cloned on each of the last fourteen days; days without a clone may be left out. */
export type ReadClones = (repo: {
  readonly installationId: number;
  readonly repository: string;
}) => Promise<Fact<readonly ClonesOfDay[]>>;

/** How far an organization's audit log was read. */
export type AuditReading = {
  /** From when on everything is known. */
  readonly since: string;
  /** Until when. */
  readonly through: string;
  /** Where the log goes on, when it was left before its end. */
  readonly after: string | null;
  /** Why it could not be read when it was tried last. */
  readonly refusal: { readonly reason: string; readonly at: string } | null;
};

/** A leak, and where it is. */
export type LeakedRepository = Leak & {
  readonly repoId: number;
  /** `owner/name` in lower case; null: its name is not known. */
  readonly repository: string | null;
  readonly isPublic: boolean;
};

/** What is known of how repositories are read. */
export type AccessStore = {
  readonly reading: (installationId: number) => Promise<AuditReading | null>;
  /** Counts entries that were not counted yet, and says how far the log was read by that, all or nothing. */
  readonly record: (installationId: number, entries: readonly GitAccess[], reading: AuditReading) => Promise<void>;
  /** Leaks of these days in repositories of the installation, whose secret is not dead. */
  readonly leaks: (installationId: number, days: number) => Promise<readonly LeakedRepository[]>;
  readonly readers: (installationId: number, repository: string) => Promise<readonly Reader[]>;
  /** The days with clones that are known, since when they are, and when they were asked for last. */
  readonly clones: (repoId: number) => Promise<KnownClones | null>;
  /** What was counted of credentials since it was judged last; null: nothing. */
  readonly unjudged: (installationId: number) => Promise<Unjudged | null>;
  /** Notes that it was judged. */
  readonly judged: (installationId: number, through: string) => Promise<void>;
  readonly recordClones: (
    installationId: number,
    repoId: number,
    days: readonly ClonesOfDay[],
    at: string,
  ) => Promise<void>;
};

/** Credentials that were used since the last judgement, each with all that is known of it. */
export type Unjudged = {
  readonly through: string;
  readonly organization: OrganizationHabits;
  /** `from`: the first hour in which something was counted since. So many at a time that they fit into memory. */
  readonly credentials: () => AsyncIterable<readonly (CredentialHistory & { readonly from: string })[]>;
};

export type KnownClones = {
  readonly days: readonly ClonesOfDay[];
  readonly since: string;
  readonly askedAt: string;
};

/** Reads how repositories of an installation were accessed, and looks for what is out of the ordinary. */
export type WatchAccess = {
  readonly name: "watch-access";
  readonly data: { readonly installationId: number; readonly owner: string };
};

/** Has every installation's access watched. */
export type PlanAccess = { readonly name: "plan-access"; readonly data: { readonly minute: string } };
