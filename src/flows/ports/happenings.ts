import type { Happening, HappeningKind } from "../../core/export/happening.ts";

/** What happened, each once, and which sinks are still to be told of it. */
export type HappeningStore = {
  /**
   * Keeps what is not known yet, and queues that these sinks are told of it, in one transaction. Gives how many were new; what is
   * known changes nothing.
   */
  readonly note: (happenings: readonly Happening[], sinks: readonly string[]) => Promise<number>;
  /** What a sink is still to be told of an installation, the oldest first; what it refused is among it an hour later. */
  readonly untold: (sink: string, installationId: number, limit: number) => Promise<readonly Happening[]>;
  readonly told: (sink: string, id: string) => Promise<void>;
  /** The sink did not want to take it; it waits, and does not hold up the others. */
  readonly refused: (sink: string, id: string) => Promise<void>;
  /** The newest first. */
  readonly list: (kind: HappeningKind, limit: number) => Promise<readonly Happening[]>;
};

/** Keeps what happened; queued with the state that it is about. */
export type NoteHappenings = {
  readonly name: "note-happenings";
  readonly data: { readonly installationId: number; readonly happenings: readonly Happening[] };
};

/** Tells a sink what happened in an installation that it was not told yet. */
export type TellHappenings = {
  readonly name: "tell-happenings";
  readonly data: { readonly installationId: number; readonly sink: string };
};
