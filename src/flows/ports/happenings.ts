import type { Happening, HappeningKind } from "../../core/export/happening.ts";

/** What happened, each once, and which sinks are still to be told of it. */
export type HappeningStore = {
  /**
   * Keeps what is not known yet, and queues that these sinks are told of it, in one transaction. Gives how many were new; what is
   * known changes nothing.
   */
  readonly note: (happenings: readonly Happening[], sinks: readonly string[]) => Promise<number>;
  /** What a sink is still to be told; null: it was told, or is not to be. */
  readonly untold: (sink: string, id: string) => Promise<Happening | null>;
  readonly told: (sink: string, id: string) => Promise<void>;
  /** The newest first. */
  readonly list: (kind: HappeningKind, limit: number) => Promise<readonly Happening[]>;
};

/** Keeps what happened; queued with the state that it is about. */
export type NoteHappenings = {
  readonly name: "note-happenings";
  readonly data: { readonly installationId: number; readonly happenings: readonly Happening[] };
};

/** Tells a sink of something that happened. */
export type TellHappening = {
  readonly name: "tell-happening";
  readonly data: { readonly installationId: number; readonly id: string; readonly sink: string };
};
