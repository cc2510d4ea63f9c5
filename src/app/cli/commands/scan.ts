import { Command, InvalidArgumentError, Option } from "commander";
import { confidenceLevels } from "../../../core/scan/finding.ts";
import { describeProblems, type RuleProblem } from "../../../core/scan/rules/rule-problem.ts";
import { composeOrigins } from "../../compose-origins.ts";
import { composeScanState } from "../../compose-scan-state.ts";
import { composeScan } from "../../compose-scan.ts";
import { composeScanTasks, type ScanSource, SourceUnusable } from "../../compose-scan-tasks.ts";
import { fingerprintSalt, readStdin, sourceRootOf } from "../../compose-scan-surroundings.ts";
import { jsonlReporter, jsonReporter } from "../formats/json.ts";
import type { ReportContext, Reporter } from "../formats/reporter.ts";
import { sarifReporter } from "../formats/sarif.ts";
import { textReporter } from "../formats/text.ts";
import { packageVersion } from "../package-version.ts";
import { createProgress } from "../scan/progress.ts";
import { runScan } from "../scan/run-scan.ts";
import { CannotScan, readScanOptions, type ScanFlags } from "../scan/scan-options.ts";
import { summaryText, unreadText } from "../scan/summary.ts";

const reporters = {
  text: textReporter,
  json: jsonReporter,
  jsonl: jsonlReporter,
  sarif: sarifReporter,
} as const satisfies Readonly<Record<string, (context: ReportContext) => Reporter>>;

type Flags = ScanFlags & {
  readonly format: keyof typeof reporters;
  readonly stdin?: true;
  readonly stdinPath: string;
  readonly staged?: true;
  readonly since?: string;
  readonly history?: true;
  readonly dangling?: true;
  readonly cache: boolean;
  readonly quiet?: true;
  readonly color: boolean;
};

const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];

/** `keyward scan`: looks for credentials in files, in what is staged, in commits, or in standard input. */
export const scanCommand = new Command("scan")
  .description("look for credentials in files and directories, in what is staged, in new commits or the whole history")
  .argument("[paths...]", "files and directories; - is standard input (default: the current directory)")
  .option("--staged", "scan what the next commit would bring (for a pre-commit hook)")
  .option("--since <ref>", "scan every version of every file that the commits of REF..HEAD bring")
  .option("--history", "scan every version of every file that any branch or tag leads to, and all messages")
  .option("--dangling", "with --history: also what is in the repository though no branch or tag leads to it")
  .option("--stdin", "scan standard input")
  .option("--stdin-path <name>", "what standard input is called: rules may look at its name", "stdin")
  .addOption(new Option("--format <format>", "how to report").choices(Object.keys(reporters)).default("text"))
  .addOption(
    new Option("--min-confidence <level>", "report from this confidence on (default: medium)").choices(
      confidenceLevels,
    ),
  )
  .option("--config <file>", "settings in TOML; see docs/scan.md")
  .option("--rules <file>", "more rules, of Keyward, gitleaks or betterleaks (may be repeated)", collect, [])
  .option("--no-default-rules", "look only for what the rules of --rules find")
  .option("--no-generic", "do not look for credentials of no particular provider")
  .option("--baseline <file>", "an earlier report (json, jsonl): what it has is not reported again")
  .option("--exclude <glob>", "leave out paths, as in a .gitignore (may be repeated)", collect, [])
  .option("--respect-gitignore", "leave out what git ignores")
  .option("--no-archives", "do not look into archives, documents and databases")
  .option("--max-bytes <count>", "the largest file that is read (default: 33554432)", positive)
  .option("--window <bytes>", "with --history: how much of a pack each thread keeps (default: 4194304)", positive)
  .option("--no-cache", "look again at all of a history, also at what was clean the last time")
  .option("--quiet", "print nothing but the report and what went wrong")
  .option("--no-color", "no colors, also on a terminal")
  .addHelpText("after", exitCodes())
  .action(scan);

