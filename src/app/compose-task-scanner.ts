import { createContentExpander } from "../adapters/archives/content-expander.ts";
import { type FileContent, readFile, reusedRoom } from "../adapters/files/read-file.ts";
import { parseLfsPointer } from "../adapters/git/lfs-pointer.ts";
import { createFingerprinter } from "../adapters/system/fingerprinter.ts";
import { createDeepScanner } from "../core/scan/deep-scanner.ts";
import { type CommitExcuse, commitExcuse } from "../core/scan/commit-excuse.ts";
import type { ConfidenceLevel } from "../core/scan/finding.ts";
import type { ContentScanner } from "../core/scan/scanner.ts";
import { placeKinds } from "../core/scan/place-kind.ts";
import { type LocalResult, resultsTogether, scanLocalFile, unreadResult } from "../flows/scan-local-file.ts";
import type { ScanBench } from "./compose-bench.ts";
import { composeEngine } from "./compose-engine.ts";
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
  const { minConfidence, maxBytes } = settings;
  const isExcused = commitExcuse(ruleSet);
  const roomFor = reusedRoom();
  const read = (file: Buffer): FileContent => readFile(file, maxBytes, roomFor);
  const packed = composePackedScanner(
    {
      scanner: content,
      suspect: scanner.suspect,
      kindOfPlace: remembered(placeKinds(ruleSet, detectors)),
      minConfidence,
      isExcused,
      opensContainers: settings.archives,
    },
    maxBytes,
  );
  return {
    run: async (task) => {
      if ("clean" in task) return { path: "", ...task.clean, findings: [], unread: [] };
      if ("coming" in task) return resultsTogether([]);
      if ("part" in task) return packed.run(task);
      if ("path" in task) return runTask(task, content, read, minConfidence, isExcused);
      const results: LocalResult[] = [];
      for (const one of task.contents) results.push(await runTask(one, content, read, minConfidence, isExcused));
      return resultsTogether(results);
    },
    close: async () => {
      packed.close();
      await expander?.close();
    },
  };
}

async function runTask(
  task: ContentTask,
  scanner: ContentScanner,
  read: (file: Buffer) => FileContent,
  minConfidence: ConfidenceLevel,
  isExcused: CommitExcuse | null,
): Promise<LocalResult> {
  const { path, judgedAs, commit } = task;
  const place = { path, ...(commit === undefined ? {} : { commit }) };
  const content = task.content.kind === "file" ? read(Buffer.from(task.content.file, "latin1")) : task.content;
  if (content.kind === "unread") return unreadResult({ ...place, reason: content.reason, detail: content.detail });
  const pointer = task.content.kind === "file" ? parseLfsPointer(content.bytes) : null;
  if (pointer !== null) {
    const detail = `Git LFS holds the content: ${pointer.size} bytes. Fetch it (git lfs pull) and scan again.`;
    return unreadResult({ ...place, reason: "lfs-pointer", detail });
  }
  return scanLocalFile({ ...place, judgedAs, bytes: content.bytes }, scanner, minConfidence, isExcused);
}
