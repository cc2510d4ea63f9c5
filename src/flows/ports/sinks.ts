import type { ExportedEvent } from "../../core/export/exported-event.ts";
import type { Happening } from "../../core/export/happening.ts";

/** A system that wants to know what happens. */
export type Sink = {
  /** As it is configured; also the name under which it is remembered how much it was told. */
  readonly name: string;
  /** Whether it wants to be told of an event; one that it does not want counts as told. */
  readonly wants: (event: ExportedEvent) => boolean;
  /** Tells it. Rejects where it did not take the event; telling it again is harmless, as events have ids. */
  readonly tell: (event: ExportedEvent, signal: AbortSignal) => Promise<void>;
  /** As `wants` and `tell`, of what happens outside of incidents' timelines. */
  readonly wantsHappening: (happening: Happening) => boolean;
  readonly tellHappening: (happening: Happening, signal: AbortSignal) => Promise<void>;
};

/** How much of an incident's timeline a sink was told. */
export type SinkProgress = {
  /** The last entry that it was told of; 0: nothing yet. */
  readonly through: (sink: string, incidentId: string) => Promise<number>;
  /** Never goes back. */
  readonly note: (sink: string, incidentId: string, seq: number) => Promise<void>;
};

/** Tells a sink what happened to an incident since it was told last. */
export type TellSink = {
  readonly name: "tell-sink";
  readonly data: { readonly installationId: number; readonly incidentId: string; readonly sink: string };
};
