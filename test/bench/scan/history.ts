import { execFileSync } from "node:child_process";
import { countLooks } from "./looked.ts";
import { keywardPrograms, ownRules } from "./keyward.ts";
import { medians, peakText, type Program } from "./measure.ts";
import { otherScanners, programAt } from "./others.ts";
import type { Rows } from "./tree.ts";

/**
 * Measures Keyward on one processor and on two, git handing out all objects and all differences, and every other scanner that is found;
 * and counts how much of the history Keyward's engine is given.
 */
export async function benchHistory(
  repository: string,
  runs: number,
): Promise<{ readonly size: string; readonly rows: Rows }> {
  const { blobs, bytes } = sizeOf(repository);
  const [handing, telling] = ["git cat-file --batch-all-objects --batch", "git log -p --all"];
  const rules = new Map<string, number | string>();
  const programs = new Map<string, Program>([
    [handing, { words: [...handing.split(" "), "--unordered", "--buffer"], cwd: repository }],
    [telling, { words: telling.split(" "), cwd: repository }],
  ]);
  const scan = ["scan", "--history", "--quiet"];
  const own = keywardPrograms([...scan, "--no-cache"], repository);
  // The last time again, which finds what was noted the time before.
  const again = keywardPrograms(scan, repository).slice(-1);
  for (const [name, program] of [...own, ...again.map(([name, one]) => [`${name}, again`, one] as const)]) {
    programs.set(name, program);
    rules.set(name, ownRules);
  }
  for (const [name, other] of Object.entries(otherScanners)) {
    if (other.history === null || programAt(name) === null) continue;
    programs.set(name, other.history(repository));
    rules.set(name, other.rules() ?? "its own");
  }
  await medians(new Map([...programs].filter(([name]) => name.endsWith("again"))), 1);
  const measured = await medians(programs, runs);
  const { looked, scanned } = await countLooks(repository);
  const secondsOf = (name: string): number => measured.get(name)?.seconds ?? 0;
  const rows = [...measured].map(([name, run]) => [
    name,
    {
      rules: rules.get(name) ?? "",
      seconds: run.seconds.toFixed(2),
      "faster than cat-file": (secondsOf(handing) / run.seconds).toFixed(2),
      "faster than log -p": (secondsOf(telling) / run.seconds).toFixed(2),
      "peak MB": peakText(run),
      exit: run.exit ?? "",
    },
  ]);
  return {
    size: `${blobs} blobs, ${(bytes / 1e6).toFixed(1)} MB unpacked, of which the engine looks at ${(looked / 1e6).toFixed(1)} MB and scans ${(scanned / 1e6).toFixed(1)} MB whole`,
    rows: Object.fromEntries(rows) as Rows,
  };
}

/** Of all blobs, unpacked. */
function sizeOf(repository: string): { readonly blobs: number; readonly bytes: number } {
  const asked = ["cat-file", "--batch-all-objects", "--unordered", "--buffer"];
  const lines = execFileSync("git", [...asked, "--batch-check=%(objecttype) %(objectsize)"], {
    cwd: repository,
    maxBuffer: 2 ** 30,
  });
  const sizes = lines
    .toString("latin1")
    .split("\n")
    .filter((line) => line.startsWith("blob "));
  return { blobs: sizes.length, bytes: sizes.reduce((sum, line) => sum + Number(line.slice("blob ".length)), 0) };
}
