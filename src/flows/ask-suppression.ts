import {
  holds,
  isAbout,
  isSame,
  isWaiting,
  mayApprove,
  suppressionsIn,
  type LeakAuthors,
  type Suppression,
  type SuppressionEntry,
  type SuppressionReason,
} from "../core/suppression/suppression.ts";
import type { Job } from "./ports/jobs.ts";
import type { SuppressionStore } from "./ports/suppressions.ts";
import type { Clock } from "./ports/system.ts";

export type AskPorts = { readonly suppressions: SuppressionStore; readonly clock: Clock };

/** A secret that somebody wants to be suppressed; `repoId` as in the terms. */
export type SecretInView = {
  readonly fingerprint: string;
  readonly repoId: number | null;
  readonly authors: LeakAuthors;
};

export type Asked = {
  readonly installationId: number;
  readonly secrets: readonly SecretInView[];
  readonly reason: SuppressionReason;
  readonly note: string;
  readonly until: string | null;
  readonly by: string;
  /** Whether policy lets them decide it; they never do about what they brought in themselves. */
  readonly decides: boolean;
  /** Names the suppression of a secret: the same for the same wish, so that a second try is harmless. */
  readonly idOf: (fingerprint: string) => string;
};

/** Fingerprints by what became of them. */
export type AskOutcome = {
  readonly approved: readonly string[];
  readonly waiting: readonly string[];
  /** Suppressed before. */
  readonly already: readonly string[];
};

/** Asks that secrets need not block, and approves it at once where the asker may. Safe to repeat. */
export async function askSuppression(asked: Asked, ports: AskPorts): Promise<AskOutcome> {
  const now = ports.clock();
  const known = await knownAbout(asked, ports);
  const entries: SuppressionEntry[] = [];
  const outcome = { approved: [] as string[], waiting: [] as string[], already: [] as string[] };
  for (const secret of asked.secrets) {
    const { fingerprint, repoId } = secret;
    const id = asked.idOf(fingerprint);
    const about = known.filter((one) => one.fingerprint === fingerprint && isAsWide(one, repoId));
    const standing = about.find((one) => holds(one, now));
    if (standing) {
      (standing.id === id ? outcome.approved : outcome.already).push(fingerprint);
      continue;
    }
    const decided = asked.decides && mayApprove({ askedBy: asked.by, authors: secret.authors }, asked.by);
    (decided ? outcome.approved : outcome.waiting).push(fingerprint);
    if (!decided && about.some((one) => isWaiting(one, now) && isSameWish(one, asked))) continue;
    const { reason, note, until, by } = asked;
    const terms = { fingerprint, repoId, reason, note, until };
    entries.push({ id, fingerprint, at: now, event: { kind: "requested", terms, by, authors: secret.authors } });
    if (decided) entries.push({ id, fingerprint, at: now, event: { kind: "approved", by, note: "", source: null } });
  }
  if (entries.length > 0) await ports.suppressions.append(asked.installationId, entries, settling(asked, entries));
  return outcome;
}

export type Answered = {
  readonly installationId: number;
  readonly secrets: readonly Omit<SecretInView, "authors">[];
  readonly answer: "approved" | "refused" | "taken-back";
  readonly by: string;
  readonly note: string;
  /** The comment it is said in. */
  readonly source: string | null;
};

export type AnswerOutcome = {
  readonly answered: readonly Suppression[];
  /** What they may not approve, as they brought it in or asked for it themselves. */
  readonly own: readonly Suppression[];
};

/** Whether a comment has answered something about these secrets before. */
export async function wasAnsweredIn(
  source: string,
  installationId: number,
  fingerprints: readonly string[],
  ports: Pick<AskPorts, "suppressions">,
): Promise<boolean> {
  const entries = await ports.suppressions.about(installationId, fingerprints);
  return suppressionsIn(entries).some(({ answeredIn }) => answeredIn.includes(source));
}

/** Answers what waits, or takes back what was asked for or approved. What is answered already stays as it is. */
export async function answerSuppressions(wanted: Answered, ports: AskPorts): Promise<AnswerOutcome> {
  const now = ports.clock();
  const { installationId, secrets, answer, by, note, source } = wanted;
  const known = await knownAbout(wanted, ports);
  const meant = known.filter((one) =>
    secrets.some(({ fingerprint, repoId }) =>
      repoId === null ? fingerprint === one.fingerprint : isAbout(one, { fingerprint }, repoId),
    ),
  );
  // What the configuration says, only the configuration takes back.
  const people = meant.filter(({ askedBy }) => askedBy !== null);
  const open = people.filter((one) => isWaiting(one, now) || (answer === "taken-back" && holds(one, now)));
  const own = answer === "approved" ? open.filter((one) => !mayApprove(one, by)) : [];
  const answered = open.filter((one) => !own.includes(one));
  const event = { kind: answer, by, note, source } as const;
  const entries = answered.map(({ id, fingerprint }): SuppressionEntry => ({ id, fingerprint, at: now, event }));
  if (entries.length > 0) await ports.suppressions.append(installationId, entries, settling(wanted, entries));
  return { answered, own };
}

/** Says of suppressions whose time has come that it has. Safe to repeat. */
export async function endSuppressions(ports: AskPorts): Promise<void> {
  const now = ports.clock();
  for (const { installationId, id, fingerprint } of await ports.suppressions.endedBy(now, batch)) {
    const entry: SuppressionEntry = { id, fingerprint, at: now, event: { kind: "expired" } };
    await ports.suppressions.append(installationId, [entry], settling({ installationId }, [entry]));
  }
}

const batch = 200;

async function knownAbout(
  { installationId, secrets }: Pick<Answered, "installationId" | "secrets">,
  { suppressions }: AskPorts,
): Promise<readonly Suppression[]> {
  const fingerprints = secrets.map(({ fingerprint }) => fingerprint);
  return suppressionsIn(await suppressions.about(installationId, fingerprints));
}

/** Whether what one says holds wherever the other should. */
const isAsWide = (one: Suppression, repoId: number | null): boolean => one.repoId === null || one.repoId === repoId;

const isSameWish = (one: Suppression, { by, reason }: Asked): boolean =>
  one.askedBy !== null && isSame(one.askedBy, by) && one.reason === reason;

const settling = (
  { installationId }: { readonly installationId: number },
  entries: readonly SuppressionEntry[],
): readonly Job[] =>
  [...new Set(entries.map(({ fingerprint }) => fingerprint))].map((fingerprint) => ({
    name: "settle-suppression",
    data: { installationId, fingerprint },
  }));
