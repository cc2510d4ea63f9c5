import { readFileSync } from "node:fs";
import { Command } from "commander";
import { serveCommand } from "./commands/serve.ts";

const packageFile = new URL("../../../package.json", import.meta.url);
const { version } = JSON.parse(readFileSync(packageFile, "utf8")) as { version: string };

const program = new Command("keyward")
  .description(
    "Guards repositories against leaked credentials, and sees each rotation through until the old key is dead.",
  )
  .version(version)
  .showHelpAfterError("(keyward --help shows what there is)")
  .addCommand(serveCommand);

// Commander exits with 1 on wrong words; here 1 means "found something", so wrong words are 2: could not do what was asked.
program.exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));
for (const command of program.commands) command.exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));

await program.parseAsync();
