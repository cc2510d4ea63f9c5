import { judgeClones, judgeReaders, type ClonesOfDay, type NewReader } from "../core/anomaly/judge-clones.ts";
import type { AnomalyTerms } from "../core/anomaly/judge.ts";
import { judgeCredential, type CredentialAnomaly, type CredentialHistory } from "../core/anomaly/judge-credential.ts";
import type { Happening } from "../core/export/happening.ts";
import { known, unknown, type Fact } from "../core/incident/exposure.ts";
import type { HappeningPorts } from "./note-happenings.ts";
import type {
  AccessStore,
  AuditReading,
  LeakedRepository,
  ReadAuditLog,
  ReadClones,
  WatchAccess,
} from "./ports/git-access.ts";
import type { Installations } from "./ports/installations.ts";
import type { JobQueue } from "./ports/jobs.ts";
import type { Clock } from "./ports/system.ts";

export type WatchAccessPorts = HappeningPorts & {
  readonly readAuditLog: ReadAuditLog;
  readonly readClones: ReadClones;
  readonly access: AccessStore;
  readonly anomalyTerms: AnomalyTerms;
  readonly clock: Clock;
};

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** GitHub keeps git events for so long. */
const keptMs = 7 * dayMs;
/** Entries may be told late: so much is read again, and counted once. */
const lateMs = 15 * minuteMs;
/** GitHub answers 1750 requests for the log an hour; every ten minutes so many leave room for others. */
const mostPages = 100;
/** Whoever was refused is asked again after a day: a permission may have been given. */
const refusedMs = dayMs;
/** For so long after a leak it is looked who reads the repository. */
const daysAfterLeak = 14;
const trafficMs = 6 * hourMs;
/** Repositories whose traffic is asked for at a time. */
const mostTraffic = 50;
/** More than so many new readers of a repository are told as one. */
const mostReaders = 20;

/** Has the access of every installation watched. Safe to repeat: one that waits is not queued twice. */
export async function planAccess(ports: {
  readonly installations: Pick<Installations, "all">;
  readonly queue: JobQueue;
}): Promise<void> {
  for (const { installationId, owner } of await ports.installations.all())
    await ports.queue.enqueue({ name: "watch-access", data: { installationId, owner } }, String(installationId));
}

/**
 * Reads the audit log from where it was left, and judges what each credential was used for by its own history; and who read repositories
 * after secrets leaked there: by the log, else by what GitHub counts of clones. What cannot be read is told. Safe to repeat: nothing is
 * counted or told twice.
 */
export async function watchAccess(
  target: WatchAccess["data"],
  ports: WatchAccessPorts,
  signal: AbortSignal,
): Promise<void> {
  const log = await readOn(target, ports, signal);
  const unread = log.kind === "unknown" ? [unknownLog(target, log.reason, ports.clock())] : [];
  await note([...unread, ...(await clonesAfterLeaks(target, log, ports, signal))], ports);
  await judgeCredentials(target, ports, signal);
}

const note = (happened: readonly Happening[], { happenings, sinks }: HappeningPorts): Promise<number> =>
  happenings.note(
    happened,
    sinks.map(({ name }) => name),
  );

/** What was judged is noted last: whoever dies on the way judges it again, and tells nothing twice. */
async function judgeCredentials(
  { installationId }: WatchAccess["data"],
  ports: WatchAccessPorts,
  signal: AbortSignal,
): Promise<void> {
  const unjudged = await ports.access.unjudged(installationId);
  if (unjudged === null) return;
  for await (const credentials of unjudged.credentials()) {
    signal.throwIfAborted();
    const found = credentials.flatMap(({ from, ...history }) =>
      judgeCredential(history, from, unjudged.organization, ports.anomalyTerms).map((one) =>
        credentialTold(installationId, history, one),
      ),
    );
    await note(found, ports);
  }
  await ports.access.judged(installationId, unjudged.through);
}

const metricText: Readonly<Record<CredentialAnomaly["metric"], string>> = {
  volume: "was used far more within an hour than ever before",
  country: "was used from a country that is new for it",
  hour: "was used at an hour of the day at which it hardly ever was",
  failures: "was refused far more often within an hour than ever before",
};

