/**
 * How long scans take, beside reading the same and beside the scanners found on the PATH:
 * `npm run bench:scan -- [--tree DIR] [--history DIR] [--runs N] [--only tree|history|staged] [--write-readme]`.
 * Without a directory it scans packages from npm, which are the same on every machine and kept for the next time.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { cpus, loadavg, totalmem } from "node:os";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { isFresh } from "../../../bin/bundle-state.js";
import { benchHistory } from "./history.ts";
import { ownRules } from "./keyward.ts";
import { type Sample, sampleHistory, sampleTree } from "./samples.ts";
import { benchStaged } from "./staged.ts";
import { benchTree, type Rows } from "./tree.ts";

const { tree, history, runs, only, writeReadme } = new Command("npm run bench:scan --")
  .option("--tree <dir>", "the files to scan (default: a package from npm)")
  .option("--history <dir>", "the repository whose history to scan (default: made of versions of a package from npm)")
  .option("--only <part>", "tree, history or staged")
  .option("--runs <n>", "how many times to measure each", Number, 5)
  .option("--write-readme", "put what was measured into the README")
  .parse()
  .opts<{ tree?: string; history?: string; runs: number; only?: string; writeReadme?: true }>();

const top = fileURLToPath(new URL("../../..", import.meta.url)).replace(/[/\\]$/, "");
if (!isFresh(`${top}/dist/bundle`, top)) throw new Error("make the bundle first: npm run build:scan");

const given = (path: string): Sample => ({ path: resolve(path), title: resolve(path) });
const parts: Readonly<Record<string, () => Promise<{ readonly title: string; readonly rows: Rows }>>> = {
  tree: async () => {
    const { path, title } = tree === undefined ? sampleTree() : given(tree);
    const { size, rows } = await benchTree(path, runs);
    return { title: `A tree: ${title} (${size})`, rows };
  },
  history: async () => {
    const { path, title } = history === undefined ? sampleHistory() : given(history);
    const { size, rows } = await benchHistory(path, runs);
    return { title: `A history: ${title} (${size})`, rows };
  },
  staged: async () => ({ title: "A pre-commit hook: ten staged files", rows: await benchStaged(runs) }),
};

const [cpu] = cpus();
const machine = `${cpus().length} × ${cpu?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.version}`;
const date = new Date().toISOString().slice(0, 10);
const head = `Measured on ${date} on ${machine}, load ${loadavg()[0]?.toFixed(1)}: medians of ${runs} runs, which took turns. Keyward with its ${ownRules} rules and its detectors.`;
console.log(head);
const sections: string[] = [head];
for (const [name, run] of Object.entries(parts)) {
  if (only !== undefined && only !== name) continue;
  const { title, rows } = await run();
  console.log(`\n${title}`);
  console.table(rows);
  sections.push(`${title}:`, tableOf(rows));
}
if (writeReadme === true) putIntoReadme(sections.join("\n\n"));

/** A table as Prettier writes them. */
function tableOf(rows: Rows): string {
  const columns = [...new Set(Object.values(rows).flatMap(Object.keys))];
  const lines = [
    ["", ...columns],
    ...Object.entries(rows).map(([name, row]) => [name, ...columns.map((column) => String(row[column] ?? ""))]),
  ];
  const widths = lines[0]?.map((_, at) => Math.max(3, ...lines.map((line) => line[at]?.length ?? 0))) ?? [];
  const written = lines.map((line) => `| ${line.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(" | ")} |`);
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  return [written[0], rule, ...written.slice(1)].join("\n");
}

function putIntoReadme(text: string): void {
  const [begin, end] = ["<!-- bench:scan -->", "<!-- /bench:scan -->"];
  const file = `${top}/README.md`;
  const readme = readFileSync(file, "utf8");
  const [from, to] = [readme.indexOf(begin), readme.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`README.md has no place between ${begin} and ${end}`);
  writeFileSync(file, `${readme.slice(0, from + begin.length)}\n\n${text}\n\n${readme.slice(to)}`);
  console.log("Written into README.md; npm run format sets its lines.");
}
