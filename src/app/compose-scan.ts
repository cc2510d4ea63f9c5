import { walkFiles } from "../adapters/files/walk-files.ts";
import { type Exclusion, exclusionOf } from "../core/scan/exclusion.ts";
import type { RuleProblem } from "../core/scan/rules/rule-problem.ts";
import type { LocalResult, LocalUnread } from "../flows/scan-local-file.ts";
import { composeTaskScanner, type TaskScanner } from "./compose-task-scanner.ts";
import type { ScanSettings, ScanTask } from "./scan-task.ts";

/** Where content comes from. */
export type ScanSource =
  | { readonly kind: "paths"; readonly paths: readonly string[] }
  | { readonly kind: "bytes"; readonly path: string; readonly bytes: Uint8Array };

export type ScanRequest = {
  readonly cwd: string;
  readonly source: ScanSource;
  /** Globs as in a .gitignore. */
  readonly exclude: readonly string[];
  readonly settings: ScanSettings;
};

/** A scan, ready to go. */
export type LocalScan = {
  /** About the rule files. */
  readonly problems: readonly RuleProblem[];
  /** One for each file, in the order in which they were come upon. Whoever stops early must still `close`. */
  readonly results: AsyncIterable<LocalResult>;
  readonly close: () => Promise<void>;
};

/** Puts a scan together. Throws when a rule file cannot be read. */
export function composeScan({ cwd, source, exclude, settings }: ScanRequest): LocalScan {
  const scanner = composeTaskScanner(settings);
  const work = workOf(source, cwd, exclusionOf(exclude));
  return { problems: scanner.problems, results: resultsOf(work, scanner), close: scanner.close };
}

/** Something to scan, or why it cannot be. */
type Work =
  { readonly kind: "task"; readonly task: ScanTask } | { readonly kind: "unread"; readonly unread: LocalUnread };

async function* resultsOf(
  work: AsyncIterable<Work> | Iterable<Work>,
  scanner: TaskScanner,
): AsyncGenerator<LocalResult> {
  for await (const item of work) {
    if (item.kind === "task") yield await scanner.run(item.task);
    else yield { path: item.unread.path, bytes: 0, findings: [], unread: [item.unread] };
  }
}

function* workOf(source: ScanSource, cwd: string, isExcluded: Exclusion): Generator<Work> {
  if (source.kind === "bytes") {
    const { path, bytes } = source;
    yield { kind: "task", task: { path, judgedAs: path, content: { kind: "bytes", bytes } } };
    return;
  }
  for (const path of source.paths) {
    for (const walked of walkFiles(path, cwd, isExcluded)) {
      if (walked.kind === "passed-over") continue;
      if (walked.kind === "unread") yield { kind: "unread", unread: walked };
      else yield { kind: "task", task: { ...walked, content: { kind: "file", file: walked.file } } };
    }
  }
}
