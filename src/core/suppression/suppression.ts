import type { ChangeFinding } from "../verdict/verdict.ts";

/** Why a secret need not block. */
export const suppressionReasons = ["false-positive", "test-credential", "revoked", "accepted-risk"] as const;
export type SuppressionReason = (typeof suppressionReasons)[number];

/** What is asked for one secret: that it need not block. It is known by its fingerprint, so it is another one when it changes. */
export type SuppressionTerms = {
  readonly fingerprint: string;
  /** Where it holds; null: in every repository of the installation. */
  readonly repoId: number | null;
  readonly reason: SuppressionReason;
  /** What was said with it, looked through for credentials. */
  readonly note: string;
  /** ISO 8601; null: for good. */
  readonly until: string | null;
};

/** Logins of those who brought the secret in. `complete`: there is nobody else, as far as can be known. */
export type LeakAuthors = { readonly logins: readonly string[]; readonly complete: boolean };

/** What happened to one suppression. It is kept for good, the answers as well as the questions. */
export type SuppressionEvent =
  | { readonly kind: "requested"; readonly terms: SuppressionTerms; readonly by: string; readonly authors: LeakAuthors }
  /** The configuration of the base branch says so; who may change that is a matter of its protection. */
  | { readonly kind: "configured"; readonly terms: SuppressionTerms }
  | ({ readonly kind: "approved" | "refused"; readonly by: string } & SuppressionAnswer)
  /** `by` null: the configuration does not say so any more. */
  | ({ readonly kind: "taken-back"; readonly by: string | null } & SuppressionAnswer)
  | { readonly kind: "expired" };

/** `source`: the comment it came from, so that one that is read twice is known. */
type SuppressionAnswer = { readonly note: string; readonly source: string | null };

/** One line of what happened: `id` names the suppression. Of each kind an id has at most one. */
export type SuppressionEntry = {
  readonly id: string;
  readonly fingerprint: string;
  readonly at: string;
  readonly event: SuppressionEvent;
};

/** Where a suppression stands. */
export type Suppression = SuppressionTerms & {
  readonly id: string;
  readonly state: "waiting" | "approved" | "refused" | "taken-back" | "expired";
  readonly askedAt: string;
  /** Null: the configuration. */
  readonly askedBy: string | null;
  readonly authors: LeakAuthors;
  /** Null: nobody, or the configuration. */
  readonly approvedBy: string | null;
  /** Who refused it or took it back; null: nobody, or the configuration. */
  readonly endedBy: string | null;
  /** The comments that answered it. */
  readonly answeredIn: readonly string[];
};

/**
 * Whether somebody may approve what was asked for. Whoever brought the secret in may not; where it is not known who all did,
 * nobody approves what they asked for themselves.
 */
export function mayApprove({ askedBy, authors }: Pick<Suppression, "askedBy" | "authors">, login: string): boolean {
  if (authors.logins.some((author) => isSame(author, login))) return false;
  return authors.complete || askedBy === null || !isSame(askedBy, login);
}

export const isSame = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/**
 * Every suppression that the entries (oldest first) speak of, in the order in which they were asked for. An answer that nobody was
 * entitled to give, and one to what is over, change nothing.
 */
export function suppressionsIn(entries: readonly SuppressionEntry[]): readonly Suppression[] {
  const all = new Map<string, Suppression>();
  for (const entry of entries) {
    const next = after(all.get(entry.id) ?? null, entry);
    if (next) all.set(entry.id, next);
  }
  return [...all.values()];
}

function after(known: Suppression | null, { id, at, event }: SuppressionEntry): Suppression | null {
  if (event.kind === "requested" || event.kind === "configured") {
    if (known) return known;
    const asked = { ...event.terms, id, askedAt: at, approvedBy: null, endedBy: null, answeredIn: [] };
    return event.kind === "requested"
      ? { ...asked, state: "waiting", askedBy: event.by, authors: event.authors }
      : { ...asked, state: "approved", askedBy: null, authors: { logins: [], complete: true } };
  }
  if (!known) return null;
  const answered = {
    ...known,
    answeredIn: "source" in event && event.source ? [...known.answeredIn, event.source] : known.answeredIn,
  };
  switch (event.kind) {
    case "approved":
      return known.state === "waiting" && mayApprove(known, event.by)
        ? { ...answered, state: "approved", approvedBy: event.by }
        : known;
    case "refused":
      return known.state === "waiting" ? { ...answered, state: "refused", endedBy: event.by } : known;
    case "taken-back":
      return isOpen(known) ? { ...answered, state: "taken-back", endedBy: event.by } : known;
    case "expired":
      return isOpen(known) ? { ...known, state: "expired" } : known;
  }
}

/** Whether it waits for an answer, or has been approved and nothing more. */
const isOpen = ({ state }: Suppression): boolean => state === "waiting" || state === "approved";

/** Whether it is waited for an answer to it now. */
export const isWaiting = (suppression: Suppression, now: string): boolean =>
  suppression.state === "waiting" && !isOver(suppression, now);

/** Whether it holds now, wherever that is. */
export const holds = (suppression: Suppression, now: string): boolean =>
  suppression.state === "approved" && !isOver(suppression, now);

const isOver = ({ until }: SuppressionTerms, now: string): boolean => until !== null && until <= now;

/** Whether it is about this secret in this repository. */
export const isAbout = (
  { fingerprint, repoId }: SuppressionTerms,
  finding: Pick<ChangeFinding["finding"], "fingerprint">,
  inRepo: number,
): boolean => fingerprint === finding.fingerprint && (repoId === null || repoId === inRepo);

/** How a fingerprint is shown, and how it is written in commands and in the configuration. */
export const shownFingerprint = (fingerprint: string): string => fingerprint.slice(0, 16);
