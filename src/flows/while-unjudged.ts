/**
 * When a job that needs a head's whole verdict looks again, having looked `waits` times in vain; null: it has waited for a quarter of an
 * hour, and is to say so. `now` and what is given: ISO 8601.
 */
export function looksAgainAt(waits: number, now: string): string | null {
  if (waits >= mostWaits) return null;
  const seconds = Math.min(firstSeconds * 2 ** waits, mostSeconds);
  return new Date(Date.parse(now) + seconds * 1000).toISOString();
}

const firstSeconds = 5;
const mostSeconds = 60;
const mostWaits = 18;
