import { Command } from "commander";
import { terminalText } from "../../../core/scan/terminal-text.ts";
import type { TakenSuppression } from "../../../flows/import-suppressions.ts";
import { importFrom } from "../../compose-import.ts";

/** `keyward import`: what other tools were told to leave alone, as a section of keyward.yml. */
export const importCommand = new Command("import")
  .description(
    "write the suppressions of keyward.yml from .gitleaksignore, .secrets.baseline and inline marks of the commit that is checked out",
  )
  .addHelpText(
    "after",
    `
The section goes to standard output, what was taken and what was not, and why, to standard error.

Exit codes:
  0  everything was taken
  1  something was left out; standard error says what, and why
  2  the repository could not be read`,
  )
  .action(async (_flags: unknown, command: Command) => {
    const imported = await importFrom(process.cwd(), process.env, new AbortController().signal);
    if ("problem" in imported) command.error(`keyward: ${terminalText(imported.problem)}`);
    else {
      const { taken, left } = imported;
      if (taken.length > 0) console.log(`suppressions:\n${taken.map(entryOf).join("\n")}`);
      for (const { path, line, note } of taken) console.error(`taken     ${terminalText(`${path}:${line}`)}: ${note}`);
      for (const { what, why } of left) console.error(`left out  ${terminalText(what)}: ${why}`);
      console.error(`${taken.length} taken, ${left.length} left out.`);
      process.exitCode = left.length > 0 ? 1 : 0;
    }
  });

/** JSON's strings are YAML's as well. */
const entryOf = ({ blob, path, line, reason, note }: TakenSuppression): string =>
  `  - { blob: ${JSON.stringify(blob)}, path: ${JSON.stringify(path)}, line: ${line}, reason: ${reason}, note: ${JSON.stringify(note)} }`;
