import type { Exposure } from "./exposure.ts";
import type { Actor, DrillMark, Evidence, Filing, Owner, Phase, Probe, Redaction } from "./incident.ts";
import type { Occurrence } from "./occurrence.ts";
import type { Pushed } from "./pushed.ts";
import type { Terms } from "./terms.ts";

/** Something that happened to an incident. Holds no secret and nothing that would help to guess one. */
export type IncidentEvent =
  | { readonly kind: "opened"; readonly drill: DrillMark | null }
  /** `inHistory`: in an old place that was not known, when the whole history was read. `pushed`: in this push. */
  | {
      readonly kind: "seenAgain";
      readonly occurrences: readonly Occurrence[];
      readonly inHistory?: true;
      readonly pushed?: Pushed;
    }
  | { readonly kind: "termsSet"; readonly terms: Terms; readonly by: Actor; readonly reason: string }
  | { readonly kind: "filed"; readonly filing: Filing }
  /** What was filed is not there any more. */
  | { readonly kind: "filingLost" }
  | { readonly kind: "ownerFound"; readonly owner: Owner }
  | { readonly kind: "assigned"; readonly owner: Owner; readonly by: Actor }
  | { readonly kind: "exposureMeasured"; readonly exposure: Exposure }
  | { readonly kind: "acknowledged"; readonly by: Actor }
  | { readonly kind: "phaseDone"; readonly phase: Phase; readonly by: Actor; readonly note: string }
  /** `overlap`: the provider lets only one be alive at a time, so there is none. */
  | { readonly kind: "rotationClaimed"; readonly by: Actor; readonly overlap?: "impossible" }
  | { readonly kind: "overlapEnded" }
  | { readonly kind: "verificationAsked"; readonly by: Actor }
  | { readonly kind: "probed"; readonly state: Probe["state"]; readonly evidence: Evidence }
  | { readonly kind: "attested"; readonly by: Actor; readonly statement: string }
  | { readonly kind: "revocationAsked"; readonly by: Actor }
  | {
      readonly kind: "revocationAnswered";
      readonly outcome: "revoked" | "failed" | "impossible";
      readonly evidence: Evidence;
    }
  | {
      readonly kind: "hookAnswered";
      readonly hook: string;
      readonly outcome: "accepted" | "refused" | "unreachable";
      readonly detail: string;
    }
  | ({ readonly kind: "textRedacted" } & Omit<Redaction, "at">)
  | { readonly kind: "snoozed"; readonly until: string; readonly reason: string; readonly by: Actor }
  | { readonly kind: "snoozeEnded" }
  /** Somebody who may not decide it asks to dismiss it. */
  | { readonly kind: "dismissalAsked"; readonly reason: string; readonly until: string | null; readonly by: Actor }
  | { readonly kind: "dismissalRefused"; readonly reason: string; readonly by: Actor }
  | { readonly kind: "dismissed"; readonly reason: string; readonly until: string | null; readonly by: Actor }
  | { readonly kind: "dismissalExpired" }
  | { readonly kind: "closedByHand"; readonly by: Actor }
  | { readonly kind: "reopened"; readonly by: Actor; readonly reason: string }
  | { readonly kind: "reminded"; readonly of: "half" | "due" | "overdue" }
  | { readonly kind: "escalated"; readonly to: string }
  /** Something happened to a repository where it was seen or is filed; `repository` is what that was called then. */
  | {
      readonly kind: "repositoryChanged";
      readonly how: "made-public" | "transferred" | "deleted" | "removed";
      readonly repository: string;
    }
  | { readonly kind: "drillEnded"; readonly cleanedUp: boolean };

/** What has to be done because of an event. Each is done at least once, and doing it twice is harmless. */
export type IncidentEffect =
  /** Bring what people see up to date: the issue, its state, its assignees, its comments. */
  | "show"
  /** Judge the changes that brought it again: it blocks them, or does so no more. */
  | "judge-again"
  /** Find out the terms, the owner and the exposure. */
  | "look-into"
  /** Read the credential again from git and ask the provider whether it is alive. */
  | "verify"
  /** Ask the provider to revoke it. */
  | "revoke"
  /** Ask managers of secrets to rotate it. */
  | "ask-hooks"
  /** Take away what a drill planted, and write its report. */
  | "clean-up";
