import type { PostureCheck } from "../check.ts";
import { ofEachStep } from "../workflow-claim.ts";
import type { Step } from "../workflow-file.ts";

/** An expression with a secret in it: `secrets.NAME`, `secrets[…]`, or all of them. */
const interpolated = /\$\{\{[^}]*\bsecrets\b\s*(?:\.\s*([A-Za-z0-9_-]+))?/;
const printing = /\b(?:echo|printf|print|cat\s*<<<|Write-(?:Host|Output))\b/;

export const secretsNotOnCommandLines: PostureCheck = {
  id: "secrets-not-on-command-lines",
  subject: "repository",
  title: "Secrets reach commands by the environment only, and are not printed",
  why: "What is written into a script stands in process lists and error messages, and a quote in it becomes a command; what is printed stands in a log.",
  remedy: "Give the secret to the step by “env:”, use the variable in the script, and print it to nobody.",
  needs: ["workflows"],
  evaluate: (facts) =>
    ofEachStep(facts, (step) => written(step) ?? printed(step), "no script has a secret written into it"),
};

const linesOf = ({ run }: Step): readonly string[] => run?.split("\n") ?? [];

function written(step: Step): { readonly line: number; readonly problem: string } | null {
  const line = linesOf(step).find((one) => interpolated.test(one));
  const found = interpolated.exec(line ?? "");
  if (found === null) return null;
  const how = printing.test(line ?? "") ? "printed" : "written";
  return { line: step.runLine, problem: `the secret ${found[1] ?? "named there"} is ${how} by a script` };
}

/** A variable that holds a secret, given to a command that prints, whose output goes neither on to another nor into a file. */
function printed(step: Step): { readonly line: number; readonly problem: string } | null {
  const secret = Object.entries(step.env).filter(([, value]) => interpolated.test(value));
  for (const line of linesOf(step)) {
    if (!printing.test(line) || /[|>]/.test(line)) continue;
    const shown = secret.find(([name]) =>
      new RegExp(`\\$(?:env:)?(?:${escaped(name)}\\b|\\{${escaped(name)}\\})|%${escaped(name)}%`, "i").test(line),
    );
    if (shown !== undefined)
      return { line: step.runLine, problem: `the variable ${shown[0]}, which holds a secret, is printed by a script` };
  }
  return null;
}

const escaped = (name: string): string => name.replace(/[^A-Za-z0-9_]/g, "\\$&");
