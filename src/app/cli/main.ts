import { enableCompileCache } from "node:module";
import { Command } from "commander";
import { packageVersion } from "./package-version.ts";
import { raiseTlsFloor } from "./tls-floor.ts";

enableCompileCache();
raiseTlsFloor();

/** Each command is loaded when it is asked for: a scan needs no server. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  import: async () => (await import("./commands/import.ts")).importCommand,
  incident: async () => (await import("./commands/incident.ts")).incidentCommand,
  serve: async () => (await import("./commands/serve.ts")).serveCommand,
  jobs: async () => (await import("./commands/jobs.ts")).jobsCommand,
  rules: async () => (await import("./commands/rules.ts")).rulesCommand,
  db: async () => (await import("./commands/db.ts")).dbCommand,
  doctor: async () => (await import("./commands/doctor.ts")).doctorCommand,
  explain: async () => (await import("./commands/explain.ts")).explainCommand,
  posture: async () => (await import("./commands/posture.ts")).postureCommand,
  scan: async () => (await import("./commands/scan.ts")).scanCommand,
};

const program = new Command("keyward")
  .description(
    "Guards repositories against leaked credentials, and sees each rotation through until the old key is dead.",
  )
  .version(packageVersion())
  .showHelpAfterError("(keyward --help shows what there is)");

const load = commands[process.argv[2] ?? ""];
for (const one of load === undefined ? Object.values(commands) : [load]) program.addCommand(await one());

// Commander exits with 1 on wrong words; here 1 means "found something", so wrong words are 2: could not do what was asked.
for (const command of withSubcommands(program))
  command.exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));

try {
  await program.parseAsync();
} catch (error) {
  console.error("keyward failed, which it should not. Please report this:", error);
  process.exitCode = 2;
}

function withSubcommands(command: Command): readonly Command[] {
  return [command, ...command.commands.flatMap(withSubcommands)];
}
