/**
 * How long scans take, beside reading the same and beside the scanners found on the PATH:
 * `npm run bench:scan -- [--tree DIR] [--history DIR] [--runs N] [--only tree|history|staged]`.
 * Without a tree it scans this project's own dependencies, without a history this project's own, which every machine has.
 */
import { cpus, loadavg } from "node:os";
import { resolve } from "node:path";
import { Command } from "commander";
import { loadDefaultRules } from "../../../src/adapters/files/rule-files.ts";
import { benchHistory } from "./history.ts";
import { benchStaged } from "./staged.ts";
import { benchTree } from "./tree.ts";

const { tree, history, runs, only } = new Command("npm run bench:scan --")
  .option("--tree <dir>", "the files to scan", "node_modules")
  .option("--history <dir>", "the repository whose history to scan", ".")
  .option("--only <part>", "tree, history or staged")
  .option("--runs <n>", "how many times to measure each", Number, 5)
  .parse()
  .opts<{ tree: string; history: string; runs: number; only?: string }>();

const [cpu] = cpus();
const rules = loadDefaultRules().ruleSet.rules.length;
console.log(
  `${new Date().toISOString().slice(0, 10)}, ${cpus().length} × ${cpu?.model.trim()}, load ${loadavg()[0]?.toFixed(1)}`,
);
console.log(`Keyward with ${rules} rules; medians of ${runs}.`);
const parts = {
  tree: { of: resolve(tree), run: () => benchTree(resolve(tree), runs) },
  history: { of: resolve(history), run: () => benchHistory(resolve(history), runs) },
  staged: { of: "ten staged files", run: () => benchStaged(runs) },
};
for (const [name, { of, run }] of Object.entries(parts)) {
  if (only !== undefined && only !== name) continue;
  console.log(`${of}:`);
  console.table(await run());
}