const credentialTold = (
  installationId: number,
  { credential, kind, actor }: CredentialHistory,
  { metric, key, at, evidence }: CredentialAnomaly,
): Happening => ({
  ...aboutAccess,
  id: `anomaly:git-${metric}:${installationId}:${credential}:${key}`,
  installationId,
  at,
  kind: "anomaly",
  action: `git-${metric}`,
  severity: "high",
  message: `A credential of ${actor ?? "nobody named"} (${kind}) ${metricText[metric]}`,
  person: actor,
  evidence,
});

const before = (time: string, ms: number): string => new Date(Date.parse(time) - ms).toISOString();

async function readOn(
  target: WatchAccess["data"],
  { readAuditLog, access, clock }: WatchAccessPorts,
  signal: AbortSignal,
): Promise<Fact<AuditReading>> {
  const now = clock();
  const oldest = before(now, keptMs);
  const last = await access.reading(target.installationId);
  if (last?.refusal && last.refusal.at > before(now, refusedMs)) return unknown(last.refusal.reason);
  const begun = { since: oldest, through: oldest, after: null, refusal: null };
  // What was not read in time is gone: from then on it is known anew.
  let reading: AuditReading = last !== null && last.through >= oldest ? { ...last, refusal: null } : begun;
  for (let page = 0; page < mostPages; page += 1) {
    signal.throwIfAborted();
    const { after } = reading;
    const read = await readAuditLog(target, { since: before(reading.through, lateMs), after });
    if (read.kind === "unknown") {
      await access.record(target.installationId, [], { ...reading, refusal: { reason: read.reason, at: now } });
      return read;
    }
    const { entries, next, isScarce } = read.value;
    const newest = entries.at(-1)?.at ?? reading.through;
    const through = next === null ? now : newest > reading.through ? newest : reading.through;
    reading = { ...reading, through, after: next };
    await access.record(target.installationId, entries, reading);
    if (next === null || isScarce) break;
  }
  return known(reading);
}

const aboutAccess = { repoId: null, repository: null, person: null, drill: false } as const;

const unknownLog = ({ installationId, owner }: WatchAccess["data"], reason: string, at: string): Happening => ({
  ...aboutAccess,
  id: `unknown:git-events:${installationId}:${reason}`,
  installationId,
  at,
  kind: "unknown",
  action: "git-events",
  severity: "low",
  message: `What credentials are used for by git in ${owner} is unknown: ${reason}`,
  evidence: { owner, reason },
});

async function clonesAfterLeaks(
  { installationId }: WatchAccess["data"],
  log: Fact<AuditReading>,
  ports: WatchAccessPorts,
  signal: AbortSignal,
): Promise<readonly Happening[]> {
  const leaks = await ports.access.leaks(installationId, daysAfterLeak);
  const traffic = trafficOf(installationId, ports);
  const happenings: Happening[] = [];
  for (const [repoId, ofRepository] of Map.groupBy(leaks, (leak) => leak.repoId)) {
    signal.throwIfAborted();
    const repository = ofRepository.find((leak) => leak.repository !== null)?.repository ?? null;
    const readers = repository === null ? [] : await ports.access.readers(installationId, repository);
    for (const leak of ofRepository) {
      const about = { installationId, repoId, repository, leak };
      const judged = leak.isPublic
        ? ({ kind: "unknown", reason: "everybody may read the repository" } as const)
        : log.kind === "unknown"
          ? log
          : judgeReaders(leak, readers, log.value.since);
      if (judged.kind === "judged") happenings.push(...readersTold(about, judged.unusual));
      else happenings.push(...(await byTraffic(about, judged.reason, traffic, ports.clock())));
    }
  }
  return happenings;
}

type About = {
  readonly installationId: number;
  readonly repoId: number;
  readonly repository: string | null;
  readonly leak: LeakedRepository;
};

