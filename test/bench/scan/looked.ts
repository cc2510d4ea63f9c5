import { createContentExpander } from "../../../src/adapters/archives/content-expander.ts";
import { createFingerprinter } from "../../../src/adapters/system/fingerprinter.ts";
import { composeEngine } from "../../../src/app/compose-engine.ts";
import { composePackedScanner } from "../../../src/app/compose-packed-scanner.ts";
import { composeRules } from "../../../src/app/compose-rules.ts";
import { composeScanTasks } from "../../../src/app/compose-scan-tasks.ts";
import { createDeepScanner } from "../../../src/core/scan/deep-scanner.ts";
import { placeKinds } from "../../../src/core/scan/place-kind.ts";

/** Bytes of a history that the engine was given. */
export type LookedAt = {
  /** To say whether there could be something: blobs that stand whole, and pieces of the others. */
  readonly looked: number;
  /** To say what is there. */
  readonly scanned: number;
};

/** Scans what is in packs of a history once, in this thread, as the command does by default, and counts. */
export async function countLooks(repository: string): Promise<LookedAt> {
  const maxBytes = 32 << 20;
  const { ruleSet, detectors } = composeRules({
    files: [],
    withDefault: true,
    generic: null,
    entropy: null,
    disabled: [],
  });
  const engine = composeEngine(ruleSet, detectors)(createFingerprinter(new Uint8Array(32), "local"));
  const expander = createContentExpander();
  const deep = createDeepScanner(engine, expander);
  let [looked, scanned] = [0, 0];
  const scanner = composePackedScanner(
    {
      scanner: {
        scan: (source) => {
          scanned += source.bytes.length;
          return deep.scan(source);
        },
      },
      suspect: (source, ...rest) => {
        looked += source.bytes.length;
        return engine.suspect(source, ...rest);
      },
      kindOfPlace: placeKinds(ruleSet, detectors),
      minConfidence: "medium",
      opensContainers: true,
      isExcused: null,
    },
    { maxBytes },
  );
  const { tasks } = composeScanTasks(
    { kind: "history", paths: [], dangling: false },
    { cwd: repository, environment: process.env, exclude: [], maxBytes, signal: AbortSignal.any([]), state: null },
  );
  for await (const task of tasks) if ("part" in task) await scanner.run(task);
  scanner.close();
  await expander.close();
  return { looked, scanned };
}
