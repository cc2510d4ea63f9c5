/** One attempt of GitHub's to deliver an event, as its list has it. The attempts at one delivery share a GUID. */
export type Attempt = {
  readonly id: number;
  readonly guid: string;
  readonly deliveredAt: string;
  /** Whether it was asked for: only the first attempt at a delivery is GitHub's own. */
  readonly isRepeated: boolean;
  /** Of our answer; 0: there was none. */
  readonly statusCode: number;
};

/** What has to be asked for again, and since when something is missing. */
export type Missing = {
  /** The attempts to repeat, the oldest first, each with how many there were at its delivery. */
  readonly redeliver: readonly { readonly attempt: Attempt; readonly attempts: number }[];
  /** When the oldest delivery that is missing was sent first, whether or not it is time to ask for it again. */
  readonly since: string | null;
};

const minuteMs = 60_000;
/** Whatever keeps deliveries from us may be mended at any time of the three days for which GitHub has them. */
const longestPause = 120;

/**
 * Which deliveries GitHub knows of and we do not. What we answered says nothing: a delivery that was answered 202 and is not stored
 * (a database that was restored from a copy) is missing as well, and so is one that a proxy answered. What failed is asked for
 * at once, and after each further attempt after a longer pause. A delivery whose first attempt is not among those that
 * are given is left out: how often it was tried cannot be known.
 */
export function missingDeliveries(
  attempts: readonly Attempt[],
  isStored: (guid: string) => boolean,
  now: string,
): Missing {
  const missing = [...Map.groupBy(attempts, ({ guid }) => guid)].flatMap(([guid, ofOne]) => {
    const [first, last] = [ofOne.find(({ isRepeated }) => !isRepeated), ofOne.toSorted(order).at(-1)];
    return first && last && !isStored(guid) ? [{ first, attempt: last, attempts: ofOne.length }] : [];
  });
  const isDue = ({ attempt, attempts }: { readonly attempt: Attempt; readonly attempts: number }): boolean => {
    // Answered well and not stored: it may still be on its way into our database.
    const settling = attempt.statusCode >= 200 && attempt.statusCode < 300 ? 1 : 0;
    const pause = settling + Math.min(2 ** (attempts - 1) - 1, longestPause);
    return Date.parse(attempt.deliveredAt) + pause * minuteMs <= Date.parse(now);
  };
  return {
    redeliver: missing
      .filter(isDue)
      .map(({ attempt, attempts }) => ({ attempt, attempts }))
      .toSorted((a, b) => order(a.attempt, b.attempt)),
    since: missing.map(({ first }) => first).toSorted(order)[0]?.deliveredAt ?? null,
  };
}

const order = (a: Attempt, b: Attempt): number => Date.parse(a.deliveredAt) - Date.parse(b.deliveredAt) || a.id - b.id;
