import { Command } from "commander";
import { packageVersion } from "./package-version.ts";

/** What `keyward` is, before it has any command. */
export function createProgram(): Command {
  return new Command("keyward")
    .description(
      "Guards repositories against leaked credentials, and sees each rotation through until the old key is dead.",
    )
    .version(packageVersion())
    .showHelpAfterError("(keyward --help shows what there is)");
}

/** Does what the command line asks for. Nothing is thrown: the exit code tells. */
export async function runProgram(program: Command): Promise<void> {
  // Commander exits with 1 on wrong words; here 1 means "found something", so wrong words are 2: could not do what was asked.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    // Whoever reads the report has stopped (`| head`): not all of it was told.
    if (error.code === "EPIPE") process.exit(2);
    throw error;
  });
  for (const command of withSubcommands(program))
    command.exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));
  try {
    await program.parseAsync();
  } catch (error) {
    console.error("keyward failed, which it should not. Please report this:", error);
    process.exitCode = 2;
  }
}

function withSubcommands(command: Command): readonly Command[] {
  return [command, ...command.commands.flatMap(withSubcommands)];
}
