/** `keyward scan` by itself, as it is bundled for hooks: they wait for every file that is loaded. It speaks to nobody. */
import { scanCommand } from "./commands/scan.ts";
import { createProgram, runProgram } from "./program.ts";

await runProgram(createProgram().addCommand(scanCommand));
// When everything is told, nobody waits for what is cleared away behind it.
if (process.stdout.writableLength + process.stderr.writableLength === 0) process.exit();
