import { createHash } from "node:crypto";
import { engineState } from "../adapters/engine/engine-state.ts";
import { loadDefaultRules } from "../adapters/files/rule-files.ts";
import { createFingerprinter } from "../adapters/system/fingerprinter.ts";
import { createDeepScanner } from "../core/scan/deep-scanner.ts";
import type { Detector } from "../core/scan/detector.ts";
import type { ContentExpander } from "../core/scan/expand.ts";
import { chooseDetectors } from "../core/scan/generic/choose-detectors.ts";
import { placeKinds } from "../core/scan/place-kind.ts";
import { describeProblem } from "../core/scan/rules/rule-problem.ts";
import type { RuleSet } from "../core/scan/rules/rule.ts";
import type { KeepableScanner } from "../core/scan/scanner.ts";
import { composeEngine } from "./compose-engine.ts";

/** One scanner per installation, as fingerprints are keyed by it; the rules are read once. */
export function composeScanners(
  masterKey: Uint8Array,
  expander: ContentExpander,
): (installationId: number) => KeepableScanner {
  const { ruleSet, problems } = loadDefaultRules();
  const errors = problems.filter(({ severity }) => severity === "error");
  if (errors.length > 0) throw new Error(`Keyward's own rules do not load:\n${errors.map(describeProblem).join("\n")}`);
  const detectors = chooseDetectors({ generic: true, entropy: null, disabled: [] });
  const engine = composeEngine(ruleSet, detectors);
  const kindOfPlace = placeKinds(ruleSet, detectors);
  const state = stateOf(ruleSet, detectors);
  const scanners = new Map<number, KeepableScanner>();
  return (installationId) => {
    const known = scanners.get(installationId);
    if (known) return known;
    const fingerprint = createFingerprinter(masterKey, installationId);
    const identity = fingerprint("identity", state);
    const made = { ...createDeepScanner(engine(fingerprint), expander), identity, kindOfPlace };
    scanners.set(installationId, made);
    return made;
  };
}

/** Everything that has a say in what a scanner answers, but for the key: the code of the engine and what it depends on, the rules. */
function stateOf(ruleSet: RuleSet, detectors: readonly Detector[]): string {
  const rulesOfDetectors = detectors.map(({ rules }) => rules.map(({ id }) => id));
  const state = JSON.stringify([engineState(), ruleSet, rulesOfDetectors]);
  return createHash("sha256").update(state).digest("hex");
}
