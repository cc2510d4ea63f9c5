import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { configWithRules, keywardPrograms, ownRules } from "./keyward.ts";
import { medians, peakText, type Program } from "./measure.ts";
import { otherScanners, programAt } from "./others.ts";

/** What is said of each program. */
export type Rows = Readonly<Record<string, Readonly<Record<string, string | number>>>>;

/** So many rules has a usual scanner: with three or four times as many it should not take much longer. */
const fewRules = 220;

/**
 * Measures Keyward on one processor and on two, and with fewer rules, reading alone, and every other scanner that is found, on the same files.
 */
export async function benchTree(tree: string, runs: number): Promise<{ readonly size: string; readonly rows: Rows }> {
  const directory = mkdtempSync(join(tmpdir(), "keyward-tree-"));
  try {
    const config = join(directory, "few-rules.toml");
    writeFileSync(config, configWithRules(fewRules));
    return await benchWith(tree, runs, config);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function benchWith(
  tree: string,
  runs: number,
  config: string,
): Promise<{ readonly size: string; readonly rows: Rows }> {
  const { files, bytes } = sizeOf(tree);
  const reading = "cat, to nothing";
  const cat = `find "$0" -type f -not -path "*/.git/*" -exec cat {} + | cat > /dev/null`;
  const rules = new Map<string, number | string>();
  const programs = new Map<string, Program>([[reading, { words: ["sh", "-c", cat, tree] }]]);
  for (const [name, program] of keywardPrograms(["scan", "--quiet", "."], tree)) {
    programs.set(name, program);
    rules.set(name, ownRules);
  }
  const own = [...programs.keys()].slice(1);
  for (const [name, program] of keywardPrograms(["scan", "--quiet", "--config", config, "."], tree).slice(0, 1)) {
    const few = `${name}, fewer rules`;
    programs.set(few, program);
    rules.set(few, fewRules);
    own.push(few);
  }
  for (const [name, other] of Object.entries(otherScanners)) {
    if (other.tree === null || programAt(name) === null) continue;
    programs.set(name, other.tree(tree));
    rules.set(name, other.rules() ?? "its own");
  }
  // What was read once is in memory for everybody, and what is compiled once is kept.
  await medians(new Map([...programs].filter(([name]) => name === reading || rules.get(name) === fewRules)), 1);
  const measured = await medians(programs, runs);
  const read = measured.get(reading)?.seconds ?? 0;
  const first = measured.get(own[0] ?? "")?.seconds ?? 0;
  const rows = [...measured].map(([name, run]) => [
    name,
    {
      rules: rules.get(name) ?? "",
      seconds: run.seconds.toFixed(2),
      "MB/s": (bytes / 1e6 / run.seconds).toFixed(1),
      "times cat": (run.seconds / read).toFixed(1),
      // On two threads 2 would be ideal; with fewer rules 1.
      "as fast as the first": own.includes(name) ? (first / run.seconds).toFixed(2) : "",
      "peak MB": name === reading ? "" : peakText(run),
      exit: run.exit ?? "",
    },
  ]);
  return { size: `${files} files, ${(bytes / 1e6).toFixed(1)} MB`, rows: Object.fromEntries(rows) as Rows };
}

function sizeOf(tree: string): { readonly files: number; readonly bytes: number } {
  const sizes = readdirSync(tree, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !`${entry.parentPath}/`.includes("/.git/"))
    .map((entry) => statSync(join(entry.parentPath, entry.name)).size);
  return { files: sizes.length, bytes: sizes.reduce((sum, size) => sum + size, 0) };
}
