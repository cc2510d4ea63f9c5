import type { ExpandLimits } from "./limits.ts";

/** What is left of the limits of one file. */
export type Allowance = {
  /** How many bytes something that takes `packed` bytes may unpack to. 0 if the total is used up. */
  readonly roomFor: (packed: number) => number;
  readonly takeBytes: (count: number) => void;
  /** Takes one entry, if any is left. */
  readonly takeEntry: () => boolean;
  readonly entriesLeft: () => number;
  readonly millisLeft: () => number;
  /** The clock stands still until it is run, and while others have their turn. */
  readonly runClock: () => void;
  readonly stopClock: () => void;
};

/** `now` in milliseconds, from anywhere. */
export function createAllowance(limits: ExpandLimits, now: () => number): Allowance {
  let { entries, totalBytes: bytes } = limits;
  let spent = 0;
  let since: number | null = null;
  const stopClock = (): void => {
    if (since !== null) spent += now() - since;
    since = null;
  };
  return {
    roomFor: (packed) =>
      Math.max(0, Math.min(limits.entryBytes, bytes, Math.max(limits.ratioFloorBytes, packed * limits.ratio))),
    takeBytes: (count) => void (bytes -= count),
    takeEntry: () => entries-- > 0,
    entriesLeft: () => Math.max(0, entries),
    millisLeft: () => Math.max(0, limits.millis - spent - (since === null ? 0 : now() - since)),
    runClock: () => {
      stopClock();
      since = now();
    },
    stopClock,
  };
}
