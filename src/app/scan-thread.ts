/** A thread of the server that scans one content at a time: it is sent `ScanRequest`s and answers each with a `ScanReply`. */
import { parentPort, workerData } from "node:worker_threads";
import { composeThreadScanner } from "./compose-thread-scanner.ts";
import { type ScanReply, type ScanRequest, type ScanThreadData, sentOutcome } from "./scan-thread-protocol.ts";

const scan = composeThreadScanner(workerData as ScanThreadData);

async function answer(request: ScanRequest): Promise<void> {
  parentPort?.postMessage(await replyTo(request), []);
}

async function replyTo(request: ScanRequest): Promise<ScanReply> {
  try {
    const { outcome, renamed } = await scan(request);
    return { kind: "scanned", outcome: sentOutcome(outcome), renamed };
  } catch (error) {
    return { kind: "failed", error: error instanceof Error ? error.name : "unknown" };
  }
}

parentPort?.on("message", (request: ScanRequest) => void answer(request));
parentPort?.postMessage("ready", []);
