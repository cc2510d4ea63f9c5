import { judgeHour, type AnomalyTerms, type HoursOfDay } from "./judge.ts";

const dayMs = 24 * 60 * 60 * 1000;

/** What a credential was used for within an hour from one country. */
export type CredentialHour = {
  /** When the hour began. */
  readonly hour: string;
  /** Null: the log does not say. */
  readonly country: string | null;
  /** What was done by git. */
  readonly operations: number;
  /** Sign-ins that failed. */
  readonly failures: number;
};

/** A credential with all that is remembered of it. */
export type CredentialHistory = {
  /** A name of ours. */
  readonly credential: string;
  readonly kind: string;
  readonly actor: string | null;
  readonly hours: readonly CredentialHour[];
};

/** From where anybody of an organization did something by git, and since when that is known. */
export type OrganizationHabits = {
  readonly knownSince: string;
  readonly operations: number;
  /** In which hour it was first done from there. */
  readonly countries: readonly { readonly country: string; readonly firstHour: string }[];
};

type CredentialMetric = "volume" | "country" | "hour" | "failures";

/** Something unusual about a credential. `key` names it among those of the credential. */
export type CredentialAnomaly = {
  readonly metric: CredentialMetric;
  readonly key: string;
  readonly at: string;
  readonly evidence: Readonly<Record<string, unknown>>;
};

/** How long something has to be known before it is compared with. */
const daysKnown = 7;
const timesTheMost = 3;
const enoughOperations = 10;
const enoughOfOrganization = 100;
const enoughHours = 30;
const fewestFailures = 5;

/** Hours are looked at as a whole, and country by country. */
type WholeHour = Omit<CredentialHour, "country">;

/**
 * What is unusual about a credential in the hours from `from` on, each compared with what was before it: more than three times as much
 * within an hour as ever, a country that is new, an hour of the day at which it was hardly used, failed sign-ins. Where a credential is
 * too new for that, its country is compared with those of its organization; nothing else is judged.
 */
export function judgeCredential(
  { hours, ...credential }: CredentialHistory,
  from: string,
  organization: OrganizationHabits,
  terms: AnomalyTerms,
): readonly CredentialAnomaly[] {
  const whole = wholeHours(hours);
  const first = whole[0]?.hour;
  if (first === undefined) return [];
  const found = whole
    .filter(({ hour }) => hour >= from)
    .flatMap((now): readonly CredentialAnomaly[] => {
      const before = hours.filter(({ hour }) => hour < now.hour);
      const isKnown = isKnownLongEnough(first, now.hour);
      const own = isKnown ? ownHistory(now, wholeHours(before), terms) : [];
      return [...countriesOf(hours, now, before, isKnown, organization), ...own];
    });
  // What goes on is told by its first hour.
  const each = new Map(found.toReversed().map((one) => [`${one.metric} ${one.key}`, one]));
  return found
    .filter((one) => each.get(`${one.metric} ${one.key}`) === one)
    .map((one) => ({ ...one, evidence: { ...one.evidence, ...credential } }));
}

const isKnownLongEnough = (since: string, now: string): boolean =>
  Date.parse(now) - Date.parse(since) >= daysKnown * dayMs;

function wholeHours(hours: readonly CredentialHour[]): readonly WholeHour[] {
  return [...Map.groupBy(hours, ({ hour }) => hour)]
    .map(([hour, parts]) => ({
      hour,
      operations: parts.reduce((sum, { operations }) => sum + operations, 0),
      failures: parts.reduce((sum, { failures }) => sum + failures, 0),
    }))
    .toSorted((a, b) => (a.hour < b.hour ? -1 : 1));
}

function ownHistory(now: WholeHour, before: readonly WholeHour[], terms: AnomalyTerms): readonly CredentialAnomaly[] {
  const { hour, operations, failures } = now;
  const most = Math.max(0, ...before.map((one) => one.operations));
  const mostFailures = Math.max(0, ...before.map((one) => one.failures));
  const known = { hour, knownSince: before[0]?.hour ?? hour };
  const found: CredentialAnomaly[] = [];
  if (operations >= terms.gitBurst && operations > most * timesTheMost) {
    const evidence = { ...known, operations, mostInAnHourBefore: most };
    found.push({ metric: "volume", key: hour, at: hour, evidence });
  }
  if (failures >= fewestFailures && failures > mostFailures * timesTheMost) {
    const evidence = { ...known, failures, mostInAnHourBefore: mostFailures };
    found.push({ metric: "failures", key: hour, at: hour, evidence });
  }
  const used = before.filter((one) => one.operations > 0);
  if (operations === 0 || used.length < enoughHours) return found;
  const judged = judgeHour(hour, hoursOfDay(used), [], { ...terms, workingHours: null });
  if (judged.kind !== "unusual") return found;
  const { hourUtc, near } = judged.evidence;
  const evidence = { ...known, hourUtc, hoursBefore: used.length, near };
  // Told once a day, however long it goes on.
  return [...found, { metric: "hour", key: hour.slice(0, 10), at: hour, evidence }];
}

const hoursOfDay = (used: readonly WholeHour[]): HoursOfDay =>
  Array.from({ length: 24 }, (_, of) => used.filter(({ hour }) => new Date(hour).getUTCHours() === of).length);

function countriesOf(
  hours: readonly CredentialHour[],
  { hour }: WholeHour,
  before: readonly CredentialHour[],
  isKnown: boolean,
  organization: OrganizationHabits,
): readonly CredentialAnomaly[] {
  const told = before.filter(({ country }) => country !== null);
  const used = told.reduce((sum, { operations, failures }) => sum + operations + failures, 0);
  const own = isKnown && used >= enoughOperations;
  const isOrganizationKnown =
    organization.operations >= enoughOfOrganization && isKnownLongEnough(organization.knownSince, hour);
  if (!own && !isOrganizationKnown) return [];
  const usual = own
    ? [...new Set(told.flatMap(({ country }) => country ?? []))].toSorted()
    : organization.countries.flatMap((one) => (one.firstHour < hour ? one.country : [])).toSorted();
  const judgedBy = own ? "where the credential was used before" : "where the organization's were used before";
  return hours.flatMap(({ hour: at, country, operations, failures }): readonly CredentialAnomaly[] => {
    if (at !== hour || country === null || usual.includes(country)) return [];
    // Of a country that is new it is told once.
    if (before.some((one) => one.country === country)) return [];
    return [
      {
        metric: "country",
        key: country,
        at,
        evidence: { hour, country, operations, failures, judgedBy, countriesBefore: usual },
      },
    ];
  });
}
