/** What GitHub says of an installation's hour in its answers; `resetsAt` in seconds since 1970. */
export type HourLeft = { readonly limit: number; readonly left: number; readonly resetsAt: number };

/** What may be read for an installation, of which leave is taken for several requests at once. */
export type ReadLeave = {
  /** For how many requests leave is taken. */
  readonly requests: number;
  /** So many may go at once, and `perSecond` more come back. */
  readonly size: number;
  readonly perSecond: number;
  /** How many must stay for others. Below zero: so many may be owed, which is waited for in the order of asking. */
  readonly leaving: number;
  /** Which share of the hour must stay for others. */
  readonly leavingOfHour: number;
};

export type ReadAnswer =
  /** Leave is taken, and counts in so many seconds. */
  | { readonly kind: "wait"; readonly seconds: number }
  /** None is taken; asking is of no use for so many seconds. `primary`: what is left of the hour is others'. */
  | { readonly kind: "ask-again"; readonly seconds: number; readonly limit: "primary" | "secondary" };

/** How much may be read for an installation, counted for all workers together. */
export type RequestBudget = {
  /** Takes leave for some requests, and tells the others what GitHub said last of the hour; null: nothing yet. */
  readonly take: (id: string, leave: ReadLeave, seen: HourLeft | null) => Promise<ReadAnswer>;
};
