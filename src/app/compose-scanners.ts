import { createHash } from "node:crypto";
import { engineState } from "../adapters/engine/engine-state.ts";
import { loadDefaultRules } from "../adapters/files/rule-files.ts";
import { createFingerprinter } from "../adapters/system/fingerprinter.ts";
import { createDeepScanner } from "../core/scan/deep-scanner.ts";
import type { Detector } from "../core/scan/detector.ts";
import type { ContentExpander } from "../core/scan/expand.ts";
import { chooseDetectors } from "../core/scan/generic/choose-detectors.ts";
import { placeKinds } from "../core/scan/place-kind.ts";
import { chosenRules, disabledBy, noChoice, type RuleChoice } from "../core/scan/rules/own-rules.ts";
import { describeProblem } from "../core/scan/rules/rule-problem.ts";
import type { RuleSet } from "../core/scan/rules/rule.ts";
import type { KeepableScanner } from "../core/scan/scanner.ts";
import { composeEngines } from "./compose-engine.ts";

/** So many sets of rules are kept ready beside Keyward's own, those used last. */
const mostSets = 8;

type Scanners = (installationId: number) => KeepableScanner;

/**
 * One scanner per installation, as fingerprints are keyed by it, and per choice of rules. Keyward's own rules are read once; a choice
 * costs the compiling of what it adds, once while it is in use.
 */
export function composeScanners(
  masterKey: Uint8Array,
  expander: ContentExpander,
): (installationId: number, rules?: RuleChoice) => KeepableScanner {
  const { ruleSet, problems } = loadDefaultRules();
  const errors = problems.filter(({ severity }) => severity === "error");
  if (errors.length > 0) throw new Error(`Keyward's own rules do not load:\n${errors.map(describeProblem).join("\n")}`);
  const detectors = chooseDetectors({ generic: true, entropy: null, disabled: [] });
  const engines = composeEngines(ruleSet, detectors);
  const scannersWith = (set: RuleSet, detectors: readonly Detector[]): Scanners => {
    const engine = engines(set, detectors);
    const kindOfPlace = placeKinds(set, detectors);
    const state = stateOf(set, detectors);
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
  };
  const own = scannersWith(ruleSet, detectors);
  const chosen = new Map<string, Scanners>();
  return (installationId, rules = noChoice) => {
    if (rules.own.length + rules.disabled.length === 0) return own(installationId);
    const key = createHash("sha256").update(JSON.stringify(rules)).digest("hex");
    const compose = (): Scanners => {
      const disabled = disabledBy(rules);
      return scannersWith(chosenRules(ruleSet, rules), chooseDetectors({ generic: true, entropy: null, disabled }));
    };
    const scanners = chosen.get(key) ?? compose();
    chosen.delete(key);
    chosen.set(key, scanners);
    for (const oldest of chosen.keys()) {
      if (chosen.size <= mostSets) break;
      chosen.delete(oldest);
    }
    return scanners(installationId);
  };
}

/** Everything that has a say in what a scanner answers, but for the key: the code of the engine and what it depends on, the rules. */
function stateOf(ruleSet: RuleSet, detectors: readonly Detector[]): string {
  const rulesOfDetectors = detectors.map(({ rules }) => rules.map(({ id }) => id));
  const state = JSON.stringify([engineState(), ruleSet, rulesOfDetectors]);
  return createHash("sha256").update(state).digest("hex");
}
