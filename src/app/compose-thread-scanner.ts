import { createContentExpander } from "../adapters/archives/content-expander.ts";
import { createFingerprinter } from "../adapters/system/fingerprinter.ts";
import { createDeepScanner } from "../core/scan/deep-scanner.ts";
import { chooseDetectors } from "../core/scan/generic/choose-detectors.ts";
import { chosenRules, disabledBy, noChoice, type RuleChoice } from "../core/scan/rules/own-rules.ts";
import type { ContentScanner, ScanOutcome } from "../core/scan/scanner.ts";
import { composeEngines } from "./compose-engine.ts";
import { keptChoices } from "./kept-choices.ts";
import type { ScanRequest, ScanThreadData } from "./scan-thread-protocol.ts";

type ScannerFor = (installationId: number) => ContentScanner;

/** Scans within a thread. A choice of rules costs the compiling of what it adds, once while it is in use. */
export function composeThreadScanner({
  masterKey,
  ruleSet,
  program,
}: ScanThreadData): (request: ScanRequest) => Promise<ScanOutcome> {
  const expander = createContentExpander();
  const engines = composeEngines(ruleSet, chooseDetectors({ generic: true, entropy: null, disabled: [] }), program);
  const kept = keptChoices<ScannerFor>();
  const scannersWith = (rules: RuleChoice): ScannerFor => {
    const set = rules === noChoice ? ruleSet : chosenRules(ruleSet, rules);
    const engine = engines(set, chooseDetectors({ generic: true, entropy: null, disabled: disabledBy(rules) }));
    const scanners = new Map<number, ContentScanner>();
    return (installationId) => {
      const known = scanners.get(installationId);
      if (known) return known;
      const made = createDeepScanner(engine(createFingerprinter(masterKey, installationId)), expander);
      scanners.set(installationId, made);
      return made;
    };
  };
  const own = scannersWith(noChoice);
  return ({ installationId, choice, path, bytes }) => {
    const scannerFor = choice === null ? own : kept(choice.key, () => scannersWith(choice.rules));
    return scannerFor(installationId).scan({ path, bytes });
  };
}
