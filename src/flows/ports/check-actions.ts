import type { Head } from "./check-runs.ts";

/** What the buttons on a check ask for. */
export const checkActions = ["retry", "false-positive", "request-exception"] as const;
export type CheckAction = (typeof checkActions)[number];

/** Somebody pressed a button on the check of a head. `waits`: how often it has waited for the verdict of that head. */
export type RunCheckAction = {
  readonly name: "run-check-action";
  readonly data: {
    readonly head: Head;
    readonly action: CheckAction;
    readonly login: string;
    readonly waits?: number;
  };
};
