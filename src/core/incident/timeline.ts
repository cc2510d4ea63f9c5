import type { IncidentEvent } from "./events.ts";
import type { IncidentState } from "./incident.ts";
import type { Occurrence } from "./occurrence.ts";
import type { Pushed } from "./pushed.ts";

/** An event as it is kept. Of many places the first are named; the incident has them all. */
export type RecordedEvent =
  | Exclude<IncidentEvent, { kind: "seenAgain" }>
  | {
      readonly kind: "seenAgain";
      readonly places: number;
      readonly first: readonly Occurrence[];
      readonly pushed?: Pushed;
    };

/** One line of what happened to an incident, bound to all lines before it. */
export type TimelineEntry = {
  /** From 1, without gaps. */
  readonly seq: number;
  readonly at: string;
  readonly event: RecordedEvent;
  /** The state it led to. */
  readonly state: IncidentState;
  /** The command or delivery it came from, so that nothing is recorded twice; null: none. */
  readonly source: string | null;
  /** Over this entry and the hash of the one before. */
  readonly hash: string;
};

/**
 * A keyed hash of a text, in hex: whoever lacks the key cannot make a timeline that holds. `written`: what was written once, which is
 * given where it is the hash under any key that counted.
 */
export type TimelineHash = (text: string, written?: string) => string;

const mostPlaces = 20;

export function toRecorded(event: IncidentEvent): RecordedEvent {
  if (event.kind !== "seenAgain") return event;
  const { kind, occurrences, pushed } = event;
  return { kind, places: occurrences.length, first: occurrences.slice(0, mostPlaces), ...(pushed && { pushed }) };
}

/** The entry that follows `last` (null: the first one). */
export function nextEntry(
  incidentId: string,
  last: Pick<TimelineEntry, "seq" | "hash"> | null,
  fields: Pick<TimelineEntry, "at" | "event" | "state" | "source">,
  hash: TimelineHash,
): TimelineEntry {
  const entry = { seq: (last?.seq ?? 0) + 1, ...fields };
  return { ...entry, hash: hash(textOf(incidentId, last?.hash ?? "", entry)) };
}

/** `end`: how many entries there must be, as the incident says. */
export type TimelineCheck =
  | { readonly kind: "holds"; readonly entries: number; readonly head: string }
  | { readonly kind: "broken"; readonly seq: number; readonly problem: string };

/** Whether nothing was changed, left out, put in between or cut off. */
export function checkTimeline(
  incidentId: string,
  entries: readonly TimelineEntry[],
  end: number,
  hash: TimelineHash,
): TimelineCheck {
  let last: Pick<TimelineEntry, "seq" | "hash"> | null = null;
  for (const entry of entries) {
    const seq: number = (last?.seq ?? 0) + 1;
    if (entry.seq !== seq) return { kind: "broken", seq, problem: `entry ${seq} is missing` };
    const { at, event, state, source } = entry;
    const hashThen: TimelineHash = (text) => hash(text, entry.hash);
    if (nextEntry(incidentId, last, { at, event, state, source }, hashThen).hash !== entry.hash) {
      return { kind: "broken", seq, problem: `entry ${seq} is not as it was written, or one before it` };
    }
    last = entry;
  }
  if (entries.length !== end) {
    return {
      kind: "broken",
      seq: entries.length + 1,
      problem: `${end} entries were written, ${entries.length} are there`,
    };
  }
  return { kind: "holds", entries: entries.length, head: last?.hash ?? "" };
}

function textOf(incidentId: string, previous: string, entry: Omit<TimelineEntry, "hash">): string {
  const { seq, at, event, state, source } = entry;
  return canonical([incidentId, previous, seq, at, state, source, event]);
}

/** JSON whose keys are in order: a document that went through the database has another order. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
