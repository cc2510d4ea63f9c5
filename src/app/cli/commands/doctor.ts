import { Command } from "commander";
import { isHealthy, type Diagnosis } from "../../../core/doctor/diagnosis.ts";
import { runDoctor } from "../../compose-doctor.ts";
import { settingsOrSay } from "../settings-or-say.ts";

/** `keyward doctor`: whether what an installed Keyward needs is there. */
export const doctorCommand = new Command("doctor")
  .description("looks at settings, files, git, the database, the app's permissions, its webhook and the clock")
  .option("--json", "for machines")
  .addHelpText(
    "after",
    "\nReads the environment as the server does, and changes nothing.\nExit codes: 0 all is well, 1 something is bad or could not be looked at, 2 the settings cannot be used.",
  )
  .action(examine);

async function examine({ json = false }: { readonly json?: boolean }): Promise<void> {
  const settings = await settingsOrSay();
  if (settings === null) return;
  const diagnoses: readonly Diagnosis[] = [
    { about: "settings", state: "good", found: "can be used" },
    ...(await runDoctor(settings, process.env)),
  ];
  console.log(json ? JSON.stringify(diagnoses, null, 2) : tableOf(diagnoses));
  if (!isHealthy(diagnoses)) process.exitCode = 1;
}

const marks: Readonly<Record<Diagnosis["state"], string>> = { good: "ok", warning: "note", bad: "BAD", unknown: "?" };

function tableOf(diagnoses: readonly Diagnosis[]): string {
  const width = Math.max(...diagnoses.map(({ about }) => about.length));
  return diagnoses
    .map(({ about, state, found, advice }) => {
      const line = `${marks[state].padEnd(4)}  ${about.padEnd(width)}  ${found}`;
      return advice === undefined ? line : `${line}\n${" ".repeat(width + 8)}-> ${advice}`;
    })
    .join("\n");
}
