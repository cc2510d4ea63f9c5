import type { RepoRef } from "../../core/change/change.ts";
import type { IssueButton } from "../../core/incident/issue-button.ts";
import type { Role } from "../../core/incident/rights.ts";

/** A comment in which a command may stand. */
export type CommandRef = {
  readonly repo: RepoRef;
  readonly issueNumber: number;
  readonly commentId: number;
};

/**
 * Does what a comment asks for. Only where the comment is: what it says is read when the job runs, and is never stored unread. `waits`: how
 * often it has waited for the verdict of the head that it is about.
 */
export type RunIncidentCommand = {
  readonly name: "run-incident-command";
  readonly data: CommandRef & { readonly waits?: number };
};

/** Somebody closed or reopened an issue by hand. */
export type NoteIssueChange = {
  readonly name: "note-issue-change";
  readonly data: {
    readonly repo: RepoRef;
    readonly issueNumber: number;
    readonly action: "closed" | "reopened";
    readonly login: string;
    /** When it happened, as GitHub says. */
    readonly at: string;
  };
};

/** Somebody ticked a button in an issue. */
export type PressIssueButton = {
  readonly name: "press-issue-button";
  readonly data: {
    readonly repo: RepoRef;
    readonly issueNumber: number;
    readonly button: IssueButton;
    readonly login: string;
    /** When it happened, as GitHub says. */
    readonly at: string;
  };
};

/** The comments that commands stand in, and who writes them. */
export type CommandDesk = {
  /** The comment as it is now; null: it is gone. `ours`: the app wrote it itself. */
  readonly comment: (
    ref: CommandRef,
  ) => Promise<{ readonly text: string; readonly login: string; readonly ours: boolean } | null>;
  /** The id of the incident that an issue is about, as it says itself if the app wrote it; null: it is about none, or is gone. */
  readonly incidentIn: (place: Pick<CommandRef, "repo" | "issueNumber">) => Promise<string | null>;
  readonly roleOf: (repo: RepoRef, login: string) => Promise<Role>;
  /** `team` as `org/team`. What cannot be found out is no. */
  readonly isInTeam: (repo: RepoRef, team: string, login: string) => Promise<boolean>;
  /** Answers the comment, once however often it is done: with a reaction, and with words (Markdown) where there are any. */
  readonly answer: (
    ref: CommandRef,
    reply: { readonly accepted: boolean; readonly text: string | null },
  ) => Promise<void>;
  /** Says something (Markdown) in an issue, once however often it is done under one key. `since`: it cannot have been said before. */
  readonly say: (
    place: Pick<CommandRef, "repo" | "issueNumber">,
    words: { readonly key: string; readonly since: string; readonly text: string },
  ) => Promise<void>;
  /** The login under which the app acts. */
  readonly ownLogin: () => Promise<string>;
};
