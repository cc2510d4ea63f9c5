import { chmodSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { TestProject } from "vitest/node";

/** Gives every test run a directory for what its test files share; whatever they started there is ended with the run. */
export function setup(project: TestProject): () => Promise<void> {
  const runDirectory = mkdtempSync(join(tmpdir(), "keyward-test-"));
  // A database server that must not run as root has to get to its own directory inside.
  chmodSync(runDirectory, 0o711);
  project.provide("runDirectory", runDirectory);
  return async () => {
    await endProcesses(runDirectory);
    rmSync(runDirectory, { recursive: true, force: true });
  };
}

async function endProcesses(directory: string): Promise<void> {
  const pids = readdirSync(directory).flatMap((name) => /^(\d+)\.pid$/.exec(name)?.[1] ?? []);
  for (const pid of pids.map(Number)) {
    process.kill(pid, "SIGINT");
    while (isAlive(pid)) await wait(50);
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
