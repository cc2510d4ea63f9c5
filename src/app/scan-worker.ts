/** A thread that scans: it is sent `ScanTask`s and answers each, in order, with a `LocalResult`. */
import { parentPort, workerData } from "node:worker_threads";
import { composeBench } from "./compose-bench.ts";
import { composeTaskScanner } from "./compose-task-scanner.ts";
import type { ScanSettings, ScanTask } from "./scan-task.ts";

const settings = workerData as ScanSettings;
const scanner = composeTaskScanner(settings, await composeBench(settings.rules));
let turn: Promise<void> = Promise.resolve();

parentPort?.on("message", (task: ScanTask) => {
  turn = turn.then(async () => parentPort?.postMessage(await scanner.run(task), []));
});
