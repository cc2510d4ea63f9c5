import { createHash } from "node:crypto";
import { homedir } from "node:os";
import { join } from "node:path";
import { engineState } from "../adapters/engine/engine-state.ts";
import { composeBench } from "./compose-bench.ts";
import type { ScanSettings } from "./scan-task.ts";

/** Names everything that has a say in what a scan with these settings finds: the engine, the rules, what is opened and reported. */
export async function composeScanState(settings: Omit<ScanSettings, "key">): Promise<string> {
  const { rules, archives, minConfidence, maxBytes } = settings;
  const { ruleSet, detectors } = await composeBench(rules);
  const rulesOfDetectors = detectors.map((detector) => detector.rules.map(({ id }) => id));
  const { entropy } = rules;
  const all = [engineState(), ruleSet, rulesOfDetectors, entropy, archives, minConfidence, maxBytes];
  return createHash("sha256").update(JSON.stringify(all)).digest("hex");
}

/** Where things are kept that can be made again (XDG Base Directory Specification). */
export const cacheDirectory = (environment: NodeJS.ProcessEnv): string =>
  join(environment["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "keyward");
