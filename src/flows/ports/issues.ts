import type { Incident } from "../../core/incident/incident.ts";

export type IssueRef = { readonly number: number; readonly url: string };

/** Why an incident can have no issue in its home repository, as far as it is part of life. */
export type IssueUnavailable = {
  readonly kind: "unavailable";
  readonly reason: "issues-disabled" | "archived" | "repository-gone";
};

export type IssueTracker = {
  /**
   * Makes sure the incident's issue exists in its home repository, is open or closed as the incident is, and says what the incident
   * says; in a public repository only that a maintainer should look. Found by its hidden marker, so that running twice, or after a
   * lost answer, makes one issue. What people added to the issue is kept.
   */
  readonly ensureIssue: (incident: Incident) => Promise<({ readonly kind: "filed" } & IssueRef) | IssueUnavailable>;
};
