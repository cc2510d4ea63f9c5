/**
 * How long a scan takes, beside reading the same files and beside the scanners found on the PATH: `npm run bench:scan -- [--tree DIR] [--runs N]`.
 * Without a tree it scans this project's own dependencies, which every machine has.
 */
import { cpus, loadavg } from "node:os";
import { resolve } from "node:path";
import { Command } from "commander";
import { loadDefaultRules } from "../../../src/adapters/files/rule-files.ts";
import { benchTree } from "./tree.ts";

const { tree, runs } = new Command("npm run bench:scan --")
  .option("--tree <dir>", "the files to scan", "node_modules")
  .option("--runs <n>", "how many times to measure each", Number, 5)
  .parse()
  .opts<{ tree: string; runs: number }>();

const [cpu] = cpus();
const rules = loadDefaultRules().ruleSet.rules.length;
console.log(
  `${new Date().toISOString().slice(0, 10)}, ${cpus().length} × ${cpu?.model.trim()}, load ${loadavg()[0]?.toFixed(1)}`,
);
console.log(`Keyward with ${rules} rules; medians of ${runs}. ${resolve(tree)}:`);
console.table(await benchTree(resolve(tree), runs));
