/** A thread that scans: it does `ScanTask`s, each of which has a `LocalResult`. */
import { workerData } from "node:worker_threads";
import { answerTasks } from "./answer-tasks.ts";
import { composeBench } from "./compose-bench.ts";
import { composeTaskScanner } from "./compose-task-scanner.ts";
import type { ScanSettings } from "./scan-task.ts";

const settings = workerData as ScanSettings;
const scanner = composeTaskScanner(settings, await composeBench(settings.rules));

answerTasks(scanner.run);
