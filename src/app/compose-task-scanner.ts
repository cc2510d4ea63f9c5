import { createContentExpander } from "../adapters/archives/content-expander.ts";
import { readFile } from "../adapters/files/read-file.ts";
import { loadDefaultRules } from "../adapters/files/rule-files.ts";
import { createFingerprinter } from "../adapters/system/fingerprinter.ts";
import { createDeepScanner } from "../core/scan/deep-scanner.ts";
import { createReferenceScanner } from "../core/scan/reference-scanner.ts";
import type { RuleSet } from "../core/scan/rules/rule.ts";
import type { RuleProblem } from "../core/scan/rules/rule-problem.ts";
import type { ContentScanner } from "../core/scan/scanner.ts";
import { type LocalResult, scanLocalFile } from "../flows/scan-local-file.ts";
import type { ScanSettings, ScanTask } from "./scan-task.ts";

/** Does tasks one at a time, in whichever thread. */
export type TaskScanner = {
  /** Never rejects for what the content is. */
  readonly run: (task: ScanTask) => Promise<LocalResult>;
  readonly close: () => Promise<void>;
  /** About the rule files. */
  readonly problems: readonly RuleProblem[];
  readonly ruleSet: RuleSet;
};

/** Puts together what scans one file. Throws when a rule file cannot be read. */
export function composeTaskScanner(settings: ScanSettings): TaskScanner {
  const { ruleSet, problems } = loadDefaultRules();
  const scanner = createReferenceScanner({ ruleSet, fingerprint: createFingerprinter(settings.key, "local") });
  const expander = settings.archives ? createContentExpander() : null;
  const deep: ContentScanner =
    expander === null
      ? { scan: (source) => Promise.resolve(scanner.scan(source)) }
      : createDeepScanner(scanner, expander);
  return {
    run: (task) => runTask(task, deep, settings),
    close: async () => expander?.close(),
    problems,
    ruleSet,
  };
}

async function runTask(task: ScanTask, scanner: ContentScanner, settings: ScanSettings): Promise<LocalResult> {
  const { path, content, ...place } = task;
  if (content.kind === "bytes")
    return scanLocalFile({ path, ...place, bytes: content.bytes }, scanner, settings.minConfidence);
  const read = readFile(Buffer.from(content.file), settings.maxBytes);
  if (read.kind === "read")
    return scanLocalFile({ path, ...place, bytes: read.bytes }, scanner, settings.minConfidence);
  const { reason, detail } = read;
  return { path, bytes: 0, findings: [], unread: [{ path, reason, detail }] };
}
