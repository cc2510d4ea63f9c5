/** A bucket of leave: it holds `size`, and `perSecond` comes back. */
export type PaceBucket = {
  readonly name: string;
  readonly size: number;
  readonly perSecond: number;
  /** What must stay in it for others. Below zero: so much may be owed, which is waited for in the order of asking. */
  readonly leaving: number;
};

/** How fast may be written for an installation, counted for all workers together. */
export type WritePace = {
  /**
   * Takes leave for one request. `wait`: leave is taken, and counts in so many seconds. `ask-again`: none is taken; asking is of no use
   * for so many seconds. Nothing is held meanwhile: whoever dies leaves nobody waiting.
   */
  readonly take: (
    id: string,
    bucket: PaceBucket,
  ) => Promise<{ readonly kind: "wait" | "ask-again"; readonly seconds: number }>;
};
