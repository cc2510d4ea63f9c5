import type { Drift, FixRecord } from "../../core/posture/fixes/fix-record.ts";
import type { RepoRef } from "../../core/change/change.ts";

/** Somebody changed a setting, by the event that told of it. */
export type SettingChange = { readonly event: string; readonly login: string; readonly at: string };

/** What is remembered of fixes and of who changed settings. */
export type FixStore = {
  readonly byId: (repoId: number) => Promise<FixRecord | null>;
  readonly save: (repoId: number, record: FixRecord) => Promise<void>;
  readonly noteChange: (repoId: number, change: SettingChange) => Promise<void>;
  /** The newest change of each kind of event. */
  readonly changesOf: (repoId: number) => Promise<readonly SettingChange[]>;
};

/** Tells people what was set back, in an issue of the repository. Safe to repeat: one issue, written only when there is news. */
export type ReportDrifts = (repo: RepoRef, drifts: readonly Drift[], now: string) => Promise<void>;

/** Plans the fixes that the configuration asks for, and carries out those that it lets be carried out. */
export type FixPosture = { readonly name: "fix-posture"; readonly data: { readonly repo: RepoRef } };

export type NoteSettingChange = {
  readonly name: "note-setting-change";
  readonly data: { readonly repo: RepoRef } & Pick<SettingChange, "event" | "login">;
};