function readersTold(about: About, unusual: readonly NewReader[]): readonly Happening[] {
  const { leak, repository } = about;
  const told = unusual.slice(0, mostReaders).map(({ reader, evidence }): Happening => {
    const who = reader.actor ?? "Somebody whom the log does not name";
    const where = reader.country === null ? "" : ` from ${reader.country}`;
    return {
      ...anomalyAbout(about),
      id: `anomaly:clone-after-leak:${leak.incident}:${about.repoId}:${reader.actor ?? ""}:${reader.country ?? ""}`,
      at: reader.firstAt,
      action: "clone-after-leak",
      message: `${who} read ${repository}${where} by git after a secret leaked there, and never did before`,
      person: reader.actor,
      evidence,
    };
  });
  if (unusual.length <= mostReaders) return told;
  const { reader } = unusual[mostReaders] ?? { reader: { firstAt: leak.at } };
  return [
    ...told,
    {
      ...anomalyAbout(about),
      id: `anomaly:clone-after-leak:${leak.incident}:${about.repoId}:more`,
      at: reader.firstAt,
      action: "clone-after-leak",
      message: `More than ${mostReaders} read ${repository} by git after a secret leaked there who never did before`,
      evidence: { source: "the audit log", incident: leak.incident, leakedAt: leak.at, moreThan: mostReaders },
    },
  ];
}

const anomalyAbout = ({ installationId, repoId, repository }: About) =>
  ({ ...aboutAccess, installationId, repoId, repository, kind: "anomaly", severity: "high" }) as const;

/** Null: it is asked for another time. */
type Traffic = (
  about: About,
) => Promise<Fact<{ readonly days: readonly ClonesOfDay[]; readonly since: string }> | null>;

async function byTraffic(about: About, noLog: string, traffic: Traffic, now: string): Promise<readonly Happening[]> {
  const { leak, repository, repoId, installationId } = about;
  const counted = await traffic(about);
  if (counted === null) return [];
  const judged =
    counted.kind === "unknown"
      ? [{ ...counted, day: leak.at.slice(0, 10) }]
      : judgeClones(leak, counted.value.days, counted.value.since);
  return judged.flatMap((one): readonly Happening[] => {
    if (one.kind === "usual") return [];
    const named = repository ?? `the repository with the id ${repoId}`;
    if (one.kind === "unusual")
      return [
        {
          ...anomalyAbout(about),
          id: `anomaly:clones-after-leak:${leak.incident}:${repoId}:${one.day}`,
          at: `${one.day}T00:00:00.000Z`,
          action: "clones-after-leak",
          message: `${named} was cloned far more than before on ${one.day}, after a secret leaked there`,
          evidence: { ...one.evidence, auditLog: noLog },
        },
      ];
    return [
      {
        ...aboutAccess,
        // Of several secrets that leaked on one day it is told once.
        id: `unknown:clones-after-leak:${installationId}:${repoId}:${one.day}`,
        installationId,
        repoId,
        repository,
        at: now,
        kind: "unknown",
        action: "clones-after-leak",
        severity: "low",
        message: `Who cloned ${named} after a secret leaked there is unknown`,
        evidence: { incident: leak.incident, leakedAt: leak.at, auditLog: noLog, traffic: one.reason },
      },
    ];
  });
}

/** What is counted of clones, asked for now and then, each repository once however many secrets leaked there. */
function trafficOf(installationId: number, { access, readClones, clock }: WatchAccessPorts): Traffic {
  const answers = new Map<number, Awaited<ReturnType<Traffic>>>();
  let asked = 0;
  const answerFor = async ({ repoId, repository }: About): ReturnType<Traffic> => {
    if (repository === null) return unknown("the name of the repository is not known");
    const now = clock();
    const stored = await access.clones(repoId);
    if (stored !== null && stored.askedAt > before(now, trafficMs)) return known(stored);
    if (asked >= mostTraffic) return null;
    asked += 1;
    const read = await readClones({ installationId, repository });
    if (read.kind === "unknown") return read;
    await access.recordClones(installationId, repoId, read.value, now);
    return known((await access.clones(repoId)) ?? { days: read.value, since: now });
  };
  return async (about) => {
    const known = answers.get(about.repoId);
    const answer = known === undefined ? await answerFor(about) : known;
    answers.set(about.repoId, answer);
    return answer;
  };
}
