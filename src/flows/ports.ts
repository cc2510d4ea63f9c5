/**
 * The capabilities a flow may ask of the world. Adapters implement them; flows and tests know nothing else of GitHub, git or
 * the database. Every promise here is kept by a contract suite in test/contracts, run on the fake and on the real thing.
 */
import type { Change, Commit, Place, RepoRef } from "../core/change/change.ts";
import type { Incident } from "../core/incident/incident.ts";
import type { Unread } from "../core/verdict/coverage.ts";
import type { Verdict } from "../core/verdict/verdict.ts";

/**
 * How an error thrown by a port says what trying again can do. `later`: nothing before that many seconds have passed. `gone`:
 * nothing at all, as what the work is about is not there for us (any more). An error without `failure` deserves an ordinary retry.
 */
export type PortFailure =
  | { readonly failure: "later"; readonly retryAfterSeconds: number }
  | { readonly failure: "gone"; readonly what: "installation" | "repository" | "commit" };

/** One distinct blob of a change: its bytes, or why they could not be read. Yielded once per blob. */
export type ReadBlob =
  | { readonly kind: "read"; readonly sha: string; readonly bytes: Uint8Array; readonly places: readonly Place[] }
  | { readonly kind: "unread"; readonly unread: Unread };

/** A change opened for reading: its commits, oldest first, and a stream of its new blobs (bounded in memory). */
export type ChangeReading = {
  readonly commits: readonly Commit[];
  readonly submodules: number;
  readonly blobs: AsyncIterable<ReadBlob>;
};

/** Why a change cannot be read at all, as far as it is part of life. */
export type ChangeUnavailable = {
  readonly kind: "unavailable";
  /** `repository-gone`: deleted, or no longer visible to the installation. `commit-gone`: force-pushed away and pruned. */
  readonly reason: "repository-gone" | "commit-gone";
  readonly detail: string;
};

export type CodeReader = {
  /**
   * Fetches what is new and opens it. Covers every commit reachable from the head that is not reachable from the change's
   * base (merges and their side branches included), and every blob those commits bring in, at every path.
   */
  readonly openChange: (
    change: Change,
    signal: AbortSignal,
  ) => Promise<({ readonly kind: "open" } & ChangeReading) | ChangeUnavailable>;
};

/** A head commit that gets a check run. */
export type Head = { readonly repo: RepoRef; readonly sha: string };

/** Everything that is said about a head at once: several scopes (push, pull requests) combined. */
export type CheckReport = {
  readonly verdict: Verdict;
  readonly commits: readonly Pick<Commit, "sha" | "committedAt">[];
  /** Incident issues to point to, by fingerprint. */
  readonly issues: ReadonlyMap<string, IssueRef>;
};

export type CheckRuns = {
  /**
   * Makes sure an in-progress check run `Keyward` stands on the head and gives its id. Called again for the same head it
   * finds the one it made before (also when the answer to the creation was lost). A completed one is left alone and a new one made
   * only if `reopen` is set.
   */
  readonly begin: (head: Head, options: { readonly reopen: boolean }) => Promise<number>;
  /** Completes the check run with the report. Called again (after a crash in the middle too) it adds nothing twice. */
  readonly complete: (head: Head, checkRunId: number, report: CheckReport) => Promise<void>;
};

export type IssueRef = { readonly number: number; readonly url: string };

/** Why an incident can have no issue in its home repository, as far as it is part of life. */
export type IssueUnavailable = {
  readonly kind: "unavailable";
  readonly reason: "issues-disabled" | "archived" | "repository-gone";
};

export type IssueTracker = {
  /**
   * Makes sure the incident's issue exists in its home repository, is open or closed as the incident is, and says what the incident
   * says; in a public repository only that a maintainer should look. Found by its hidden marker, so that running twice, or after a
   * lost answer, makes one issue. What people added to the issue is kept.
   */
  readonly ensureIssue: (incident: Incident) => Promise<({ readonly kind: "filed" } & IssueRef) | IssueUnavailable>;
};

