/** A thread that scans: it is sent `ScanTask`s and answers each, in order, with a `LocalResult`. */
import { parentPort, workerData } from "node:worker_threads";
import { composeTaskScanner } from "./compose-task-scanner.ts";
import type { ScanSettings, ScanTask } from "./scan-task.ts";

const scanner = composeTaskScanner(workerData as ScanSettings);
let turn: Promise<void> = Promise.resolve();

parentPort?.on("message", (task: ScanTask) => {
  turn = turn.then(async () => parentPort?.postMessage(await scanner.run(task), []));
});
