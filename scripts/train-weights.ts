/**
 * Makes `src/core/scan/judge/weights.json`: the weight of each feature of a named value, by logistic regression on labelled data.
 *
 *     node scripts/train-weights.ts --data DIR [--check] [--dump FILE]
 *
 * DIR is that of `npm run bench:quality`: `creddata/{meta,data}` has labelled lines, each folder in `noise` is a well-kept source tree in which
 * every candidate counts as false, and `*.jsonl` are provider examples. Prints how good the weights are on repositories and trees they were not trained on, then writes the weights of
 * all. --check writes nothing; --dump keeps the scores of what was held out, one line of JSON each.
 */
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { countFindings, type FoundLines, ratesOf, readRows, type Row } from "../test/bench/labelled-data.ts";
import { readExampleTexts } from "../test/bench/example-texts.ts";
import { jobsBelow, scanFiles } from "../test/bench/scan-files.ts";
import { exampleSamples } from "./weights/example-samples.ts";
import { heldOutScores, type Scored } from "./weights/held-out.ts";
import { labelledSamples } from "./weights/labelled-samples.ts";
import { biasName, train, type Weights } from "./weights/regression.ts";
import { treeSamples } from "./weights/tree-samples.ts";

const folds = 8;
/** The log-odds at which a finding is of medium confidence: chosen for the noise of trees that were held out. */
const mediumFrom = -0.1;
const limits = [-1, -0.5, 0, 0.5, 1, 1.5, 2];
/** Weights smaller than this change nothing that can be seen. */
const least = 0.02;

/** What the rules of `patterns/` find on labelled data, so that the whole can be judged. */
async function foundByRules(base: string): Promise<readonly FoundLines[]> {
  const { findings } = await scanFiles(jobsBelow(join(base, "data")));
  return findings
    .filter(({ rule, level }) => !rule.startsWith("generic") && level !== "low")
    .map((finding) => ({ ...finding, endLine: finding.end_line }));
}

function reportLabelled(scored: readonly Scored[], rules: readonly FoundLines[], rows: readonly Row[]): void {
  for (const limit of limits) {
    const found = scored.filter(({ sample, score }) => sample.line > 0 && score >= limit).map(({ sample }) => sample);
    const count = countFindings([...found, ...rules], rows);
    const { precision, recall, f1 } = ratesOf(count);
    console.log(
      `  from ${limit}: P ${precision.toFixed(3)} R ${recall.toFixed(3)} F1 ${f1.toFixed(3)} (${count.tp} found, ${count.fp} wrong, ${count.fn} missed)`,
    );
  }
}

function reportTrees(scored: readonly Scored[]): void {
  for (const limit of limits) {
    const found = scored.filter(({ score }) => score >= limit).map(({ sample }) => sample);
    const byTree = Map.groupBy(found, ({ group }) => group);
    console.log(
      `  from ${limit}: ${found.length} (${[...byTree].map(([tree, own]) => `${tree} ${own.length}`).join(", ")})`,
    );
  }
}

function reportExamples(scored: readonly Scored[]): void {
  const share = (isTrue: boolean, limit: number): string => {
    const own = scored.filter(({ sample }) => sample.isTrue === isTrue);
    return `${own.filter(({ score }) => score >= limit).length} of ${own.length}`;
  };
  for (const limit of limits)
    console.log(`  from ${limit}: ${share(true, limit)} found, ${share(false, limit)} near misses`);
}

function write(weights: Weights): void {
  const kept = [...weights]
    .map(([name, weight]) => [name, name === biasName ? weight - mediumFrom : weight] as const)
    .filter(([, weight]) => Math.abs(weight) >= least)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, weight]) => [name, Math.round(weight * 100) / 100]);
  const target = new URL("../src/core/scan/judge/weights.json", import.meta.url);
  writeFileSync(target, `${JSON.stringify(Object.fromEntries(kept), null, 2)}\n`);
  console.log(`${kept.length} weights written; medium begins at log-odds of ${mediumFrom}`);
}

const { values } = parseArgs({
  options: { data: { type: "string" }, check: { type: "boolean", default: false }, dump: { type: "string" } },
});
if (values.data === undefined) throw new Error("expected --data DIR, found nothing; DIR is that of bench:quality");
const base = join(values.data, "creddata");
const noise = join(values.data, "noise");
const rows = readRows(base);
const labelled = labelledSamples(base, rows);
const trees = readdirSync(noise).flatMap((tree) => treeSamples(noise, tree));
const examples = exampleSamples(readExampleTexts(values.data));
const all = [...labelled, ...trees, ...examples];
console.log(
  `${labelled.length} labelled, ${labelled.filter(({ isTrue }) => isTrue).length} true; ${trees.length} of trees; ${examples.length} of examples, ${examples.filter(({ isTrue }) => isTrue).length} true`,
);
const scored = heldOutScores(all, folds);
const isTree = new Set(trees);
const isExample = new Set(examples);
console.log(`Labelled repositories that were held out (${folds} folds), with what the rules find:`);
reportLabelled(
  scored.filter(({ sample }) => !isTree.has(sample) && !isExample.has(sample)),
  await foundByRules(base),
  rows,
);
console.log("Findings in trees that were held out:");
reportTrees(scored.filter(({ sample }) => isTree.has(sample)));
console.log("Provider examples that were held out:");
reportExamples(scored.filter(({ sample }) => isExample.has(sample)));
if (values.dump !== undefined)
  writeFileSync(values.dump, scored.map(({ sample, score }) => JSON.stringify({ score, ...sample })).join("\n"));
if (!values.check) write(train(all));
