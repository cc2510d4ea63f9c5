/** One attempt of GitHub's to deliver an event, as its list has it. The attempts at one delivery share a GUID. */
export type Attempt = {
  readonly id: number;
  readonly guid: string;
  readonly deliveredAt: string;
  /** Of our answer; 0: there was none. */
  readonly statusCode: number;
};

/** What has to be asked for again, and what has been asked for in vain so often that a person has to look. */
export type Missing = {
  /** The attempts to repeat, oldest first. */
  readonly redeliver: readonly Attempt[];
  readonly givenUp: readonly string[];
};

const minuteMs = 60_000;
const mostAttempts = 8;

/**
 * Which deliveries GitHub knows of and we do not. What we answered says nothing: a delivery that was answered 202 and is not stored
 * (a database that was restored from a copy) is missing as well. What failed is asked for at once, and after each
 * further attempt after a longer pause.
 */
export function missingDeliveries(
  attempts: readonly Attempt[],
  isStored: (guid: string) => boolean,
  now: string,
): Missing {
  const redeliver: Attempt[] = [];
  const givenUp: string[] = [];
  for (const [guid, ofOne] of Map.groupBy(attempts, (attempt) => attempt.guid)) {
    const last = ofOne.toSorted((a, b) => order(a, b)).at(-1);
    if (!last || isStored(guid)) continue;
    // Answered well and not stored: it may still be on its way into our database.
    const settling = last.statusCode >= 200 && last.statusCode < 300 ? minuteMs : 0;
    const pause = settling + minuteMs * (2 ** (ofOne.length - 1) - 1);
    if (ofOne.length >= mostAttempts) givenUp.push(guid);
    else if (Date.parse(last.deliveredAt) + pause <= Date.parse(now)) redeliver.push(last);
  }
  return { redeliver: redeliver.toSorted((a, b) => order(a, b)), givenUp };
}

const order = (a: Attempt, b: Attempt): number => Date.parse(a.deliveredAt) - Date.parse(b.deliveredAt) || a.id - b.id;
