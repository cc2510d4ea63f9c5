import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from "yaml";
import type { WorkflowFile } from "./facts.ts";

/** A step of a job, as far as checks ask for it. `line` counts from 1. */
export type Step = {
  readonly line: number;
  /** The action, `owner/name@ref`. */
  readonly uses: string | null;
  readonly run: string | null;
  readonly runLine: number;
  readonly with: Readonly<Record<string, string>>;
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
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [error] = document.errors;
  if (error !== undefined) return { path, problem: `not valid YAML at line ${lines.linePos(error.pos[0]).line}` };
  const root = document.contents;
  if (!isMap(root)) return { path, problem: "not a workflow: its top is no mapping" };
  const lineOf = (node: unknown): number => lines.linePos((node as Node | null)?.range?.[0] ?? 0).line;
  const jobs = root.get("jobs", true);
  const steps = isMap(jobs) ? jobs.items.flatMap(({ value }) => stepsOf(value, lineOf)) : [];
  return { path, events: eventsOf(root.get("on", true) ?? root.get(true, true)), steps };
}

function stepsOf(job: unknown, lineOf: (node: unknown) => number): readonly Step[] {
  if (!isMap(job)) return [];
  const steps = job.get("steps", true);
  const nodes: readonly unknown[] = isSeq(steps) ? steps.items : typeof job.get("uses") === "string" ? [job] : [];
  return nodes.flatMap((node): Step[] => {
    if (!isMap(node)) return [];
    const run = node.get("run", true);
    const given = node.get("with", true);
    return [
      {
        line: lineOf(node),
        uses: textOf(node.get("uses")),
        run: isScalar(run) ? textOf(run.value) : null,
        runLine: lineOf(run),
        with: isMap(given)
          ? Object.fromEntries(given.items.map(({ key, value }) => [scalarText(key), scalarText(value)]))
          : {},
      },
    ];
  });
}

const textOf = (value: unknown): string | null => (typeof value === "string" ? value : null);

const scalarText = (node: unknown): string => (isScalar(node) ? String(node.value) : "");

function eventsOf(on: unknown): readonly string[] {
  if (isScalar(on)) return [String(on.value)];
  if (isSeq(on)) return on.items.map(scalarText);
  return isMap(on) ? on.items.map(({ key }) => scalarText(key)) : [];
}
