import {
  judgeBurst,
  judgeHour,
  judgeReading,
  judgeRefusals,
  judgeSink,
  judgeWebhooks,
  type AnomalyJudgement,
  type AnomalyTerms,
} from "../core/anomaly/judge.ts";
import type { Happening } from "../core/export/happening.ts";
import type { HappeningPorts } from "./note-happenings.ts";
import type { AnomalyFigures } from "./ports/anomalies.ts";
import type { Clock } from "./ports/system.ts";

export type LookForAnomaliesPorts = {
  readonly anomalyFigures: AnomalyFigures;
  readonly anomalyTerms: AnomalyTerms;
  readonly clock: Clock;
};

/** What could not be judged, and why. */
export type Unjudged = { readonly installationId: number; readonly what: string; readonly reason: string };

export type Looked = { readonly anomalies: readonly Happening[]; readonly unknown: readonly Unjudged[] };

const hourMs = 60 * 60 * 1000;

/** Whoever was away for so long still sees what was meanwhile. */
const lookBackMs = 48 * hourMs;

/** Looks at everything that is remembered. The same anomaly is found under the same id, however often it is looked for. */
export async function lookForAnomalies({
  anomalyFigures,
  anomalyTerms,
  clock,
}: LookForAnomaliesPorts): Promise<Looked> {
  const now = clock();
  const since = new Date(Date.parse(now) - lookBackMs).toISOString();
  const judged: readonly Judged[] = [
    ...(await anomalyFigures.findings(since)).map((one) => ({
      judgement: judgeBurst(one, one.hour, anomalyTerms),
      action: `burst-by-${one.by}`,
      what: `findings of the ${one.by} ${one.repository ?? one.whose}`,
      message: `${one.count} findings within an hour, of the ${one.by} ${one.repository ?? one.whose}`,
      key: `${one.installationId}:${one.whose}:${one.hour}`,
      installationId: one.installationId,
      at: one.hour,
      repoId: one.by === "repository" ? Number(one.whose) : null,
      repository: one.repository,
      person: one.by === "author" ? one.whose : null,
    })),
    ...(await anomalyFigures.dismissals(since)).map((one) => ({
      ...nobody,
      judgement: judgeHour(one.at, one.ofPerson, one.ofOrganization, anomalyTerms),
      action: "dismissal-at-odd-hour",
      what: `the hour at which ${one.person} dismissed a secret`,
      message: `${one.person} dismissed a secret at an hour that is odd for it`,
      key: one.id,
      installationId: one.installationId,
      at: one.at,
      repoId: one.repoId,
      person: one.person,
    })),
    ...(await anomalyFigures.sinks()).map((one) => ({
      ...nobody,
      judgement: judgeSink(one, now, anomalyTerms),
      action: "silent-sink",
      what: `the sink ${one.sink}`,
      message: `The sink ${one.sink} has not taken what it was to be told since ${one.since}`,
      key: `${one.installationId}:${one.sink}:${one.since}`,
      installationId: one.installationId,
      at: now,
    })),
    ...(await anomalyFigures.refusals()).map((one) => ({
      ...nobody,
      judgement: judgeRefusals(one, now, anomalyTerms),
      action: "refusing-sink",
      what: `what the sink ${one.sink} refused`,
      message: `The sink ${one.sink} refuses what it was to be told since ${one.since}`,
      key: `${one.installationId}:${one.sink}:${one.since}`,
      installationId: one.installationId,
      at: now,
    })),
    // What is unusual in it is noted where it is read.
    ...(await anomalyFigures.auditLogs()).map((one) => ({
      ...nobody,
      judgement: judgeReading(one, now),
      action: "git-events",
      what: "what credentials are used for by git",
      message: "",
      key: String(one.installationId),
      installationId: one.installationId,
      at: now,
    })),
    ...(await anomalyFigures.webhooks()).map((one) => ({
      ...nobody,
      judgement: judgeWebhooks(one, now, anomalyTerms),
      action: "silent-webhook",
      what: "webhooks of the installation",
      message: `No webhook has come since ${one.last}`,
      key: `${one.installationId}:${one.last}`,
      installationId: one.installationId,
      at: now,
    })),
  ];
  return { anomalies: judged.flatMap(anomalyOf), unknown: judged.flatMap(unjudgedOf) };
}

const nobody = { repoId: null, repository: null, person: null };

type Judged = Pick<Happening, "action" | "message" | "installationId" | "at" | "repoId" | "repository" | "person"> & {
  readonly judgement: AnomalyJudgement;
  /** What was judged, for people. */
  readonly what: string;
  /** Names it among those of its action. */
  readonly key: string;
};

function anomalyOf({ judgement, what: _what, key, ...rest }: Judged): readonly Happening[] {
  if (judgement.kind !== "unusual") return [];
  const { evidence } = judgement;
  return [{ ...rest, id: `anomaly:${rest.action}:${key}`, kind: "anomaly", severity: "high", drill: false, evidence }];
}

const unjudgedOf = ({ judgement, installationId, what }: Judged): readonly Unjudged[] =>
  judgement.kind === "unknown" ? [{ installationId, what, reason: judgement.reason }] : [];

/** Keeps what is out of the ordinary and has sinks told of it, each once. */
export async function watchAnomalies(ports: LookForAnomaliesPorts & HappeningPorts): Promise<void> {
  const { anomalies } = await lookForAnomalies(ports);
  await ports.happenings.note(
    anomalies,
    ports.sinks.map(({ name }) => name),
  );
}
