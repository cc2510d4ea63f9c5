/** `keyward scan` by itself, as it is bundled for hooks: they wait for every file that is loaded. It speaks to nobody. */
import { scanCommand } from "./commands/scan.ts";
import { createProgram, runProgram } from "./program.ts";

void runProgram(createProgram().addCommand(scanCommand));
