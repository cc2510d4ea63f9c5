import type { ExportedEvent } from "../../core/export/exported-event.ts";
import type { Happening } from "../../core/export/happening.ts";

/** What became of it; a sink that refuses an event may well take the next. */
export type Told = "taken" | "refused";

/** A system that wants to know what happens. */
export type Sink = {
  /** As it is configured; also the name under which it is remembered how much it was told. */
  readonly name: string;
  /** Whether it wants to be told of an event; one that it does not want counts as told. */
  readonly wants: (event: ExportedEvent) => boolean;
  /** Tells it. Rejects where the sink is down; telling it again is harmless, as events have ids. */
  readonly tell: (event: ExportedEvent, signal: AbortSignal) => Promise<Told>;
  /** As `wants` and `tell`, of what happens outside of incidents' timelines. */
  readonly wantsHappening: (happening: Happening) => boolean;
  readonly tellHappening: (happening: Happening, signal: AbortSignal) => Promise<Told>;
};

/** How much of an incident's timeline a sink was told. */
export type SinkProgress = {
  /** The last entry that it was told of; 0: nothing yet. */
  readonly through: (sink: string, incidentId: string) => Promise<number>;
  /** Never goes back. */
  readonly note: (sink: string, incidentId: string, seq: number) => Promise<void>;
};

/** Who tells a sink of what: one at a time among all workers, lest it be told twice or out of order. */
export type SinkTurns = {
  /** Null: somebody else is at it. A turn whose holder died is over after a few minutes. */
  readonly take: (sink: string, what: string) => Promise<SinkTurn | null>;
};

export type SinkTurn = {
  /** Keeps the turn for longer. Rejects where it was lost. */
  readonly keep: () => Promise<void>;
  readonly giveBack: () => Promise<void>;
};

/** What sinks are still to be told. */
export type SinkBacklog = {
  /**
   * Remembers that these sinks are configured. One that is new is told what happens from now on; one that has been gone for long is
   * forgotten, with what waited for it.
   */
  readonly configured: (sinks: readonly string[]) => Promise<void>;
  /** The sink took something. */
  readonly took: (sink: string) => Promise<void>;
  /** Incidents of which it was not told everything since it is known, in the order of their ids, after that one; `limit` at most. */
  readonly incidents: (
    sink: string,
    after: string,
    limit: number,
  ) => Promise<readonly { readonly incidentId: string; readonly installationId: number }[]>;
  /** Installations of which something else waits for it. */
  readonly installations: (sink: string) => Promise<readonly number[]>;
};

/** Tells a sink what happened to an incident since it was told last. */
export type TellSink = {
  readonly name: "tell-sink";
  readonly data: { readonly installationId: number; readonly incidentId: string; readonly sink: string };
};

/** Sees to what sinks were not told because its jobs are used up or lost. */
export type SweepSinks = { readonly name: "sweep-sinks"; readonly data: { readonly minute: string } };
