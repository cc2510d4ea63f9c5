import { expect, it } from "vitest";
import { jobHandlers, type WorkerPorts } from "../../src/app/worker/job-handlers.ts";
import { nothingRead } from "../../src/core/history/history.ts";
import { aRepo } from "../support/builders.ts";
import { silentLog } from "../support/log.ts";

const run = { signal: new AbortController().signal, attempt: 1 };

it("a history is read by the configuration and the scanner of what nobody waits for, which leave verdicts their part", async () => {
  const repo = aRepo();
  const asked: string[] = [];
  const notForThis = (): never => {
    throw new Error("verdicts need this for themselves");
  };
  const ports = {
    log: silentLog,
    histories: {
      of: async () => ({ repo, round: 1, state: "waiting", progress: nothingRead, tips: null, toldAt: null }),
    },
    configOf: notForThis,
    scannerFor: notForThis,
    configInBackground: async () => {
      asked.push("configuration");
      return { rules: {}, policy: {} };
    },
    scannerInBackground: () => {
      asked.push("scanner");
      return { identity: "rules" };
    },
    historyReader: { openHistory: async () => Promise.reject(new Error("far enough")) },
  } as unknown as WorkerPorts;
  const { installationId, repoId } = repo;
  const work = jobHandlers(ports)["scan-history"]({ installationId, repoId, reason: "installed" }, run);
  await expect(work).rejects.toThrow("far enough");
  expect(asked).toEqual(["configuration", "scanner"]);
});
