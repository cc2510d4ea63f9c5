import { createContentExpander } from "../adapters/archives/content-expander.ts";
import { createFingerprinter } from "../adapters/system/fingerprinter.ts";
import { createDeepScanner } from "../core/scan/deep-scanner.ts";
import { commitExcuse } from "../core/scan/commit-excuse.ts";
import type { ContentScanner } from "../core/scan/scanner.ts";
import { placeKinds } from "../core/scan/place-kind.ts";
import {
  failedResult,
  type LocalResult,
  resultsTogether,
  scanLocalFile,
  unreadResult,
} from "../flows/scan-local-file.ts";
import type { ScanBench } from "./compose-bench.ts";
import { composeEngine } from "./compose-engine.ts";
import { composeFileReader } from "./compose-file-reader.ts";
import { composePackedScanner } from "./compose-packed-scanner.ts";
import { remembered } from "./remembered.ts";
import type { ContentTask, ScanSettings, ScanTask } from "./scan-task.ts";

/** Does tasks one at a time, in whichever thread. */
export type TaskScanner = {
  /** Never rejects for what the content is. */
  readonly run: (task: ScanTask) => Promise<LocalResult>;
  readonly close: () => Promise<void>;
};

/** Puts together what scans one file. */
export function composeTaskScanner(
  settings: ScanSettings,
  { ruleSet, detectors, program }: Pick<ScanBench, "ruleSet" | "detectors" | "program">,
): TaskScanner {
  const scanner = composeEngine(ruleSet, detectors, program?.())(createFingerprinter(settings.key, "local"));
  const expander = settings.archives ? createContentExpander() : null;
  const content: ContentScanner =
    expander === null
      ? { scan: (source) => Promise.resolve(scanner.scan(source)) }
      : createDeepScanner(scanner, expander);
  const { minConfidence } = settings;
  const isExcused = commitExcuse(ruleSet);
  const packed = composePackedScanner(
    {
      scanner: content,
      suspect: scanner.suspect,
      kindOfPlace: remembered(placeKinds(ruleSet, detectors)),
      minConfidence,
      isExcused,
      opensContainers: settings.archives,
    },
    settings,
  );
  const read = composeFileReader(scanner, settings);
  const runContent = ({ content: given, ...place }: ContentTask): LocalResult | Promise<LocalResult> => {
    const { judgedAs, ...shown } = place;
    const found = given.kind === "file" ? read(judgedAs, given.file) : given;
    switch (found.kind) {
      case "bare":
        return { path: place.path, files: 1, bytes: found.size, findings: [], unread: [] };
      case "failed":
        return failedResult(shown, found.cause);
      case "unread":
        return unreadResult({ ...shown, reason: found.reason, detail: found.detail });
      case "read":
        return scanLocalFile({ ...place, bytes: found.bytes }, content, minConfidence, isExcused);
    }
  };
  return {
    run: async (task) => {
      if ("clean" in task) return { path: "", ...task.clean, findings: [], unread: [] };
      if ("coming" in task) return resultsTogether([]);
      if ("part" in task) return packed.run(task);
      if ("path" in task) return runContent(task);
      const results: LocalResult[] = [];
      for (const one of task.contents) {
        const result = runContent(one);
        // Waiting for what is there takes longer than looking at most files does.
        results.push(result instanceof Promise ? await result : result);
      }
      return resultsTogether(results);
    },
    close: async () => {
      packed.close();
      await expander?.close();
    },
  };
}
