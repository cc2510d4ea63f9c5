import type { RepoRef } from "../change/change.ts";
import type { Finding, Severity } from "../scan/finding.ts";
import type { Exposure } from "./exposure.ts";
import { occurrenceKey, type Occurrence, type TextPlace } from "./occurrence.ts";
import { withBranch, type BranchName, type Pushed } from "./pushed.ts";
import { defaultTerms, type IncidentClass, type Terms } from "./terms.ts";

/**
 * How far an incident has come. `closed`: the old credential is dead, by proof or by somebody's word. `dismissed`: somebody said,
 * with a reason, that it need not be followed.
 */
export const incidentStates = ["open", "contained", "assessed", "recovered", "closed", "dismissed"] as const;
export type IncidentState = (typeof incidentStates)[number];

/** Who did something: a person by login, or Keyward itself. */
export type Actor =
  /** `through`: whoever passed it on, who vouches for it; absent: it was said to Keyward itself. */
  { readonly kind: "person"; readonly login: string; readonly through?: string } | { readonly kind: "keyward" };

export const phases = ["contained", "assessed", "recovered"] as const;
export type Phase = (typeof phases)[number];

export type Done = { readonly at: string; readonly by: Actor; readonly note: string };

/** What a provider answered, without the secret. */
export type Evidence = { readonly host: string | null; readonly status: number | null; readonly reason: string };

export type Probe = {
  readonly at: string;
  readonly state: "live" | "revoked" | "unknown";
  readonly evidence: Evidence;
};

/** Why we believe that the old credential is dead. */
export type Proof =
  | { readonly kind: "probe"; readonly at: string; readonly evidence: Evidence }
  | { readonly kind: "attestation"; readonly at: string; readonly by: Actor; readonly statement: string };

/** Where people read about it. */
export type Filing =
  | {
      readonly kind: "issue";
      readonly repo: RepoRef;
      readonly number: number;
      readonly audience: "members" | "everyone";
    }
  | { readonly kind: "advisory"; readonly repo: RepoRef; readonly ghsaId: string; readonly url: string };

/** Who has to see to it, and how that was found out. Logins without `@`; teams as `org/team`. */
export type Owner = {
  readonly source: "code-owners" | "committer" | "fallback" | "person";
  readonly logins: readonly string[];
  readonly teams: readonly string[];
};

/** The time that runs: until it is contained, then until it is over. */
export type Countdown = {
  readonly startedAt: string;
  readonly halfAt: string;
  readonly dueAt: string;
  /** 0: nobody was reminded; 1: at half of the time; 2: at its end; more: after it. */
  readonly reminders: number;
  readonly remindedAt: string | null;
};

/** A rehearsal: the credential is synthetic and reaches nothing. */
export type DrillMark = { readonly id: string; readonly branch: string };

/** What became of the secret in a text. */
export type Redaction = {
  readonly repoId: number;
  readonly place: TextPlace;
  readonly at: string;
  /** `masked`: Keyward put a mask in its place. `refused`: GitHub did not let it. `removed`: somebody had taken it out before. */
  readonly outcome: "masked" | "refused" | "removed";
  /** For people: why it was refused. */
  readonly detail: string;
};