/** What is stored of the judgement of one scope of a head. */
export type ScanRecord = {
  readonly head: Head;
  readonly scope: string;
  readonly result:
    | { readonly state: "running" }
    | {
        readonly state: "done";
        readonly verdict: Verdict;
        readonly commits: readonly Pick<Commit, "sha" | "committedAt">[];
      };
};

export type ScanStore = {
  /** Notes that a scope of a head is being judged. A scope that is done already becomes running again. */
  readonly begin: (change: Change) => Promise<void>;
  /** Stores the judgement and queues `jobs`, both or neither. */
  readonly finish: (
    change: Change,
    result: Extract<ScanRecord["result"], { state: "done" }>,
    jobs: readonly Job[],
  ) => Promise<void>;
  /** Forgets the scope: there is nothing to say any more (the repository is gone). */
  readonly drop: (change: Change) => Promise<void>;
  /** Every scope of a head, oldest first. */
  readonly scopesOf: (head: Head) => Promise<readonly ScanRecord[]>;
};

export type IncidentStore = {
  readonly byFingerprint: (installationId: number, fingerprint: string) => Promise<Incident | null>;
  readonly byFingerprints: (installationId: number, fingerprints: readonly string[]) => Promise<readonly Incident[]>;
  readonly byId: (id: string) => Promise<Incident | null>;
  /**
   * Stores the incident and queues `jobs`, both or neither. `expected` is the incident this was derived from (null for a new
   * one); gives `"conflict"` and stores nothing when somebody else was faster: read again and retry.
   */
  readonly save: (incident: Incident, expected: Incident | null, jobs: readonly Job[]) => Promise<"saved" | "conflict">;
};

/** Work to be done, at least once, by some worker. `key` makes it a singleton: the same key is queued once at a time. */
export type Job =
  | { readonly name: "scan-change"; readonly data: { readonly change: Change } }
  | { readonly name: "publish-verdict"; readonly data: { readonly head: Head } }
  | { readonly name: "raise-incident"; readonly data: RaiseIncidentData }
  | { readonly name: "sync-issue"; readonly data: { readonly installationId: number; readonly incidentId: string } };

export type RaiseIncidentData = { readonly head: Head; readonly scope: string; readonly fingerprint: string };

export type JobQueue = { readonly enqueue: (job: Job, key: string) => Promise<"queued" | "duplicate"> };

/** Hands a stored webhook delivery to its handler. */
export type HandleDelivery = {
  readonly name: "handle-delivery";
  readonly data: { readonly guid: string; readonly event: string; readonly installationId: number | null };
};

/** A webhook delivery whose signature was right. `payload` holds the bytes as they came. */
export type Delivery = {
  readonly guid: string;
  readonly event: string;
  /** null: the event belongs to no installation (`ping`). */
  readonly installationId: number | null;
  readonly receivedAt: string;
  readonly payload: Uint8Array;
};

export type DeliveryStore = {
  /** Stores the delivery (its payload sealed) and queues its `handle-delivery` job, both or neither. `"duplicate"`: its GUID is known. */
  readonly accept: (delivery: Delivery) => Promise<"accepted" | "duplicate">;
  /** The delivery; null if it is unknown, or done. */
  readonly take: (guid: string) => Promise<Delivery | null>;
  /** Forgets the payload; the GUID stays known. */
  readonly done: (guid: string) => Promise<void>;
};

/**
 * Keeps what people wrote unreadable at rest. `context` (the id of what is sealed) must be the same at both ends, so that one
 * sealed text cannot be put in another's place. `open` throws when the text, the key or the context is not the one that was used.
 */
export type Sealer = {
  readonly seal: (bytes: Uint8Array, context: string) => Uint8Array;
  readonly open: (sealed: Uint8Array, context: string) => Uint8Array;
};

/** ISO 8601 in UTC. */
export type Clock = () => string;

/** Structured logging; `fields` hold ids and counts, never content. */
export type Logger = {
  readonly debug: (message: string, fields?: Readonly<Record<string, unknown>>) => void;
  readonly info: (message: string, fields?: Readonly<Record<string, unknown>>) => void;
  readonly warn: (message: string, fields?: Readonly<Record<string, unknown>>) => void;
  readonly error: (message: string, fields?: Readonly<Record<string, unknown>>) => void;
};
