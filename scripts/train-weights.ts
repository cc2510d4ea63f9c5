/**
 * Makes `src/core/scan/judge/weights.json`: the weight of each feature of a named value, by logistic regression on labelled data.
 *
 *     node scripts/train-weights.ts LABELLED [TREE...]      (add --check to cross-validate by repository and write nothing)
 *
 * LABELLED has `meta` and `data` folders (`test/bench/labelled-data.ts`); each TREE is a well-kept source tree in which every candidate counts as false.
 * True values of such data are often random characters put in place of the real ones. So that the weights do not lean on that,
 * a part of the true letters-only values is replaced by passwords as people make them.
 */
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { meaningOfName } from "../src/core/scan/generic/credential-names.ts";
import { findNamedValues } from "../src/core/scan/generic/find-all.ts";
import type { NamedValue } from "../src/core/scan/generic/named-value.ts";
import { featuresOf, viewOf } from "../src/core/scan/judge/features.ts";
import { neverCredentials, valueKindOf } from "../src/core/scan/judge/value-kind.ts";
import { createLineIndex } from "../src/core/scan/line-index.ts";
import { commonWords } from "../src/core/scan/word-shape.ts";
import { countFindings, isIgnored, ratesOf, readRows, type Row } from "../test/bench/labelled-data.ts";

type Sample = {
  readonly repo: string;
  readonly path: string;
  readonly line: number;
  readonly endLine: number;
  readonly features: readonly string[];
  readonly isTrue: boolean;
  readonly weight: number;
};

const rare = 4;
const ridge = Number(process.env["RIDGE"] ?? 1.5);
const pairRidge = Number(process.env["PAIR"] ?? 4);
const rounds = 60;
const treeWeight = Number(process.env["TREE"] ?? 2);
/** The log-odds at which a finding is of medium confidence: chosen for the noise of trees that were not trained on. */
const mediumFrom = Number(process.env["LIMIT"] ?? 0.5);

/** The samples of one labelled file. Candidates that share a line with a true value but are not it are left out. */
function samplesOf(path: string, text: string, rows: readonly Row[]): Sample[] {
  const lines = createLineIndex(text);
  const starts = lineStarts(text);
  const all = [...findNamedValues(text)];
  const view = viewOf(text, path, all);
  return all
    .filter((named) => mayBe(text, named))
    .flatMap((named, index): Sample[] => {
      const line = lines.lineAt(named.start);
      const endLine = lines.lineAt(named.end);
      const here = rows.filter((row) => row.first <= endLine && line <= row.last);
      const isTrue = here.some((row) => row.isTrue && !isIgnored(row) && holds(row, named, text, starts));
      const unsure = !isTrue && here.some((row) => row.isTrue || isIgnored(row));
      const base = { repo: path.split("/")[0] ?? "", path, line, endLine };
      const sample = { ...base, features: featuresOf(view, named), isTrue, weight: unsure ? 0 : 1 };
      const human = isTrue && index % 3 === 0 ? humanVariant(view, named, index) : null;
      return human === null
        ? [sample]
        : [sample, { ...base, line: 0, endLine: 0, features: human, isTrue, weight: 0.5 }];
    });
}

/** Whether the form of the value leaves it open: the others are never weighed. */
function mayBe(text: string, { start, end, quoting }: NamedValue): boolean {
  const kind = valueKindOf(text.slice(start, end), quoting);
  return kind === null || !neverCredentials.has(kind);
}

const someWords = [...commonWords].filter((word) => word.length >= 5 && word.length <= 9);

