/** What the database knows at the moment of a scrape. */
export type StoredFigures = {
  /** Jobs that wait for their turn, run, or failed for good, by lane. `oldestSeconds`: how long the one that waits longest has. */
  readonly jobs: readonly {
    readonly lane: string;
    readonly state: string;
    readonly count: number;
    readonly oldestSeconds: number;
  }[];
  /** Anomalies that were noted, by what was out of the ordinary, and when the last one was, in seconds since 1970. */
  readonly anomalies: readonly { readonly action: string; readonly count: number; readonly newestAt: number }[];
  /** Incidents that are not over, by state and class. */
  readonly incidents: readonly {
    readonly state: string;
    readonly class: string;
    readonly count: number;
    readonly oldestSeconds: number;
  }[];
};
