import { readFileSync } from "node:fs";
import { enableCompileCache } from "node:module";
import { Command } from "commander";

enableCompileCache();

/** Each command is loaded when it is asked for: a scan needs no server. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  serve: async () => (await import("./commands/serve.ts")).serveCommand,
  scan: async () => (await import("./commands/scan.ts")).scanCommand,
};

const packageFile = new URL("../../../package.json", import.meta.url);
const { version } = JSON.parse(readFileSync(packageFile, "utf8")) as { version: string };

const program = new Command("keyward")
  .description(
    "Guards repositories against leaked credentials, and sees each rotation through until the old key is dead.",
  )
  .version(version)
  .showHelpAfterError("(keyward --help shows what there is)");

const load = commands[process.argv[2] ?? ""];
for (const one of load === undefined ? Object.values(commands) : [load]) program.addCommand(await one());

// Commander exits with 1 on wrong words; here 1 means "found something", so wrong words are 2: could not do what was asked.
program.exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));
for (const command of program.commands) command.exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));

await program.parseAsync();
