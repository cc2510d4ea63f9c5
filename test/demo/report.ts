import type { IncidentExport } from "../../src/core/incident/incident-export.ts";
import type { CheckRun } from "../github/state.ts";
import { judgementsOf } from "./server-log.ts";

/** What the demo ends with, for machines. */
export type StoryReport = {
  readonly head: string;
  readonly checkRun: {
    readonly conclusion: string | null;
    readonly title: string | null;
    readonly annotations: readonly {
      readonly path: string;
      readonly line: number;
      readonly level: string;
      readonly title: string | null;
      readonly message: string;
    }[];
  };
  readonly incident: {
    readonly number: number;
    readonly title: string;
    readonly state: string;
    /** What happened to it, as the export gives it. */
    readonly timeline: IncidentExport["timeline"];
  } | null;
  readonly coverage: {
    readonly commits: number;
    readonly blobs: number;
    readonly bytes: number;
    readonly unread: number;
  };
  readonly pushToVerdictMs: number;
  /** Where to look with a browser while it is kept running. */
  readonly pages: readonly string[];
  /** Why the story did not hold; empty when it did. */
  readonly problems: readonly string[];
};

/** Puts the report together and checks what must hold of any verdict. */
export function reportOf(seen: {
  readonly head: string;
  readonly run: CheckRun;
  readonly pushToVerdictMs: number;
  readonly output: string;
  readonly planted: readonly string[];
}): StoryReport {
  const { head, run, output } = seen;
  const problems: string[] = [];
  const judged = judgementsOf(output, head).find(({ scope }) => scope.startsWith("push:"));
  if (!judged) problems.push("Keyward logged no judgement of the push");
  if (seen.planted.length > 0 && run.conclusion !== "failure")
    problems.push(`the check concluded ${run.conclusion}, not failure`);
  if (seen.planted.length > 0 && run.annotations.length === 0) problems.push("the check has no annotations");
  const shown = [run.title, run.summary, run.text, ...run.annotations.map((a) => JSON.stringify(a)), output].join("\n");
  if (seen.planted.some((secret) => shown.includes(secret)))
    problems.push("the secret is shown in the check or the log");
  return {
    head,
    checkRun: {
      conclusion: run.conclusion,
      title: run.title,
      annotations: run.annotations.map(({ path, start_line, annotation_level, title, message }) => ({
        path,
        line: start_line,
        level: annotation_level,
        title,
        message,
      })),
    },
    incident: null,
    coverage: {
      commits: judged?.commits ?? 0,
      blobs: judged?.blobs ?? 0,
      bytes: judged?.bytes ?? 0,
      unread: judged?.unread ?? 0,
    },
    pushToVerdictMs: Math.round(seen.pushToVerdictMs),
    pages: [],
    problems,
  };
}
