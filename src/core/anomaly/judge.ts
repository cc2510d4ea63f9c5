import { nextWorkingMoment } from "../incident/working-hours.ts";
import type { WorkingHours } from "../incident/terms.ts";

/** From when on something is out of the ordinary. */
export type AnomalyTerms = {
  /** So many findings within an hour at least are a burst. */
  readonly burst: number;
  /** So many git operations of one credential within an hour at least may be too many. */
  readonly gitBurst: number;
  /** Nothing heard for so many hours at least is silence. */
  readonly silentHours: number;
  /** When people are at work, of whom not enough is known to tell by what they did before; null: not said. */
  readonly workingHours: WorkingHours | null;
};

/** Whether it is out of the ordinary, with what that is judged by. What cannot be told is neither. */
export type AnomalyJudgement =
  | { readonly kind: "unusual"; readonly evidence: Readonly<Record<string, unknown>> }
  | { readonly kind: "usual" }
  | { readonly kind: "unknown"; readonly reason: string };

const hourMs = 60 * 60 * 1000;
const dayMs = 24 * hourMs;

/** How much was found within one hour, and in the hours before it that are remembered. */
export type HourlyFindings = {
  readonly count: number;
  /** The most within an hour before. */
  readonly most: number;
  /** Since when findings are remembered; null: nothing is. */
  readonly knownSince: string | null;
};

const daysOfFindings = 7;
const timesTheMost = 3;

/** Many findings within an hour, and more than three times as many as ever before. */
export function judgeBurst(
  { count, most, knownSince }: HourlyFindings,
  hour: string,
  terms: AnomalyTerms,
): AnomalyJudgement {
  if (count < terms.burst) return { kind: "usual" };
  if (knownSince === null || Date.parse(hour) - Date.parse(knownSince) < daysOfFindings * dayMs)
    return { kind: "unknown", reason: `findings are remembered for less than ${daysOfFindings} days` };
  if (count <= most * timesTheMost) return { kind: "usual" };
  return { kind: "unusual", evidence: { count, hour, mostInAnHourBefore: most, knownSince } };
}

/** How often something was done before in each hour of the day, of UTC. */
export type HoursOfDay = readonly number[];

const enoughOfPerson = 10;
const enoughOfOrganization = 20;
const seldom = 0.05;

/**
 * Whether an hour is odd for somebody: by when they did such things before; where that is too little, by when their organization did;
 * else by the working hours that are set.
 */
export function judgeHour(
  at: string,
  person: HoursOfDay,
  organization: HoursOfDay,
  { workingHours }: AnomalyTerms,
): AnomalyJudgement {
  const hour = new Date(at).getUTCHours();
  for (const [of, hours, enough] of [
    ["the person", person, enoughOfPerson],
    ["the organization", organization, enoughOfOrganization],
  ] as const) {
    const all = hours.reduce((sum, count) => sum + count, 0);
    if (all < enough) continue;
    const near = [hour + 23, hour, hour + 1].reduce((sum, one) => sum + (hours[one % 24] ?? 0), 0);
    if (near / all >= seldom) return { kind: "usual" };
    return { kind: "unusual", evidence: { hourUtc: hour, judgedBy: `when ${of} did so before`, before: all, near } };
  }
  if (workingHours === null)
    return { kind: "unknown", reason: "too little was dismissed before, and no working hours are set" };
  if (nextWorkingMoment(at, workingHours) === at) return { kind: "usual" };
  return { kind: "unusual", evidence: { hourUtc: hour, judgedBy: "the working hours that are set", workingHours } };
}

/** What a sink is still to be told, and when it took something last. */
export type WaitingSink = {
  /** Since when the oldest of it waits. */
  readonly since: string;
  /** Events of incidents' timelines. */
  readonly ofIncidents: number;
  /** What else it is told of. */
  readonly others: number;
  /** Null: it never did, as far as is remembered. */
  readonly tookAt: string | null;
};

/** A sink that has not taken anything for too long, while something waits for it. One that catches up is not silent. */
export function judgeSink(waiting: WaitingSink, now: string, terms: AnomalyTerms): AnomalyJudgement {
  const { since, tookAt, ofIncidents, others } = waiting;
  const last = tookAt !== null && tookAt > since ? tookAt : since;
  if (Date.parse(now) - Date.parse(last) < terms.silentHours * hourMs) return { kind: "usual" };
  return { kind: "unusual", evidence: { waitsSince: since, lastTook: tookAt, eventsOfIncidents: ofIncidents, others } };
}

/** What a sink refused although it takes others. */
export type RefusingSink = { readonly since: string; readonly refused: number };

export function judgeRefusals({ since, refused }: RefusingSink, now: string, terms: AnomalyTerms): AnomalyJudgement {
  if (Date.parse(now) - Date.parse(since) < terms.silentHours * hourMs) return { kind: "usual" };
  return { kind: "unusual", evidence: { refused, waitsSince: since } };
}

/** When webhooks of an installation came. */
export type Webhooks = {
  readonly last: string;
  readonly first: string;
  readonly count: number;
  readonly longestGapSeconds: number;
};

const enoughWebhooks = 20;
const daysOfWebhooks = 3;

/** No webhook for more than twice as long as ever before. */
export function judgeWebhooks(heard: Webhooks, now: string, terms: AnomalyTerms): AnomalyJudgement {
  const { last, first, count, longestGapSeconds } = heard;
  const silentMs = Date.parse(now) - Date.parse(last);
  if (silentMs < terms.silentHours * hourMs) return { kind: "usual" };
  if (count < enoughWebhooks || Date.parse(last) - Date.parse(first) < daysOfWebhooks * dayMs)
    return {
      kind: "unknown",
      reason: `fewer than ${enoughWebhooks} webhooks, or ${daysOfWebhooks} days of them, are remembered`,
    };
  if (silentMs <= 2 * longestGapSeconds * 1000) return { kind: "usual" };
  return { kind: "unusual", evidence: { lastHeard: last, longestGapSeconds, webhooks: count } };
}

/** How far an audit log was read. */
export type LogReading = {
  /** From when on everything is known. */
  readonly since: string;
  readonly through: string;
  /** Why it could not be read last; null: it could. */
  readonly refusal: string | null;
};

const hoursBehind = 2;
const daysOfLog = 8;

/** What is not read, or not yet, cannot be judged. */
export function judgeReading({ since, through, refusal }: LogReading, now: string): AnomalyJudgement {
  if (refusal !== null) return { kind: "unknown", reason: refusal };
  if (Date.parse(now) - Date.parse(through) > hoursBehind * hourMs)
    return { kind: "unknown", reason: `the audit log is read until ${through}` };
  if (Date.parse(now) - Date.parse(since) < daysOfLog * dayMs)
    return { kind: "unknown", reason: `the audit log is known since ${since}, for less than ${daysOfLog} days` };
  return { kind: "usual" };
}
