import { execFileSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { medians } from "./measure.ts";
import type { TreeRow } from "./tree.ts";

const bin = fileURLToPath(new URL("../../../bin/keyward.js", import.meta.url));
const sources = fileURLToPath(new URL("../../../src/core/scan", import.meta.url));

/** What a pre-commit hook takes for ten files, beside the start of Node alone. */
export async function benchStaged(runs: number): Promise<Readonly<Record<string, TreeRow>>> {
  const directory = mkdtempSync(join(tmpdir(), "keyward-staged-"));
  try {
    const files = readdirSync(sources).filter((name) => name.endsWith(".ts"));
    for (const name of files.slice(0, 10)) copyFileSync(join(sources, name), join(directory, name));
    execFileSync("git", ["init", "--quiet"], { cwd: directory });
    execFileSync("git", ["add", "."], { cwd: directory });
    const programs = new Map([
      ["node", { words: [process.execPath, "-e", "0"], cwd: directory }],
      ["keyward scan --staged", { words: [process.execPath, bin, "scan", "--staged", "--quiet"], cwd: directory }],
    ]);
    // What is made once for all later starts is no start.
    await medians(programs, 1);
    const measured = await medians(programs, runs);
    return Object.fromEntries(
      [...measured].map(([name, { seconds, peakMegabytes }]) => [
        name,
        {
          milliseconds: Math.round(seconds * 1000),
          "peak MB": peakMegabytes === null ? "?" : peakMegabytes.toFixed(0),
        },
      ]),
    );
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
