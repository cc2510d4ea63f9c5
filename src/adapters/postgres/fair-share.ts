/**
 * Whose turn it is where many wait for few places: a round-robin over those who have work, by the time that was spent on each, so that
 * neither many jobs nor long ones are worth more than a share. Each may have a quantum of time in a round; who has had more sits out until
 * the others, if they have work, have caught up. It decides among waiting work only: no place is ever left empty for somebody's sake. Who
 * could not be given more at the moment, as their jobs take turns, is not behind for good: they go first when they can.
 */
export type FairShare = {
  /** Whom to pass over while work is looked for, in one look after the other until some is found. */
  readonly looks: () => readonly Look[];
  /** That look found work: rounds have passed if nobody was found by those before it. */
  readonly found: (look: Look) => void;
  /** None did: all that was counted is forgotten. */
  readonly foundNone: () => void;
  /** A job of somebody's begins. */
  readonly began: (who: string) => void;
  /** It has ended, and so much time (in milliseconds) was spent on it. */
  readonly ended: (who: string, millis: number) => void;
};

export type Look = { readonly passOver: readonly string[]; readonly roundsMillis: number };

/** What the quickest job counts, as it also takes a look into the queue. */
const leastMillis = 20;

/** After those who are least ahead come a quarter of the rest, then all: an empty queue is known to be so after a few looks. */
const shares = [0, 0.25, 1];

/** `quantumMillis`: what somebody may use before others have their turn. */
export function createFairShare(quantumMillis = 500): FairShare {
  // What each has had more than everybody; who is not in it, nothing. Less than nothing: who has a job while others have had more.
  const ahead = new Map<string, number>();
  const running = new Map<string, number>();

  const lookBelow = (most: number): Look => ({
    passOver: [...ahead].filter(([, millis]) => millis >= most).map(([who]) => who),
    roundsMillis: Math.max(0, most - quantumMillis),
  });

  const pass = (millis: number): void => {
    for (const [who, had] of ahead) ahead.set(who, running.has(who) ? had - millis : Math.max(0, had - millis));
    // Who was not given anything yet is ahead of one that is behind.
    for (const who of running.keys()) if (!ahead.has(who)) ahead.set(who, -millis);
    if ([...ahead.values()].some((had) => had < 0)) return;
    for (const [who, had] of ahead) if (had === 0) ahead.delete(who);
  };

  return {
    looks: () => {
      const had = [...ahead.values()];
      const sated = had.filter((millis) => millis >= quantumMillis).toSorted((a, b) => a - b);
      const beyond = shares.map((share) => {
        const millis = sated[Math.min(sated.length - 1, Math.floor(sated.length * share))] ?? 0;
        return (Math.floor(millis / quantumMillis) + 1) * quantumMillis;
      });
      const bounds = [...(had.some((millis) => millis < 0) ? [0] : []), quantumMillis, ...beyond];
      return [...new Set(bounds)].map(lookBelow);
    },
    found: ({ roundsMillis }) => {
      if (roundsMillis > 0) pass(roundsMillis);
    },
    foundNone: () => ahead.clear(),
    began: (who) => void running.set(who, (running.get(who) ?? 0) + 1),
    ended: (who, millis) => {
      const left = (running.get(who) ?? 1) - 1;
      if (left > 0) running.set(who, left);
      else running.delete(who);
      ahead.set(who, (ahead.get(who) ?? 0) + Math.max(millis, leastMillis));
    },
  };
}
