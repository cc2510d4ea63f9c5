import { type LoadedRules, loadRules, type RuleChoice } from "../adapters/files/rule-files.ts";
import type { Detector } from "../core/scan/detector.ts";
import { chooseDetectors, detectorRuleIds, type DetectorChoice } from "../core/scan/generic/choose-detectors.ts";
import { createReferenceScanner } from "../core/scan/reference-scanner.ts";
import type { Rule } from "../core/scan/rules/rule.ts";
import type { Fingerprinter, Scanner } from "../core/scan/scanner.ts";

/** Rules and detectors, and a scanner of single texts that uses them. */
export type RuleBench = LoadedRules & {
  /** Those of the files and those of the detectors. */
  readonly rules: readonly Rule[];
  readonly detectors: readonly Detector[];
  /** The plain one, which is ready sooner: for a text or two. */
  readonly scanner: Scanner;
};

/** Which rules and detectors. `generic: null`: with Keyward's own rules. */
export type BenchChoice = Omit<RuleChoice, "inCode"> &
  Omit<DetectorChoice, "generic"> & { readonly generic: boolean | null };

/** Puts together what scans texts. Without a fingerprinter, fingerprints mean nothing. */
export function composeRules(choice: BenchChoice, fingerprint: Fingerprinter = () => ""): RuleBench {
  const loaded = loadRules({ ...choice, inCode: detectorRuleIds });
  const { ruleSet } = loaded;
  const disabled = [...choice.disabled, ...loaded.disabled];
  const detectors = chooseDetectors({ ...choice, disabled, generic: choice.generic ?? loaded.hasOwn });
  const rules = [...ruleSet.rules, ...detectors.flatMap((detector) => detector.rules)];
  let scanner: Scanner | undefined;
  return {
    ...loaded,
    rules,
    detectors,
    // Made when it is asked for: who scans files uses the engine.
    get scanner() {
      return (scanner ??= createReferenceScanner({ ruleSet, detectors, fingerprint }));
    },
  };
}
