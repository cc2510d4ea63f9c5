import type { Attempt } from "../../core/delivery/missing-deliveries.ts";

/** GitHub's own list of what it delivered to the app; it is kept for three days. */
export type HookDeliveries = {
  /** Every attempt since then, in pages, the newest first. */
  readonly since: (time: string) => AsyncIterable<readonly Attempt[]>;
  /** Asks GitHub to deliver once more; `gone`: it does not have the delivery any more. */
  readonly redeliver: (attemptId: number) => Promise<"asked" | "gone">;
};

/** Looks for deliveries that never arrived. */
export type RecoverDeliveries = { readonly name: "recover-deliveries"; readonly data: { readonly minute: string } };

/** Until when everything of some kind was done: the next time begins there. */
export type Watermarks = {
  readonly get: (name: string) => Promise<string | null>;
  readonly set: (name: string, time: string) => Promise<void>;
};
