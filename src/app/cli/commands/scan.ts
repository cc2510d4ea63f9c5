import { Command, Option } from "commander";
import { confidenceLevels, type ConfidenceLevel } from "../../../core/scan/finding.ts";
import { describeProblem } from "../../../core/scan/rules/rule-problem.ts";
import { composeScan } from "../../compose-scan.ts";
import { reportFinding } from "../formats/report-finding.ts";

type ScanOptions = { readonly format: "jsonl"; readonly minConfidence: ConfidenceLevel; readonly archives: boolean };

/** `keyward scan`: looks for credentials in files. */
export const scanCommand = new Command("scan")
  .description("look for credentials in files and directories")
  .argument("[paths...]", "files and directories", ["."])
  .addOption(new Option("--format <format>", "how to report").choices(["jsonl"]).default("jsonl"))
  .addOption(new Option("--min-confidence <level>", "report from").choices([...confidenceLevels]).default("medium"))
  .option("--no-archives", "do not look into archives, documents and databases")
  .action(scan);

async function scan(paths: readonly string[], options: ScanOptions): Promise<void> {
  const { minConfidence, archives } = options;
  const scan = composeScan({
    cwd: process.cwd(),
    source: { kind: "paths", paths },
    exclude: [],
    settings: {
      ruleFiles: [],
      defaultRules: true,
      disabledRules: [],
      archives,
      minConfidence,
      maxBytes: 32 * 1024 * 1024,
      key: new Uint8Array(32),
    },
  });
  for (const problem of scan.problems) console.error(describeProblem(problem));
  let found = 0;
  let unread = 0;
  for await (const result of scan.results) {
    for (const finding of result.findings) process.stdout.write(`${JSON.stringify(reportFinding(finding))}\n`);
    for (const gap of result.unread) console.error(`${gap.path}: not read: ${gap.detail}`);
    found += result.findings.length;
    unread += result.unread.length;
  }
  await scan.close();
  process.exitCode = unread > 0 ? 2 : found > 0 ? 1 : 0;
}
