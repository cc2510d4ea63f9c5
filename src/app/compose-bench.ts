import { bundledProgram } from "../adapters/engine/program-cache.ts";
import { bundledRules } from "../adapters/files/bundled-rules.ts";
import { chooseDetectors } from "../core/scan/generic/choose-detectors.ts";
import type { EngineProgram } from "../core/scan/engine/engine-scanner.ts";
import type { BenchChoice, RuleBench } from "./compose-rules.ts";

/** Rules and detectors, for who scans files. */
export type ScanBench = Pick<RuleBench, "ruleSet" | "detectors" | "rules" | "problems"> & {
  /** Their program, if it lies ready. */
  readonly program: (() => EngineProgram) | null;
};

/** Puts rules and detectors together. Where Keyward's own are bundled, what reads files of rules is loaded only if there are others. */
export async function composeBench(choice: BenchChoice): Promise<ScanBench> {
  const { files, withDefault, disabled, entropy } = choice;
  const own = files.length === 0 && withDefault ? bundledRules() : null;
  if (own === null) return { ...(await import("./compose-rules.ts")).composeRules(choice), program: null };
  const generic = choice.generic ?? true;
  const isWhole = generic && entropy === null && disabled.length === 0;
  const ruleSet = isWhole ? own : { ...own, rules: own.rules.filter(({ id }) => !disabled.includes(id)) };
  const detectors = chooseDetectors({ generic, entropy, disabled });
  const rules = [...ruleSet.rules, ...detectors.flatMap((detector) => detector.rules)];
  return { ruleSet, detectors, rules, problems: [], program: isWhole ? bundledProgram : null };
}