/** One secret that we follow until it is dead. There is one incident per fingerprint and installation. */
export type Incident = {
  readonly id: string;
  readonly installationId: number;
  readonly fingerprint: string;
  readonly ruleId: string;
  readonly provider: string;
  readonly title: string;
  readonly severity: Severity;
  readonly mask: string;
  readonly state: IncidentState;
  readonly openedAt: string;
  /** The repository where the secret was seen first. */
  readonly home: RepoRef;
  readonly filing: Filing | null;
  readonly occurrences: readonly Occurrence[];
  /** Branches that it was pushed to, as far as Keyward saw. */
  readonly branches: readonly BranchName[];
  /** The newest push that brought it, by GitHub's clock; null: none that GitHub dates. */
  readonly pushedAt: string | null;
  /** Of its places in texts, those that something became of, each once. */
  readonly redactions: readonly Redaction[];
  readonly terms: Terms;
  /** A person chose the class: it is not changed by looking into it again. */
  readonly classIsFixed: boolean;
  readonly countdown: Countdown;
  readonly done: Readonly<Partial<Record<Phase, Done>>>;
  readonly acknowledgedAt: string | null;
  readonly owner: Owner | null;
  readonly exposure: Exposure | null;
  /** Somebody says that a new credential is in use; until `overlapUntil` the old one may be alive. */
  readonly rotation: {
    readonly claimedAt: string;
    readonly by: Actor;
    readonly overlapUntil: string;
    readonly overlapEnded: boolean;
  } | null;
  readonly lastProbe: Probe | null;
  /** When the provider is asked again, and how often it gave no answer in a row. */
  readonly retry: { readonly at: string; readonly failures: number } | null;
  readonly revocation: { readonly askedBy: Actor; readonly at: string; readonly outcome: string | null } | null;
  readonly proof: Proof | null;
  readonly dismissal: {
    readonly at: string;
    readonly by: Actor;
    readonly reason: string;
    readonly until: string | null;
  } | null;
  readonly snooze: { readonly until: string; readonly reason: string; readonly by: Actor } | null;
  /** How often it was opened again after it was over. */
  readonly reopenings: number;
  readonly drill: DrillMark | null;
  /** The last entry of the timeline that people were told about. */
  readonly toldThrough: number;
};

const classOf: Readonly<Record<Severity, IncidentClass>> = {
  critical: "high",
  high: "high",
  medium: "moderate",
  low: "low",
};

/** A new incident of a finding; `occurrences` must not be empty. It opens when it was first seen. */
export function openIncident(from: {
  readonly id: string;
  readonly home: RepoRef;
  readonly finding: Finding;
  readonly occurrences: readonly Occurrence[];
  readonly pushed?: Pushed;
  readonly drill?: DrillMark;
}): Incident {
  const { finding } = from;
  const openedAt = from.occurrences.map(({ seenAt }) => seenAt).toSorted()[0] ?? "";
  const terms = defaultTerms(classOf[finding.severity]);
  return {
    id: from.id,
    installationId: from.home.installationId,
    fingerprint: finding.fingerprint,
    ruleId: finding.ruleId,
    provider: finding.provider,
    title: finding.title,
    severity: finding.severity,
    mask: finding.mask,
    state: "open",
    openedAt,
    home: from.home,
    filing: null,
    occurrences: withFresh([], from.occurrences),
    branches: withBranch([], from.pushed?.branch ?? null),
    pushedAt: from.pushed?.at ?? null,
    redactions: [],
    terms,
    classIsFixed: false,
    countdown: countdownFrom(openedAt, terms.containMinutes),
    done: {},
    acknowledgedAt: null,
    owner: null,
    exposure: null,
    rotation: null,
    lastProbe: null,
    retry: null,
    revocation: null,
    proof: null,
    dismissal: null,
    snooze: null,
    reopenings: 0,
    drill: from.drill ?? null,
    toldThrough: 0,
  };
}

/** The places that are known, then those that are new, each once. The same list if nothing is new. */
export function withFresh(knownOnes: readonly Occurrence[], seen: readonly Occurrence[]): readonly Occurrence[] {
  const keys = new Set(knownOnes.map(occurrenceKey));
  const fresh = new Map<string, Occurrence>();
  for (const one of seen) {
    const key = occurrenceKey(one);
    if (!keys.has(key) && !fresh.has(key)) fresh.set(key, one);
  }
  return fresh.size === 0 ? knownOnes : [...knownOnes, ...fresh.values()];
}

/** A time of so many minutes that begins to run. */
export function countdownFrom(startedAt: string, minutes: number): Countdown {
  const start = Date.parse(startedAt);
  const later = (share: number): string => new Date(start + minutes * share * 60_000).toISOString();
  return { startedAt, halfAt: later(0.5), dueAt: later(1), reminders: 0, remindedAt: null };
}

/** Whether it is neither closed nor dismissed. */
export const isActive = ({ state }: Pick<Incident, "state">): boolean => state !== "closed" && state !== "dismissed";
