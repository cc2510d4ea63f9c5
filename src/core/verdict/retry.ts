import type { UnreadReason } from "./coverage.ts";
import type { Verdict } from "./verdict.ts";

/** What is done by itself about a verdict that is incomplete: it is tried again at `at` (ISO 8601), or not any more. */
export type Retry =
  | { readonly kind: "planned"; readonly number: number; readonly at: string }
  | { readonly kind: "given-up"; readonly tries: number };

/** Whether what kept something from being read may be over when it is read again. */
const mayPass: Readonly<Record<UnreadReason, boolean>> = {
  "missing-object": true,
  unavailable: true,
  corrupt: true,
  timeout: true,
  "internal-error": true,
  "too-large": false,
  "lfs-pointer": false,
  encrypted: false,
  "too-deep": false,
  unsupported: false,
};

/** How long each retry waits, in seconds: a minute at first, so that a hiccup costs no more; half a day at last. */
const pauses: readonly number[] = [60, 5 * 60, 20 * 60, 60 * 60, 4 * 60 * 60, 12 * 60 * 60];

/** How many retries there are of one verdict. */
export const mostRetries: number = pauses.length;

/**
 * Whether and when a change is judged again by itself, after `tried` retries. Null: there is no need, or it would be in vain, as
 * all that was not read stays as it is.
 */
export function planRetry({ outcome, coverage }: Verdict, tried: number, now: string): Retry | null {
  if (outcome !== "incomplete" || !coverage.unread.some(({ reason }) => mayPass[reason])) return null;
  const pause = pauses[tried];
  if (pause === undefined) return { kind: "given-up", tries: tried };
  return { kind: "planned", number: tried + 1, at: new Date(Date.parse(now) + pause * 1000).toISOString() };
}

/** What is done about several verdicts of one head: the next retry, if there is one. */
export function nextRetry(retries: readonly (Retry | null)[]): Retry | null {
  const planned = retries.filter((retry) => retry?.kind === "planned").toSorted((a, b) => (a.at < b.at ? -1 : 1));
  return planned[0] ?? retries.find((retry) => retry !== null) ?? null;
}
