import type { WorkingHours } from "./terms.ts";

const minute = 60_000;

/**
 * The moment itself if people are at work then, else the next one at which they are. Follows the zone's clock changes: nine
 * o'clock is nine o'clock on the wall. An opening time that a clock change skips counts from the moment the clock has jumped.
 */
export function nextWorkingMoment(iso: string, hours: WorkingHours | null): string {
  if (!hours || hours.days.length === 0) return iso;
  const at = Date.parse(iso);
  const now = wallClock(at, hours.timeZone);
  const [from, to] = [minutesOf(hours.from), minutesOf(hours.to)];
  const worksOn = (day: number): boolean => hours.days.includes(weekdayOf(day));
  if (worksOn(now.day) && now.minutes >= from && now.minutes < to) return iso;
  const first = now.minutes < from ? now.day : now.day + 1;
  for (let day = first; day <= first + 7; day += 1) {
    if (worksOn(day)) return new Date(Math.max(at, instantOf(day, from, hours.timeZone))).toISOString();
  }
  return iso;
}

/** A day as whole days since 1970-01-01, and the minutes since its midnight. */
type WallClock = { readonly day: number; readonly minutes: number };

/** What a clock on the wall of a zone shows. */
function wallClock(at: number, timeZone: string): WallClock {
  const parts = Object.fromEntries(
    formatOf(timeZone)
      .formatToParts(at)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const { year = 0, month = 1, day = 1, hour = 0, minute: min = 0 } = parts;
  return { day: Math.floor(Date.UTC(year, month - 1, day) / (24 * 60 * minute)), minutes: hour * 60 + min };
}

/** The first instant at which the wall shows that time or, where the clock skips it, a later one. */
function instantOf(day: number, minutes: number, timeZone: string): number {
  const asUtc = (day * 24 * 60 + minutes) * minute;
  // No zone is further than a day from UTC; clocks change by quarters of an hour at the finest.
  const shown = (at: number): number => {
    const wall = wallClock(at, timeZone);
    return (wall.day * 24 * 60 + wall.minutes) * minute;
  };
  const offsets = [asUtc - 24 * 60 * minute, asUtc + 24 * 60 * minute].map((at) => shown(at) - at);
  const candidates = offsets.map((offset) => asUtc - offset).toSorted((a, b) => a - b);
  const exact = candidates.find((at) => shown(at) === asUtc);
  // Skipped: the earlier offset gives the moment as if the clock had not jumped, which is at or after the jump.
  return exact ?? candidates.at(-1) ?? asUtc;
}

const weekdayOf = (day: number): number => ((((day + 3) % 7) + 7) % 7) + 1;

function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(":").map(Number);
  return hours * 60 + minutes;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const numeric = { year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric" } as const;
  const made = new Intl.DateTimeFormat("en-US", { timeZone, hourCycle: "h23", calendar: "gregory", ...numeric });
  formats.set(timeZone, made);
  return made;
}

/** Whether the zone is one that this system knows. */
export function isTimeZone(name: string): boolean {
  try {
    return formatOf(name) !== undefined;
  } catch {
    return false;
  }
}
