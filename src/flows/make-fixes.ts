import { type FixStep, isCarriedOut } from "../core/posture/fixes/fix-plan.ts";
import type { PostureSubject } from "./ports/facts.ts";
import type { FixDesk } from "./ports/fixes.ts";

/** What became of a step: `stopped` says at which request, and why the rest was not sent. */
export type MadeFix = {
  readonly about: string;
  readonly claims: readonly string[];
  readonly changes: readonly string[];
  readonly outcome: "made" | "stopped";
  readonly why?: string;
};

/**
 * Sends the requests of the steps that are carried out, in their order. What a request is about may have changed since it was
 * planned; the step then stops, and the next plan starts from what there is. So does one that was sent twice.
 */
export async function makeFixes(
  subject: PostureSubject,
  steps: readonly FixStep[],
  { fixDesk }: { readonly fixDesk: FixDesk },
): Promise<readonly MadeFix[]> {
  const made: MadeFix[] = [];
  for (const step of steps.filter(isCarriedOut)) made.push(await makeFix(subject, step, fixDesk));
  return made;
}

/** Sends the requests of one step. */
export async function makeFix(subject: PostureSubject, step: FixStep, fixDesk: FixDesk): Promise<MadeFix> {
  const { about, claims, changes, requests } = step;
  for (const request of requests) {
    const outcome = await fixDesk.send(subject, request);
    if (outcome === "done") continue;
    const why = outcome === "denied" ? "GitHub does not let this app do it" : "it is no longer as it was when planned";
    return { about, claims, changes, outcome: "stopped", why: `${request.method} ${request.path}: ${why}` };
  }
  return { about, claims, changes, outcome: "made" };
}
