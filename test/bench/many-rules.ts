/**
 * What more rules cost: `npm run bench:rules -- <directory>` scans the files below it with 220 and with 900 of Keyward's rules, in turns, alone and with the
 * detectors; ends with 1 if the many rules have less than 0.6 of the throughput of the few.
 */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { loadDefaultRules } from "../../src/adapters/files/rule-files.ts";
import { composeEngine } from "../../src/app/compose-engine.ts";
import type { Detector } from "../../src/core/scan/detector.ts";
import { chooseDetectors } from "../../src/core/scan/generic/choose-detectors.ts";
import type { RuleSet } from "../../src/core/scan/rules/rule.ts";

const bench = new Command("npm run bench:rules --")
  .argument("<directory>")
  .option("--rounds <n>", "of which the median counts", Number, 7)
  .parse();
const { rounds } = bench.opts<{ rounds: number }>();
const [few, many, least] = [220, 900, 0.6];
/** As much of a directory as is read. */
const [mostBytes, largestFile] = [40e6, 2e6];

const paths = readdirSync(bench.args[0] ?? ".", { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name))
  .filter((path) => statSync(path).size <= largestFile);
let bytesRead = 0;
const files = paths.flatMap((path) => {
  if (bytesRead > mostBytes) return [];
  const bytes = readFileSync(path);
  bytesRead += bytes.length;
  return [{ path, bytes }];
});

/** So many of the rules, one in so many, without those whose other parts are left out. */
function someOf(set: RuleSet, count: number): RuleSet {
  const chosen = set.rules.filter(
    (_, at) => Math.floor((at * count) / set.rules.length) !== Math.floor(((at - 1) * count) / set.rules.length),
  );
  const ids = new Set(chosen.map(({ id }) => id));
  return { ...set, rules: chosen.filter(({ required }) => required.every(({ id }) => ids.has(id))) };
}

function measure(what: string, ruleSet: RuleSet, detectors: readonly Detector[]) {
  const scanners = [few, many].map((count) => {
    const set = someOf(ruleSet, count);
    return { rules: set.rules.length, scanner: composeEngine(set, detectors)(() => ""), rates: [] as number[] };
  });
  // The first round warms up.
  for (let round = 0; round <= rounds; round++) {
    for (const { scanner, rates } of scanners) {
      const before = process.cpuUsage();
      for (const file of files) scanner.scan(file);
      const { user, system } = process.cpuUsage(before);
      if (round > 0) rates.push(bytesRead / (user + system));
    }
  }
  const [a = 0, b = 0] = scanners.map(({ rates }) => rates.toSorted((x, y) => x - y)[rates.length >> 1] ?? 0);
  const [ofFew = 0, ofMany = 0] = scanners.map(({ rules }) => rules);
  return {
    what,
    [`${ofFew} rules, MB/s`]: a.toFixed(1),
    [`${ofMany} rules, MB/s`]: b.toFixed(1),
    ratio: (b / a).toFixed(2),
  };
}

const { ruleSet } = loadDefaultRules();
const detectors = chooseDetectors({ generic: true, entropy: null, disabled: [] });
const rows = [measure("rules alone", ruleSet, []), measure("with detectors", ruleSet, detectors)];
console.table(rows);
process.exitCode = rows.some(({ ratio }) => Number(ratio) < least) ? 1 : 0;
