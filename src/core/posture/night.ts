const minute = 60_000;
const day = 24 * 60 * minute;

/** In UTC: when most of the world's writers of code sleep, or are at their desks to see what comes of it in the morning. */
const from = 60;
const minutes = 300;

/**
 * When a repository is next looked at by itself: a minute of the night of its own, by its id, so that a thousand of them are spread
 * out and each is at the same minute every night.
 */
export function nextNight(id: number, now: string): string {
  const own = (from + (id % minutes)) * minute;
  const at = Math.floor(Date.parse(now) / day) * day + own;
  return new Date(at > Date.parse(now) ? at : at + day).toISOString();
}

/** When an organization is next looked at by itself: after the repositories, so that its summary is of this night. */
export function nextMorning(id: number, now: string): string {
  const own = (from + minutes + 5 + (id % 30)) * minute;
  const at = Math.floor(Date.parse(now) / day) * day + own;
  return new Date(at > Date.parse(now) ? at : at + day).toISOString();
}

/** The week a time is in, by its Monday: `2026-11-23`. */
export function weekOf(now: string): string {
  const days = Math.floor(Date.parse(now) / day);
  // Day 0, the first of January 1970, was a Thursday.
  return new Date((days - ((days + 3) % 7)) * day).toISOString().slice(0, 10);
}