function exitCodes(): string {
  return `
Exit codes:
  0  everything was read and nothing was found
  1  something was found, and everything was read
  2  not everything could be done, whatever was found: something was not read, a rule could not be used,
     or the command could not be understood; standard error says what`;
}

async function scan(paths: readonly string[], flags: Flags, command: Command): Promise<void> {
  try {
    process.exitCode = await scanAndReport(paths, flags);
  } catch (error) {
    if (!(error instanceof CannotScan || error instanceof SourceUnusable)) throw error;
    command.error(`keyward: ${error.message}`);
  }
}

async function scanAndReport(paths: readonly string[], flags: Flags): Promise<number> {
  const cwd = process.cwd();
  const options = await readScanOptions(flags, cwd);
  const { salt, warning } = fingerprintSalt(options.baseline.salt, process.env);
  const { archives, minConfidence, maxBytes, window } = options;
  const key = new Uint8Array(Buffer.from(salt, "hex"));
  const reading = { maxBytes, ...(window === undefined ? {} : { window }) };
  const settings = { rules: options.rules, archives, minConfidence, ...reading, key };
  const source = sourceOf(paths, flags, options);
  const signal = AbortSignal.any([]);
  const state = flags.cache ? () => composeScanState(settings) : null;
  const surroundings = { cwd, environment: process.env, signal, state };
  const { tasks, passedOver, expected, graph } = composeScanTasks(source, { ...surroundings, ...options });
  const scan = await composeScan(tasks, settings, source.kind === "staged");
  const say = (text: string): void => void (flags.quiet !== true && process.stderr.write(text));
  try {
    const isTold = ({ severity }: RuleProblem): boolean => severity === "error" || flags.quiet !== true;
    for (const told of describeProblems(scan.problems.filter(isTold))) console.error(told);
    const { rules, problems } = scan;
    if (rules.length === 0) throw new CannotScan("there is no rule to scan by, so nothing was scanned");
    if (warning !== null) say(`keyward: ${warning}\n`);
    const color = flags.color && process.stdout.isTTY && process.stdout.hasColors();
    const reporter = reporters[flags.format]({
      version: packageVersion(),
      salt,
      rules,
      problems,
      cwd,
      color,
      sourceRoot: sourceRootOf(cwd),
    });
    const progress = createProgress(process.stderr, () => performance.now(), expected);
    const write = (text: string): void => void process.stdout.write(text);
    const { baseline } = options;
    const origins = composeOrigins(cwd, process.env, signal, graph);
    const run = await runScan({ results: scan.results, passedOver, reporter, baseline, progress, write, origins });
    process.stderr.write(unreadText(run.coverage));
    say(summaryText(run.coverage, run));
    const refused = problems.some(({ severity }) => severity === "error");
    return run.coverage.unread.length > 0 || refused ? 2 : run.found > 0 ? 1 : 0;
  } finally {
    await scan.close();
  }
}

function sourceOf(
  paths: readonly string[],
  flags: Flags,
  options: { readonly maxBytes: number; readonly respectGitignore: boolean },
): ScanSource {
  const stdin = flags.stdin === true || paths.includes("-");
  const asked = [stdin, flags.staged === true, flags.since !== undefined, flags.history === true].filter(
    Boolean,
  ).length;
  if (asked > 1 || (stdin && paths.some((path) => path !== "-")))
    throw new CannotScan(
      "standard input, --staged, --since and --history exclude each other, and standard input other paths",
    );
  if (flags.dangling === true && flags.history !== true)
    throw new CannotScan("--dangling goes with --history: it adds what no branch or tag leads to");
  if (stdin) return { kind: "content", path: flags.stdinPath, read: () => readStdin(options.maxBytes) };
  if (flags.staged === true) return { kind: "staged", paths };
  if (flags.since !== undefined) return { kind: "since", ref: flags.since, paths };
  if (flags.history === true) return { kind: "history", paths, dangling: flags.dangling === true };
  const { respectGitignore } = options;
  return { kind: "paths", paths: paths.length === 0 ? ["."] : paths, respectGitignore };
}

function positive(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1) throw new InvalidArgumentError("Expected a whole number from 1 on.");
  return number;
}
