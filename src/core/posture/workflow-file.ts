import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, type YAMLMap } from "yaml";
import { readDocument } from "../config/yaml-text.ts";
import type { WorkflowFile } from "./facts.ts";

/** Whether a path is that of a workflow, or of an action of the repository's own, whose steps run in workflows. */
export const isWorkflow = (path: string): boolean =>
  /^\.github\/workflows\/[^/]+\.ya?ml$/.test(path) || /(?:^|\/)action\.ya?ml$/.test(path);

/** A step of a job, as far as checks ask for it. `line` counts from 1. */
export type Step = {
  readonly line: number;
  /** The action, `owner/name@ref`. */
  readonly uses: string | null;
  readonly run: string | null;
  readonly runLine: number;
  readonly with: Readonly<Record<string, string>>;
  /** What the step sees in its environment, of the workflow, the job and its own. */
  readonly env: Readonly<Record<string, string>>;
};

export type Workflow = {
  readonly path: string;
  /** What starts it: `push`, `pull_request_target`, … */
  readonly events: readonly string[];
  /** Steps, and jobs that are a reusable workflow (`uses` and nothing else). */
  readonly steps: readonly Step[];
};

/** A workflow file that cannot be read as one; GitHub does not run it either. */
export type BadWorkflow = { readonly path: string; readonly problem: string };

/** https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax */
export function parseWorkflow({ path, text }: WorkflowFile): Workflow | BadWorkflow {
  const lines = new LineCounter();
  const document = readDocument(text, lines);
  if (document === null) return { path, problem: "nested too deep to be read" };
  const [error] = document.errors;
  if (error !== undefined) return { path, problem: `not valid YAML at line ${lines.linePos(error.pos[0]).line}` };
  const root = document.contents;
  if (!isMap(root)) return { path, problem: "not a workflow: its top is no mapping" };
  const reader: Reader = {
    lineOf: (node) => lines.linePos((node as Node | null)?.range?.[0] ?? 0).line,
    follow: (node) => (isAlias(node) ? node.resolve(document) : node),
  };
  const jobs = reader.follow(root.get("jobs", true));
  const env = textsOf(reader.follow(root.get("env", true)), reader);
  const ofJobs = isMap(jobs) ? jobs.items.flatMap(({ value }) => stepsOf(reader.follow(value), env, reader)) : [];
  // A composite action has its steps below `runs`.
  const steps = [...ofJobs, ...stepsOf(reader.follow(root.get("runs", true)), env, reader)];
  return { path, events: eventsOf(root.get("on", true) ?? root.get(true, true)), steps };
}

/** How nodes are read: what an alias stands for, and the line where it is used. */
type Reader = { readonly lineOf: (node: unknown) => number; readonly follow: (node: unknown) => unknown };
type Texts = Readonly<Record<string, string>>;

function stepsOf(job: unknown, outer: Texts, reader: Reader): readonly Step[] {
  if (!isMap(job)) return [];
  const { follow, lineOf } = reader;
  const steps = follow(job.get("steps", true));
  const env = { ...outer, ...textsOf(follow(job.get("env", true)), reader) };
  const nodes: readonly unknown[] = isSeq(steps) ? steps.items : typeof job.get("uses") === "string" ? [job] : [];
  return nodes.flatMap((node): Step[] => {
    const step = follow(node);
    if (!isMap(step)) return [];
    const run = follow(step.get("run", true));
    return [
      {
        line: lineOf(node),
        uses: valueOf(step, "uses", reader),
        run: isScalar(run) ? textOf(run.value) : null,
        runLine: lineOf(run),
        with: textsOf(follow(step.get("with", true)), reader),
        env: { ...env, ...textsOf(follow(step.get("env", true)), reader) },
      },
    ];
  });
}

function valueOf(map: YAMLMap, key: string, { follow }: Reader): string | null {
  const node = follow(map.get(key, true));
  return isScalar(node) ? textOf(node.value) : null;
}

const textsOf = (node: unknown, { follow }: Reader): Texts =>
  isMap(node)
    ? Object.fromEntries(node.items.map(({ key, value }) => [scalarText(key), scalarText(follow(value))]))
    : {};

const textOf = (value: unknown): string | null => (typeof value === "string" ? value : null);

const scalarText = (node: unknown): string => (isScalar(node) ? String(node.value) : "");

function eventsOf(on: unknown): readonly string[] {
  if (isScalar(on)) return [String(on.value)];
  if (isSeq(on)) return on.items.map(scalarText);
  return isMap(on) ? on.items.map(({ key }) => scalarText(key)) : [];
}