/** The features that the place would have if its value were a password as people make them; `null` for values of another kind. */
function humanVariant(view: ReturnType<typeof viewOf>, named: NamedValue, seed: number): readonly string[] | null {
  const value = view.text.slice(named.start, named.end);
  if (meaningOfName(named.name).class !== "password" || !/^[\x21-\x7e]{4,16}$/.test(value)) return null;
  const word = someWords[(seed * 7919) % someWords.length] ?? "";
  const password = `${word[0]?.toUpperCase()}${word.slice(1)}${(seed * 31) % 2030}${["", "!", "#", "?"][seed % 4]}`;
  const text = view.text.slice(0, named.start) + password + view.text.slice(named.end);
  return featuresOf({ ...view, text }, { ...named, end: named.start + password.length });
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

/** Whether the value of a row, if its columns are known, overlaps the candidate. */
function holds(row: Row, named: NamedValue, text: string, starts: readonly number[]): boolean {
  if (row.valueStart < 0 || row.first !== row.last) return true;
  const start = starts[row.first - 1] ?? 0;
  const line = text.slice(start, starts[row.first] ?? text.length);
  const chars = Array.from(Buffer.from(line, "latin1").toString("utf8"));
  const bytesTo = (column: number): number => Buffer.byteLength(chars.slice(0, column).join(""));
  const from = start + bytesTo(row.valueStart);
  const to = row.valueEnd < 0 ? start + line.length : start + bytesTo(row.valueEnd);
  return named.start < to && from < named.end;
}

function readLabelled(base: string, rows: readonly Row[]): Sample[] {
  const byFile = Map.groupBy(rows, (row) => row.path);
  return [...byFile].flatMap(([path, own]) => samplesOf(path, readFileSync(join(base, "data", path), "latin1"), own));
}

function readTree(tree: string): Sample[] {
  const out: Sample[] = [];
  for (const entry of readdirSync(tree, { recursive: true, withFileTypes: true })) {
    const full = join(entry.parentPath, entry.name);
    if (!entry.isFile() || statSync(full).size > 1_000_000) continue;
    const text = readFileSync(full, "latin1");
    if (text.slice(0, 8000).includes("\0")) continue;
    const path = full.slice(tree.length + 1);
    const all = [...findNamedValues(text)];
    const view = viewOf(text, path, all);
    const lines = createLineIndex(text);
    for (const named of all.filter((named) => mayBe(text, named))) {
      const line = lines.lineAt(named.start);
      out.push({
        repo: tree,
        path,
        line,
        endLine: line,
        features: featuresOf(view, named),
        isTrue: false,
        weight: treeWeight,
      });
    }
  }
  return out;
}

/** What is known before any data is seen, where data is scarce: weights are drawn to these instead of to zero. */
const priors: readonly (readonly [RegExp, number])[] = [
  [
    /^value: is (?:a template|code|a constant|a public key|a media type|markup|an AWS resource|a placeholder|encrypted)/,
    -4,
  ],
  [
    /^value: is (?:a password hash|a URL|a path|an email|a host|a version|a sentence|a regular|a list|a digest|a number|a UUID)/,
    -2.5,
  ],
  [/^name: (?:is about|another kind)/, -2],
  [/^name: says hash/, -2],
  [/^name: the value says the same|^value: (?:CONSTANT_CASE|snake_case|kebab-case|camelCase|a dotted name)/, -1],
  [/^value: (?:has a word of tests|holds a row|its characters repeat|only a few different)/, -1.5],
  [/^value: (?:base64 of|a word with signs)/, -1],
  [/^file: the same value/, -1],
  [/^file: (?:lock|translation|minified)/, -2],
  [/^words: a word changed/, 2],
  [/^name: (?:token|secret|api-key|password|auth) \+ looks like a (?:hex )?key$/, 1],
  [/^name: key \+ looks like (?!a key$|a hex key|a long number|long letters)/, -4],
];
/** What always speaks for one: an opaque key under a name that says so. */
const neverAgainst = /looks like a (?:hex )?key$/;
const priorOf = (name: string): number => priors.find(([pattern]) => pattern.test(name))?.[1] ?? 0;

/** Whatever the data says, these never speak for a credential: in life nobody is safer for keeping a key among tests. */
const neverFor =
  /^file: (?:among|the same|lock|translation|minified)|^line: (?:a comment|an assertion|speaks|a message)|looks like (?:a template|a placeholder|code|a public key|a constant|a media|markup|a path|a URL|a sentence|a host|an email|encrypted)/;

type Weights = ReadonlyMap<string, number>;
const biasName = "bias";

/** Logistic regression with an L2 penalty, by AdaGrad over shuffled samples. */
function train(samples: readonly Sample[]): Weights {
  const counts = new Map<string, number>();
  for (const sample of samples)
    for (const feature of sample.features) counts.set(feature, (counts.get(feature) ?? 0) + 1);
  const names = [
    biasName,
    ...[...counts].filter(([name, count]) => count >= rare || priorOf(name) !== 0).map(([name]) => name),
  ];
  const ids = new Map(names.map((name, id) => [name, id]));
  const rows = samples.map((sample) => Int32Array.from([0, ...sample.features.flatMap((name) => ids.get(name) ?? [])]));
  const prior = Float64Array.from(names, priorOf);
  const ceiling = Float64Array.from(names, (name) => (neverFor.test(name) || priorOf(name) < 0 ? 0 : Infinity));
  const floor = Float64Array.from(names, (name) =>
    neverAgainst.test(name) && !name.startsWith("file") ? 0 : -Infinity,
  );
  const weights = prior.slice();
  const squares = new Float64Array(names.length).fill(1e-6);
  // Pairs of features have less data each: they are held tighter.
  const penalty = Float64Array.from(
    names,
    (name) => ((name.includes(" + ") ? pairRidge : ridge) * 10) / samples.length,
  );
  let state = 12345;
  const order = samples.map((_, at) => at);
  for (let round = 0; round < rounds; round++) {
    for (let at = order.length - 1; at > 0; at--) {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0;
      const other = state % (at + 1);
      [order[at], order[other]] = [order[other] ?? 0, order[at] ?? 0];
    }
    for (const at of order)
      step(rows[at] ?? new Int32Array(), samples[at], weights, squares, { prior, ceiling, floor, penalty, round });
  }
  return new Map(names.map((name, id) => [name, weights[id] ?? 0]));
}

function step(
  row: Int32Array,
  sample: Sample | undefined,
  weights: Float64Array,
  squares: Float64Array,
  {
    prior,
    ceiling,
    floor,
    penalty,
    round,
  }: { prior: Float64Array; ceiling: Float64Array; floor: Float64Array; penalty: Float64Array; round: number },
): void {
  if (sample === undefined || sample.weight === 0) return;
  let sum = 0;
  for (const id of row) sum += weights[id] ?? 0;
  const error = (1 / (1 + Math.exp(-sum)) - (sample.isTrue ? 1 : 0)) * sample.weight;
  const rate = 0.15 / (1 + round / 15);
  for (const id of row) {
    const gradient = error + (id === 0 ? 0 : (penalty[id] ?? 0) * ((weights[id] ?? 0) - (prior[id] ?? 0)));
    squares[id] = (squares[id] ?? 0) + gradient * gradient;
    const next = (weights[id] ?? 0) - (rate * gradient) / Math.sqrt(squares[id] ?? 1);
    weights[id] = Math.max(floor[id] ?? -Infinity, Math.min(next, ceiling[id] ?? Infinity));
  }
}

const scoreOf = (weights: Weights, sample: Sample): number =>
  sample.features.reduce((sum, feature) => sum + (weights.get(feature) ?? 0), weights.get(biasName) ?? 0);

/** Scores of samples by weights that were trained without their repository. */
function crossScores(samples: readonly Sample[], trees: readonly Sample[], folds: number): number[] {
  const repos = [...new Set(samples.map(({ repo }) => repo))].sort();
  const foldOf = new Map(repos.map((repo, at) => [repo, (at * 7) % folds]));
  const scores = samples.map(() => 0);
  for (let fold = 0; fold < folds; fold++) {
    const weights = train([...samples.filter(({ repo }) => foldOf.get(repo) !== fold), ...trees]);
    samples.forEach((sample, at) => {
      if (foldOf.get(sample.repo) === fold) scores[at] = scoreOf(weights, sample);
    });
  }
  return scores;
}

/** What the rules of `patterns/` find, from the output of the quality bench, so that the whole can be judged. */
function byRules(): readonly { path: string; line: number; endLine: number }[] {
  const file = process.env["RULES"];
  if (file === undefined) return [];
  const found = readFileSync(file, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { path: string; line: number; end_line: number; rule: string });
  return found.filter(({ rule }) => !rule.startsWith("generic")).map((one) => ({ ...one, endLine: one.end_line }));
}

function report(title: string, samples: readonly Sample[], scores: readonly number[], rows: readonly Row[]): void {
  for (const limit of [-1.5, -1, -0.5, 0, 0.5, 1, 1.5]) {
    const found = [...samples.filter(({ line }, at) => line > 0 && (scores[at] ?? 0) >= limit), ...byRules()];
    const count = countFindings(found, rows);
    const { precision, recall, f1 } = ratesOf(count);
    console.log(
      `${title} at ${limit}: P ${precision.toFixed(3)} R ${recall.toFixed(3)} F1 ${f1.toFixed(3)} (${JSON.stringify(count)})`,
    );
  }
}

/** How many lines of well-kept trees would be found by weights that were trained without them, at several limits. */
function reportNoise(weights: Weights, folder: string): void {
  const noise = readdirSync(folder).flatMap((tree) => readTree(join(folder, tree)));
  const dump = process.env["NDUMP"];
  if (dump !== undefined)
    writeFileSync(
      dump,
      noise
        .filter((sample) => scoreOf(weights, sample) >= 0)
        .map((sample) => JSON.stringify({ score: scoreOf(weights, sample), ...sample }))
        .join("\n"),
    );
  for (const limit of [-1, -0.5, 0, 0.5, 1, 1.5, 2]) {
    const found = noise.filter((sample) => scoreOf(weights, sample) >= limit);
    const lines = new Set(found.map(({ repo, path, line }) => `${repo} ${path} ${line}`));
    const by = Map.groupBy(lines, (line) => line.split(" ")[0]?.split("/").at(-1) ?? "");
    console.log(`noise at ${limit}: ${lines.size} ${[...by].map(([tree, own]) => `${tree} ${own.length}`).join(", ")}`);
  }
}

const [base, ...trees] = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
if (base === undefined) throw new Error("expected the folder of labelled data as the first argument, found nothing");
const rows = readRows(base);
const samples = readLabelled(base, rows);
const others = trees.flatMap(readTree);
console.log(
  `${samples.length} samples, ${samples.filter(({ isTrue }) => isTrue).length} true, ${others.length} of trees`,
);
if (process.argv.includes("--check")) {
  const scores = crossScores(samples, others, 8);
  report("unseen repositories", samples, scores, rows);
  const noise = process.env["NOISE"];
  if (noise !== undefined) reportNoise(train([...samples, ...others]), noise);
  const dump = process.env["DUMP"];
  if (dump !== undefined)
    writeFileSync(dump, samples.map((sample, at) => JSON.stringify({ score: scores[at], ...sample })).join("\n"));
} else {
  const weights = train([...samples, ...others]);
  report(
    "seen",
    samples,
    samples.map((sample) => scoreOf(weights, sample)),
    rows,
  );
  const kept = [...weights].filter(([, weight]) => Math.abs(weight) >= 0.02).sort(([a], [b]) => (a < b ? -1 : 1));
  const target = new URL("../src/core/scan/judge/weights.json", import.meta.url);
  writeFileSync(
    target,
    `${JSON.stringify(Object.fromEntries(kept.map(([name, weight]) => [name, Math.round((name === biasName ? weight - mediumFrom : weight) * 100) / 100])), null, 2)}\n`,
  );
  console.log(`${kept.length} weights`);
}
