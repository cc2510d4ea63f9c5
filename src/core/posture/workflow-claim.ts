import { type BadLine, fail, given, inconclusive, type Judgement, notApplicable, pass } from "./check.ts";
import { unknown } from "./fact.ts";
import type { Facts } from "./facts.ts";
import { type BadWorkflow, parseWorkflow, type Step, type Workflow } from "./workflow-file.ts";

const isBad = (parsed: Workflow | BadWorkflow): parsed is BadWorkflow => "problem" in parsed;

/** A claim about each step of each workflow: `ask` says what is wrong with one, or null. A file that cannot be read is never fine. */
export function ofEachStep(
  facts: Facts,
  ask: (step: Step, workflow: Workflow) => { readonly line: number; readonly problem: string } | null,
  fine: string,
): Judgement {
  return given(facts.workflows, (files) => {
    if (files.length === 0) return notApplicable("there are no workflows");
    const parsed = files.map(parseWorkflow);
    const wrong = parsed.flatMap((workflow) =>
      isBad(workflow)
        ? []
        : workflow.steps.flatMap((step): BadLine[] => {
            const said = ask(step, workflow);
            return said === null ? [] : [{ path: workflow.path, ...said }];
          }),
    );
    const bad = parsed.filter(isBad);
    if (wrong.length === 0 && bad.length > 0)
      return inconclusive(...bad.map(({ path, problem }) => unknown(`${path}: ${problem}`)));
    if (wrong.length === 0) return pass(fine);
    const told = wrong.map(({ path, line, problem }) => `${path}:${line}: ${problem}`);
    return { ...fail(...new Set(told)), lines: wrong };
  });
}
