/**
 * Whose turn it is where many wait for few places: a round-robin over those who have work, by the time that was spent on each, so that
 * neither many jobs nor long ones are worth more than a share. Each may have a quantum of time in a round; who has had more sits out until
 * the others, if they have work, have caught up. It decides among waiting work only: no place is ever left empty for somebody's sake.
 */
export type FairShare = {
  /** Who has had their share of this round. */
  readonly sated: () => readonly string[];
  /** So much time (in milliseconds) was spent on somebody's job. */
  readonly spent: (who: string, millis: number) => void;
  /**
   * Those who are not sated have no work that could be taken: lets in those who are least ahead, and, if that was not enough (`attempt`
   * counts from 1), more of them. False: there is nobody left to be let in, and all that was counted is forgotten.
   */
  readonly letIn: (attempt: number) => boolean;
};

/** What the quickest job counts, as it also takes a look into the queue. */
const leastMillis = 20;

/** After those who are least ahead come a quarter of the rest, then all: an empty queue is known to be so after a few looks. */
const shares = [0, 0.25, 1];

/** `quantumMillis`: what somebody may use before others have their turn. */
export function createFairShare(quantumMillis = 500): FairShare {
  // What each has left of the round; who is not in it has the whole quantum.
  const left = new Map<string, number>();
  const sated = (): readonly (readonly [string, number])[] => [...left].filter(([, millis]) => millis <= 0);
  return {
    sated: () => sated().map(([who]) => who),
    spent: (who, millis) => {
      left.set(who, (left.get(who) ?? quantumMillis) - Math.max(millis, leastMillis));
    },
    letIn: (attempt) => {
      const waiting = sated().toSorted(([, a], [, b]) => b - a);
      const share = shares[attempt - 1] ?? 1;
      const [, lowest] = waiting[Math.min(waiting.length - 1, Math.floor(waiting.length * share))] ?? [];
      if (lowest === undefined) {
        left.clear();
        return false;
      }
      // As many rounds pass as it takes until the last of them has something left.
      const given = (Math.floor(-lowest / quantumMillis) + 1) * quantumMillis;
      for (const [who, millis] of left) {
        if (millis + given >= quantumMillis) left.delete(who);
        else left.set(who, millis + given);
      }
      return true;
    },
  };
}
