import type { FixRequest, FixStep, Granted } from "../../core/posture/fixes/fix-plan.ts";
import type { NamedAction } from "../../core/posture/fixes/pin-actions.ts";
import type { ProposalState } from "../../core/posture/fixes/proposal.ts";
import type { FoundRuleset } from "../../core/posture/fixes/settings-plan.ts";
import type { PostureSubject } from "./facts.ts";

/** What fixes need of GitHub. */
export type FixDesk = {
  /** What the app may do there. */
  readonly granted: (subject: PostureSubject) => Promise<Granted>;
  /** The repository's own ruleset of that name; null if there is none. Whoever may not change it is not told all of it. */
  readonly ruleset: (subject: PostureSubject, name: string) => Promise<FoundRuleset | null>;
  /** The commit that a tag names in another repository; null if there is no such tag, or the app does not see it. */
  readonly commitOfTag: (subject: PostureSubject, action: NamedAction) => Promise<string | null>;
  /** How far a proposal from a branch has come. `paths` are byte strings. */
  readonly proposal: (
    subject: PostureSubject,
    of: { readonly base: string; readonly branch: string; readonly paths: readonly string[] },
  ) => Promise<ProposalState>;
  /** Who changed a ruleset last, as its history has it; null if that does not say. */
  readonly lastEditor: (subject: PostureSubject, step: FixStep) => Promise<string | null>;
  /**
   * Who did one of these actions last since then, as the organization's audit log has it; null if that is not open to the app, which
   * takes GitHub Enterprise Cloud and the permission, or names nobody but Keyward.
   */
  readonly audited: (subject: PostureSubject, actions: readonly string[], since: string) => Promise<string | null>;
  /** Sends a request as it stands. `denied`: the app may not; `gone`: what it is about is no longer as it was planned. */
  readonly send: (subject: PostureSubject, request: FixRequest) => Promise<"done" | "denied" | "gone">;
};
