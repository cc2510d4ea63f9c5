import type { Filing, Incident } from "../../core/incident/incident.ts";
import type { Playbook } from "../../core/provider/playbook.ts";
import type { TimelineEntry } from "../../core/incident/timeline.ts";

export type IssueRef = { readonly number: number; readonly url: string };

/** Why an incident can have no issue, as far as it is part of life. */
export type IssueUnavailable = {
  readonly kind: "unavailable";
  readonly reason: "issues-disabled" | "archived" | "repository-gone";
};

/** How a provider's credential is rotated, in plain words. */
export type RotationSteps = Playbook;

/** What is needed to show an incident. */
export type IncidentView = {
  readonly incident: Incident;
  /** Null: nothing more is known than what holds for every credential. */
  readonly steps: RotationSteps | null;
  /** Whether Keyward can revoke the credential at its provider, and is allowed to when a person asks. */
  readonly canRevoke: boolean;
  /** Everything that happened so far, oldest first: shown where there are no comments. */
  readonly timeline: readonly TimelineEntry[];
  /** Where the incidents of public repositories go. */
  readonly elsewhere: {
    readonly privateRepository: { readonly owner: string; readonly name: string } | null;
    readonly draftAdvisories: boolean;
  };
};

export type IssueTracker = {
  /**
   * Makes sure that the incident is filed, once, and that what people see is what the incident says: title, body, open or closed,
   * assignees. In a private repository that is an issue there; for a public one the private incident repository, else a draft
   * advisory, else an issue that says no more than that a maintainer should look. Found by a hidden marker, so that running twice, or
   * after a lost answer, makes one. What people added is kept.
   */
  readonly ensureIssue: (
    view: IncidentView,
  ) => Promise<{ readonly kind: "filed"; readonly filing: Filing } | IssueUnavailable>;
  /**
   * Comments what matters to people of `fresh`, each once however often it is told. `all` is the whole timeline. Where there are no
   * comments (an advisory) it does nothing: what is shown there says it.
   */
  readonly tell: (
    incident: Incident,
    filing: Filing,
    fresh: readonly TimelineEntry[],
    all: readonly TimelineEntry[],
  ) => Promise<void>;
};
