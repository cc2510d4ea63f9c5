import type { Judgement } from "./check.ts";
import type { Waiver } from "./posture-config.ts";

/** A waiver of a claim. One that has expired counts for nothing any more; it is shown all the same. */
export type ShownWaiver = Waiver & { readonly expired: boolean };

/** The waivers of a claim, and whether those that have not expired cover all that is found against it. */
export type Waived = { readonly waived: boolean; readonly waivers: readonly ShownWaiver[] };

/** `now` is ISO 8601. What is true, or does not apply, needs no waiver. */
export function waivedBy(claim: string, judgement: Judgement, waivers: readonly Waiver[], now: string): Waived {
  const shown = waivers
    .filter((one) => one.claim === claim)
    .map((one): ShownWaiver => ({ ...one, expired: one.expires < now.slice(0, 10) }));
  const valid = shown.filter(({ expired }) => !expired);
  const covers = (found: string): boolean =>
    valid.some(({ only }) => only === null || only.some((part) => found.includes(part)));
  const { outcome, evidence } = judgement;
  const open = outcome === "fail" || outcome === "inconclusive";
  return { waived: open && valid.length > 0 && evidence.every(covers), waivers: shown };
}

/** A waiver in one sentence. `by` and the reason are what a person wrote. */
export function waiverText({ by, reason, expires, expired, only, from }: ShownWaiver): string {
  const part = only === null ? "" : ` for ${only.join(", ")}`;
  const whose = from === "organization" ? "the organization's waiver" : "waiver";
  return `${whose}${part} by ${by}, ${expired ? `expired on ${expires} and counts no more` : `until ${expires}`}: ${reason}`;
}
