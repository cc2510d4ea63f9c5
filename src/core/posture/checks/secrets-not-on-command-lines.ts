import type { PostureCheck } from "../check.ts";
import { ofEachStep } from "../workflow-claim.ts";

const interpolated = /\$\{\{[^}]*\bsecrets\s*(?:\.\s*([A-Za-z0-9_-]+)|\[)/;

export const secretsNotOnCommandLines: PostureCheck = {
  id: "secrets-not-on-command-lines",
  subject: "repository",
  title: "Secrets reach commands by the environment only",
  why: "What is written into a script stands in process lists and error messages, and a quote in it becomes a command.",
  remedy: "Give the secret to the step by “env:” and use the variable in the script.",
  needs: ["workflows"],
  evaluate: (facts) =>
    ofEachStep(
      facts,
      ({ run, runLine }) => {
        const lines = run?.split("\n") ?? [];
        const index = lines.findIndex((line) => interpolated.test(line));
        const found = interpolated.exec(lines[index] ?? "");
        if (found === null) return null;
        const how = /\b(?:echo|printf|print|Write-(?:Host|Output))\b/.test(lines[index] ?? "") ? "printed" : "written";
        return { line: runLine, problem: `the secret ${found[1] ?? "named there"} is ${how} by a script` };
      },
      "no script has a secret written into it",
    ),
};
