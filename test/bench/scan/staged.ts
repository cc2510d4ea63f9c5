import { execFileSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bin } from "./keyward.ts";
import { medians, peakText, type Program } from "./measure.ts";
import type { Rows } from "./tree.ts";

const main = fileURLToPath(new URL("../../../src/app/cli/main.ts", import.meta.url));
const sources = fileURLToPath(new URL("../../../src/core/scan", import.meta.url));

/** What a pre-commit hook takes for ten files, as people start it and from the sources, beside the start of Node alone and git's own comparison. */
export async function benchStaged(runs: number): Promise<Rows> {
  const directory = mkdtempSync(join(tmpdir(), "keyward-staged-"));
  try {
    const names = readdirSync(sources).filter((name) => name.endsWith(".ts"));
    for (const name of names.slice(0, 10)) copyFileSync(join(sources, name), join(directory, name));
    const identity = ["-c", "user.name=Keyward", "-c", "user.email=keyward@example.test"];
    execFileSync("git", ["init", "--quiet"], { cwd: directory });
    execFileSync("git", [...identity, "commit", "--quiet", "--allow-empty", "-m", "first"], { cwd: directory });
    execFileSync("git", ["add", "."], { cwd: directory });
    const scan = ["scan", "--staged", "--quiet"];
    const programs = new Map<string, Program>([
      ["node -e 0", { words: [process.execPath, "-e", "0"], cwd: directory }],
      ["git diff --cached", { words: ["git", "diff", "--cached"], cwd: directory }],
      ["keyward scan --staged", { words: [process.execPath, bin, ...scan], cwd: directory }],
      ["keyward scan --staged, from its sources", { words: [process.execPath, main, ...scan], cwd: directory }],
    ]);
    // What is made once for all later starts is no start.
    await medians(programs, 2);
    const measured = await medians(programs, runs);
    return Object.fromEntries(
      [...measured].map(([name, run]) => [
        name,
        {
          milliseconds: Math.round(run.seconds * 1000),
          fastest: Math.round(run.fastest * 1000),
          "peak MB": peakText(run),
        },
      ]),
    );
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
