import { createContentExpander } from "../adapters/archives/content-expander.ts";
import { readFile } from "../adapters/files/read-file.ts";
import { type LoadedRules, loadRules } from "../adapters/files/rule-files.ts";
import { createFingerprinter } from "../adapters/system/fingerprinter.ts";
import { createDeepScanner } from "../core/scan/deep-scanner.ts";
import { chooseDetectors } from "../core/scan/generic/choose-detectors.ts";
import { createReferenceScanner } from "../core/scan/reference-scanner.ts";
import type { ContentScanner } from "../core/scan/scanner.ts";
import { type LocalResult, scanLocalFile, unreadResult } from "../flows/scan-local-file.ts";
import type { ScanSettings, ScanTask } from "./scan-task.ts";

/** Does tasks one at a time, in whichever thread. */
export type TaskScanner = LoadedRules & {
  /** Never rejects for what the content is. */
  readonly run: (task: ScanTask) => Promise<LocalResult>;
  readonly close: () => Promise<void>;
};

/** Puts together what scans one file. */
export function composeTaskScanner(settings: ScanSettings): TaskScanner {
  const { ruleFiles, defaultRules, disabledRules, archives } = settings;
  const loaded = loadRules({ files: ruleFiles, withDefault: defaultRules, disabled: disabledRules });
  const fingerprint = createFingerprinter(settings.key, "local");
  const detectors = chooseDetectors({ generic: loaded.hasOwn, entropy: null, disabled: disabledRules });
  const scanner = createReferenceScanner({ ruleSet: loaded.ruleSet, detectors, fingerprint });
  const expander = archives ? createContentExpander() : null;
  const content: ContentScanner =
    expander === null
      ? { scan: (source) => Promise.resolve(scanner.scan(source)) }
      : createDeepScanner(scanner, expander);
  return { ...loaded, run: (task) => runTask(task, content, settings), close: async () => expander?.close() };
}

async function runTask(task: ScanTask, scanner: ContentScanner, settings: ScanSettings): Promise<LocalResult> {
  const { path, judgedAs, commit } = task;
  const place = { path, ...(commit === undefined ? {} : { commit }) };
  const content =
    task.content.kind === "file" ? readFile(Buffer.from(task.content.file), settings.maxBytes) : task.content;
  if (content.kind === "unread") return unreadResult({ ...place, reason: content.reason, detail: content.detail });
  return scanLocalFile({ ...place, judgedAs, bytes: content.bytes }, scanner, settings.minConfidence);
}
