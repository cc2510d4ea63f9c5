import { Command, Option } from "commander";
import { fateOf, type FixRequest, type FixStep, isCarriedOut } from "../../../core/posture/fixes/fix-plan.ts";
import { fixModes, type FixMode } from "../../../core/posture/posture-config.ts";
import { composeFixPlan } from "../../compose-posture.ts";
import { settingsOrSay } from "../settings-or-say.ts";

type Flags = { readonly json?: true; readonly as?: Exclude<FixMode, "off"> };

/** `keyward posture plan`: what would be put right, and by which requests. Changes nothing. Exit code 0: there is a plan, or nothing to do; 2: it could not be made. */
export const posturePlanCommand = new Command("plan")
  .description(
    "show what the fixes that the configuration asks for would change, with the very requests; changes nothing",
  )
  .argument("<repository>", "OWNER/REPO, on which the app is installed")
  .addOption(
    new Option("--as <mode>", "plan as if the configuration said so of every claim").choices(
      fixModes.filter((mode) => mode !== "off"),
    ),
  )
  .option("--json", "for machines")
  .action(async (repository: string, _own: unknown, command: Command) => {
    // `--json` may stand before `plan`, too.
    const flags: Flags = command.optsWithGlobals();
    const [owner = "", name = "", ...rest] = repository.split("/");
    if (owner === "" || name === "" || rest.length > 0)
      command.error(`keyward: expected OWNER/REPO, found "${repository}"`);
    const settings = await settingsOrSay();
    if (settings === null) return;
    const report = await composeFixPlan(settings)({ owner, name }, flags.as ?? null);
    if (report.kind === "not-installed") {
      console.error(`keyward: the app is not installed on ${repository}, or there is no such repository`);
      process.exitCode = 2;
      return;
    }
    for (const problem of report.problems) console.error(`keyward: ${problem}`);
    console.log(
      flags.json === true ? JSON.stringify(asJson(repository, report.steps), null, 2) : tableOf(report.steps),
    );
  });

const asJson = (repository: string, steps: readonly FixStep[]): unknown => ({
  repository,
  steps: steps.map((step) => ({ ...step, fate: fateOf(step), carriedOut: isCarriedOut(step) })),
});

function tableOf(steps: readonly FixStep[]): string {
  if (steps.length === 0)
    return "Nothing to fix, as far as the configuration asks for it. `--as enforce` shows what could be fixed.";
  return steps.map(textOf).join("\n\n");
}

const textOf = (step: FixStep): string =>
  [
    `${step.about} (${step.mode}): ${fateOf(step)}`,
    `    for ${step.claims.join(", ")}`,
    ...step.changes.map((change) => `    ${change}`),
    ...step.left.map((one) => `    left to a person: ${one}`),
    ...step.requests.map((request) => `    → ${requestText(request)}`),
  ].join("\n");

const requestText = ({ method, path, body }: FixRequest): string =>
  `${method} ${path}${body === null ? "" : ` ${JSON.stringify(body)}`}`;
