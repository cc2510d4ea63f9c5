/**
 * How fast the slowest text is that is made to be slow: for each rule texts that nearly match it, again and again or without end, scanned with all
 * rules and detectors. `npm run bench:hostile -- [--megabytes N] [--rule ID] [--every N] [--slowest N]`; ends with 1 if one is slower than asked.
 */
import { Command } from "commander";
import { loadDefaultRules } from "../../src/adapters/files/rule-files.ts";
import { composeEngine } from "../../src/app/compose-engine.ts";
import { bytesOfByteText, toByteText } from "../../src/core/scan/byte-text.ts";
import { compileForEngine } from "../../src/core/scan/engine/compiled-rules.ts";
import { chooseDetectors } from "../../src/core/scan/generic/choose-detectors.ts";
import type { Rule } from "../../src/core/scan/rules/rule.ts";
import { fillShape } from "../../src/core/scan/shape/fill-shape.ts";

const { megabytes, rule, every, slowest, least } = new Command("npm run bench:hostile --")
  .option("--megabytes <n>", "the size of each text", Number, 4)
  .option("--rule <id>", "only this rule")
  .option("--every <n>", "only one in so many rules", Number, 1)
  .option("--slowest <n>", "how many to show", Number, 20)
  .option("--least <n>", "megabytes a second that each must reach", Number, 4)
  .parse()
  .opts<{ megabytes: number; rule?: string; every: number; slowest: number; least: number }>();

const size = megabytes * 1e6;

/** Texts that cost a scanner much where a rule is looked for, by what they are made of. */
function hostileTexts({ regex, examples, ...rest }: Rule): ReadonlyMap<string, string> {
  const [shape] = examples;
  if (regex === null || shape === undefined) return new Map();
  const example = toByteText(fillShape(shape, 1));
  const match = new RegExp(regex.js).exec(example)?.[0] ?? example;
  const word = compileForEngine({ ...rest, regex }).anchors?.words[0] ?? match.slice(0, 3);
  const start = Math.max(0, match.toLowerCase().indexOf(word.toLowerCase()));
  return new Map([
    ["cut before its end", repeated(`${match.slice(0, -2)}\u0001`)],
    ["its first half", repeated(match.slice(0, match.length / 2))],
    ["its word, spaced", repeated(`${word} `)],
    ["its word, assigned", repeated(`${word}=`)],
    ["its word and no end", repeated(match.slice(0, start + word.length + 4)).slice(0, 200) + repeated("a1")],
    ["as it is, without end", match.slice(0, -1) + repeated(match.slice(-9, -1))],
  ]);
}

const repeated = (piece: string): string => piece.repeat(Math.ceil(size / Math.max(1, piece.length))).slice(0, size);

const { ruleSet } = loadDefaultRules();
const detectors = chooseDetectors({ generic: true, entropy: null, disabled: [] });
const scanner = composeEngine(ruleSet, detectors)(() => "");
const rows: { readonly rule: string; readonly text: string; readonly "MB/s": number }[] = [];
for (const [number, one] of ruleSet.rules.entries()) {
  if ((rule !== undefined && one.id !== rule) || number % every !== 0) continue;
  for (const [text, content] of hostileTexts(one)) {
    const bytes = bytesOfByteText(content);
    const before = process.cpuUsage();
    scanner.scan({ path: "hostile.txt", bytes });
    const { user, system } = process.cpuUsage(before);
    rows.push({ rule: one.id, text, "MB/s": Math.round((bytes.length / (user + system)) * 10) / 10 });
  }
}
rows.sort((a, b) => a["MB/s"] - b["MB/s"]);
console.table(rows.slice(0, slowest));
const tooSlow = rows.filter((row) => row["MB/s"] < least);
console.log(`${rows.length} texts of ${megabytes} MB; ${tooSlow.length} slower than ${least} MB/s of processor time.`);
process.exitCode = tooSlow.length > 0 ? 1 : 0;
