import { Command } from "commander";
import { explainLine, type Explanation } from "../../../core/scan/explain-line.ts";
import { describeProblems } from "../../../core/scan/rules/rule-problem.ts";
import type { SourceText } from "../../../core/scan/source-text.ts";
import { terminalText } from "../../../core/scan/terminal-text.ts";
import { readPlace } from "../../compose-explain.ts";
import { composeRules } from "../../compose-rules.ts";
import { CannotScan, readScanOptions, type ScanOptions } from "../scan/scan-options.ts";

type Flags = {
  readonly config?: string;
  readonly rules: readonly string[];
  readonly defaultRules: boolean;
  readonly generic: boolean;
  readonly stdin?: true;
  readonly json?: true;
};

const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];

/** `keyward explain`: what speaks for and against everything that rules match on a line. */
export const explainCommand = new Command("explain")
  .description("show what rules match on a line, with every part of the judgement; also what is not reported")
  .argument("<file:line>", "for example src/config.ts:12, or app.zip!/config.yml:3 for what is inside")
  .option("--stdin", "standard input is the content of the file, whatever is on the disk")
  .option("--config <file>", "settings of the scan in TOML; see docs/scan.md")
  .option("--rules <file>", "more rules (may be repeated)", collect, [])
  .option("--no-default-rules", "use only the rules of --rules")
  .option("--no-generic", "leave out credentials of no particular provider")
  .option("--json", "for machines")
  .addHelpText("after", "\nExit codes: 0 explained, 2 the place cannot be read or a rule cannot be used.")
  .action(explain);

async function explain(place: string, flags: Flags, command: Command): Promise<void> {
  const { path, line } = placeOf(place) ?? command.error(`keyward: expected FILE:LINE, found "${terminalText(place)}"`);
  const choice = await rulesOf(flags, command);
  const read = await readPlace(path, process.cwd(), flags.stdin === true);
  if (read.kind === "unread") command.error(`keyward: ${terminalText(path)}: ${read.detail}`);
  const lines = Math.max(...read.texts.map(linesIn));
  if (line > lines) command.error(`keyward: ${terminalText(path)} has ${lines} ${lines === 1 ? "line" : "lines"}`);
  const { ruleSet, problems, scanner, detectors } = composeRules(choice);
  for (const told of describeProblems(problems)) console.error(told);
  const all = read.texts.flatMap((text) => explainLine(text, line, { ruleSet, scanner, detectors }));
  console.log(flags.json === true ? JSON.stringify(all.map(fieldsOf), null, 2) : textOf(all, place));
  process.exitCode = problems.some(({ severity }) => severity === "error") ? 2 : 0;
}

/** The rules by which a scan with the same words would look. */
async function rulesOf(flags: Flags, command: Command): Promise<ScanOptions["rules"]> {
  try {
    const { rules } = await readScanOptions({ ...flags, exclude: [], archives: true }, process.cwd());
    return rules;
  } catch (error) {
    if (!(error instanceof CannotScan)) throw error;
    return command.error(`keyward: ${error.message}`);
  }
}

const linesIn = ({ bytes }: SourceText): number => bytes.reduce((count, byte) => (byte === 10 ? count + 1 : count), 1);

/** The line is behind the last colon: the name may hold others. */
function placeOf(text: string): { readonly path: string; readonly line: number } | null {
  const found = /^(.+?):([1-9]\d*)(?::\d+)?$/s.exec(text);
  return found === null ? null : { path: found[1] ?? "", line: Number(found[2]) };
}

function textOf(all: readonly Explanation[], place: string): string {
  if (all.length === 0) return `No rule matches anything on ${terminalText(place)}.`;
  return all.map(entryOf).join("\n\n");
}

function entryOf({ rule, mask, span, via, confidence, rejected }: Explanation): string {
  const fate =
    rejected === null ? `reported from ${confidence.level} confidence on` : `not reported: ${terminalText(rejected)}`;
  const inside = via.length === 0 ? "" : `, inside ${via.join(", ")}`;
  const reasons = confidence.reasons.map(({ what, points }) => {
    const sign = points < 0 ? "−" : "+";
    return `  ${`${sign}${Math.abs(Math.round(points * 10) / 10)}`.padStart(6)}  ${terminalText(what)}`;
  });
  return [
    `${span.line}:${span.column}  ${terminalText(rule.title)} (${rule.id}): ${terminalText(mask)}${inside}`,
    ...reasons,
    `  ${String(confidence.score).padStart(6)}  of 100: ${confidence.level} confidence; ${fate}`,
  ].join("\n");
}

function fieldsOf({ rule, mask, span, via, confidence, rejected }: Explanation): Record<string, unknown> {
  const { level, score, reasons } = confidence;
  const { line, column } = span;
  return { rule: rule.id, title: rule.title, line, column, via, mask, confidence: level, score, reasons, rejected };
}
