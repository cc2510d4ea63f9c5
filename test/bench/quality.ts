/**
 * How good the detection is: `npm run bench:quality -- --data DIR [--only labelled|examples|noise] [--out DIR]`. Data is never part of this repository;
 * without it this says where it comes from.
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command, Option } from "commander";
import { confidenceLevels } from "../../src/core/scan/finding.ts";
import { type ExampleText, readExampleTexts } from "./example-texts.ts";
import { countFindings, ratesOf, readRows } from "./labelled-data.ts";
import { type BenchFinding, jobsBelow, scanFiles, type ScanJob } from "./scan-files.ts";

const whereFrom = `No data. Give a folder with --data DIR; any of these in it is used:

  DIR/creddata/{meta,data}   labelled lines, in the layout of https://github.com/Samsung/CredData (its tool downloads and obfuscates the files)
  DIR/*.jsonl                texts {id, text, expected, source}: credentials of providers and near misses, for instance from other scanners' own tests
  DIR/noise/<tree>/          well-kept source trees in which every finding is noise, for instance by "apt-get source" or a git clone
`;

const percent = (part: number, whole: number): string => `${((100 * part) / Math.max(1, whole)).toFixed(1)} %`;
const atLeast =
  (level: "low" | "medium" | "high") =>
  (finding: BenchFinding): boolean =>
    confidenceLevels.indexOf(finding.level) >= confidenceLevels.indexOf(level);

function keep(out: string | undefined, name: string, findings: readonly BenchFinding[]): void {
  if (out === undefined) return;
  mkdirSync(out, { recursive: true });
  const lines = findings.filter(atLeast("medium")).map((finding) => JSON.stringify(finding));
  writeFileSync(join(out, `${name}.jsonl`), lines.map((line) => `${line}\n`).join(""));
}

async function labelled(base: string, out: string | undefined): Promise<void> {
  const rows = readRows(base);
  const { findings } = await scanFiles(jobsBelow(join(base, "data")));
  keep(out, "labelled-findings", findings);
  console.log("\nLabelled data, ignored categories left out");
  for (const level of ["low", "medium", "high"] as const) {
    const found = findings.filter(atLeast(level)).map((one) => ({ ...one, endLine: one.end_line }));
    const count = countFindings(found, rows);
    const { precision, recall, f1 } = ratesOf(count);
    console.log(
      `  from ${level.padEnd(6)}  P ${precision.toFixed(3)}  R ${recall.toFixed(3)}  F1 ${f1.toFixed(3)}  (${count.tp} found, ${count.fp} wrong, ${count.fn} missed)`,
    );
  }
}

async function examples(samples: readonly ExampleText[], out: string | undefined): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "keyward-examples-"));
  const unique = samples.filter((sample) => sample.dup_of === undefined);
  const jobs = unique.map(({ id, text }): ScanJob => {
    const file = join(folder, `${id}.txt`);
    writeFileSync(file, text.endsWith("\n") ? text : `${text}\n`);
    return { file, path: `${id}.txt` };
  });
  const { findings } = await scanFiles(jobs);
  keep(out, "example-findings", findings);
  const hit = new Set(findings.filter(atLeast("medium")).map(({ path }) => path.replace(".txt", "")));
  const isHit = (sample: ExampleText): boolean => hit.has(sample.dup_of ?? sample.id);
  console.log("\nProvider examples: found, and near misses flagged");
  for (const [source, own] of [...Map.groupBy(samples, ({ source }) => source), ["all", samples] as const]) {
    const good = own.filter(({ expected }) => expected);
    const bad = own.filter(({ expected, conflict }) => !expected && conflict !== true);
    console.log(
      `  ${source.padEnd(18)} ${percent(good.filter(isHit).length, good.length).padStart(8)} of ${good.length}   ${percent(bad.filter(isHit).length, bad.length).padStart(8)} of ${bad.length}`,
    );
  }
}

async function noise(folder: string, out: string | undefined): Promise<void> {
  const trees = readdirSync(folder);
  const all: BenchFinding[] = [];
  let total = 0;
  console.log("\nNoise of source trees, findings a MB from medium (without private keys in test files)");
  for (const tree of trees) {
    const { findings, bytes } = await scanFiles(jobsBelow(join(folder, tree)));
    const found = findings
      .filter(atLeast("medium"))
      .map((finding) => ({ ...finding, path: `${tree}/${finding.path}` }));
    all.push(...found);
    total += bytes / 1e6;
    const counted = found.filter(isNoise);
    console.log(
      `  ${tree.padEnd(18)} ${(bytes / 1e6).toFixed(1).padStart(7)} MB  ${(counted.length / (bytes / 1e6)).toFixed(3)}  (${counted.length} and ${found.length - counted.length} private keys)`,
    );
  }
  keep(out, "noise-findings", all);
  const counted = all.filter(isNoise);
  console.log(`  ${"all".padEnd(18)} ${total.toFixed(1).padStart(7)} MB  ${(counted.length / total).toFixed(3)}\n`);
  const byRule = [...Map.groupBy(counted, ({ rule }) => rule)].sort((a, b) => b[1].length - a[1].length);
  for (const [rule, own] of byRule)
    console.log(`  ${rule.padEnd(40)} ${String(own.length).padStart(5)}  ${(own.length / total).toFixed(4)} a MB`);
}

/** Private keys of tests are left out; the seed of a NATS key is one (Ed25519). */
const isNoise = ({ rule, path }: BenchFinding): boolean =>
  !(
    /private-key|jwk|^nats-\w+-seed/.test(rule) &&
    /test|spec|fixture|example|sample|docs?\/|mock|certs?\/|contrib|demo/i.test(path)
  );

const { data, only, out } = new Command("npm run bench:quality --")
  .description("how good the detection is, on labelled lines, texts of providers and well-kept source trees")
  .option("--data <dir>", "where the data is; without it this says where such data comes from")
  .addOption(new Option("--only <part>", "one of the three").choices(["labelled", "examples", "noise"]))
  .option("--out <dir>", "write there what was found, as JSON lines")
  .parse()
  .opts<{ data?: string; only?: string; out?: string }>();
const wants = (part: string): boolean => only === undefined || only === part;
if (data === undefined || !existsSync(data)) console.log(whereFrom);
else {
  if (wants("labelled") && existsSync(join(data, "creddata", "meta"))) await labelled(join(data, "creddata"), out);
  const samples = wants("examples") ? readExampleTexts(data) : [];
  if (samples.length > 0) await examples(samples, out);
  if (wants("noise") && existsSync(join(data, "noise"))) await noise(join(data, "noise"), out);
}
