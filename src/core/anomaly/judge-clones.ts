import type { AnomalyJudgement } from "./judge.ts";

const dayMs = 24 * 60 * 60 * 1000;

/** Somebody who read a repository by git from a country, and when. */
export type Reader = {
  /** Null: the log names nobody. */
  readonly actor: string | null;
  readonly country: string | null;
  readonly credentialKind: string;
  readonly program: string | null;
  readonly firstAt: string;
  readonly lastAt: string;
  readonly reads: number;
};

/** A secret that got into a repository and is not dead. */
export type Leak = { readonly incident: string; readonly at: string; readonly inHistory: boolean };

/** A reader after a leak, with what is unusual about it. */
export type NewReader = { readonly reader: Reader; readonly evidence: Readonly<Record<string, unknown>> };

export type JudgedReaders =
  | { readonly kind: "judged"; readonly unusual: readonly NewReader[] }
  | { readonly kind: "unknown"; readonly reason: string };

const daysOfReaders = 3;

/**
 * Who read a repository after a secret leaked there and never did before, or from a country nobody did from. `knownSince`: from when on
 * everybody who read it is known.
 */
export function judgeReaders(leak: Leak, readers: readonly Reader[], knownSince: string | null): JudgedReaders {
  if (knownSince === null || Date.parse(leak.at) - Date.parse(knownSince) < daysOfReaders * dayMs)
    return {
      kind: "unknown",
      reason: `who read the repository is known for less than ${daysOfReaders} days before the leak`,
    };
  const before = readers.filter(({ firstAt }) => firstAt <= leak.at);
  if (before.length === 0)
    return { kind: "unknown", reason: "nobody is known to have read the repository before the leak" };
  const [actors, countries] = [
    new Set(before.map(({ actor }) => actor)),
    new Set(before.map(({ country }) => country)),
  ];
  const unusual = readers.flatMap((reader): readonly NewReader[] => {
    if (reader.firstAt <= leak.at) return [];
    const isNewActor = !actors.has(reader.actor);
    // Where a country is not told, nothing is known about it.
    const isNewCountry = reader.country !== null && !countries.has(reader.country);
    if (!isNewActor && !isNewCountry) return [];
    return [
      {
        reader,
        evidence: {
          source: "the audit log",
          incident: leak.incident,
          leakedAt: leak.at,
          leakedBefore: leak.inHistory,
          ...reader,
          isNewActor,
          isNewCountry,
          actorsBefore: actors.size,
          countriesBefore: [...countries].filter((one) => one !== null).toSorted(),
          knownSince,
        },
      },
    ];
  });
  return { kind: "judged", unusual: unusual.toSorted((a, b) => (a.reader.firstAt < b.reader.firstAt ? -1 : 1)) };
}

/** How often a repository was cloned on a day (UTC), and by how many. */
export type ClonesOfDay = { readonly day: string; readonly count: number; readonly uniques: number };

const daysOfClones = 5;
const fewestCloners = 5;
const fewestClones = 20;
const timesTheMostCloners = 2;
const timesTheMostClones = 3;

/**
 * Whether on the day of a leak or after it there were more than twice as many cloners, or three times as many clones, as on any day
 * before. `days`: those with clones; `knownSince`: the first day of which it is known.
 */
export function judgeClones(
  leak: Leak,
  days: readonly ClonesOfDay[],
  knownSince: string | null,
): readonly (AnomalyJudgement & { readonly day: string })[] {
  const leakDay = leak.at.slice(0, 10);
  const known = knownSince === null ? 0 : (Date.parse(leakDay) - Date.parse(knownSince.slice(0, 10))) / dayMs;
  if (known < daysOfClones)
    return [
      {
        kind: "unknown",
        day: leakDay,
        reason: `clones of the repository are known for fewer than ${daysOfClones} days before the leak`,
      },
    ];
  const before = days.filter(({ day }) => day < leakDay);
  const most = (of: (one: ClonesOfDay) => number): number => Math.max(0, ...before.map(of));
  const [mostClones, mostCloners] = [most(({ count }) => count), most(({ uniques }) => uniques)];
  return days
    .filter(({ day }) => day >= leakDay)
    .map(({ day, count, uniques }) => {
      const isUnusual =
        (uniques >= fewestCloners && uniques > mostCloners * timesTheMostCloners) ||
        (count >= fewestClones && count > mostClones * timesTheMostClones);
      if (!isUnusual) return { kind: "usual", day };
      const { incident, at: leakedAt, inHistory: leakedBefore } = leak;
      const evidence = {
        incident,
        leakedAt,
        leakedBefore,
        day,
        clones: count,
        cloners: uniques,
        mostClones,
        mostCloners,
      };
      return { kind: "unusual", day, evidence: { source: "traffic", ...evidence, knownSince } };
    });
}
