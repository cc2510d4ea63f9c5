import { createContentExpander } from "../adapters/archives/content-expander.ts";
import { createFingerprinter } from "../adapters/system/fingerprinter.ts";
import { createDeepScanner } from "../core/scan/deep-scanner.ts";
import { chooseDetectors } from "../core/scan/generic/choose-detectors.ts";
import { chosenRules, disabledBy, noChoice, type RuleChoice } from "../core/scan/rules/own-rules.ts";
import type { ContentScanner, Fingerprinter } from "../core/scan/scanner.ts";
import { composeEngines } from "./compose-engine.ts";
import { keptChoices } from "./kept-choices.ts";
import type { Renamed } from "../flows/ports/fingerprint-names.ts";
import type { MasterKeyRing } from "./master-key-setting.ts";
import type { ScanRequest, ScanThreadData, ThreadScan } from "./scan-thread-protocol.ts";

type ScannerFor = (installationId: number) => ContentScanner;

/** Scans within a thread. A choice of rules costs the compiling of what it adds, once while it is in use. */
export function composeThreadScanner({
  masterKeys,
  ruleSet,
  program,
}: ScanThreadData): (request: ScanRequest) => Promise<ThreadScan> {
  const names = collectedNames(masterKeys);
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
      const made = createDeepScanner(engine(names.fingerprinterOf(installationId)), expander);
      scanners.set(installationId, made);
      return made;
    };
  };
  const own = scannersWith(noChoice);
  return async ({ installationId, choice, path, bytes }) => {
    const scannerFor = choice === null ? own : kept(choice.key, () => scannersWith(choice.rules));
    names.clear();
    const outcome = await scannerFor(installationId).scan({ path, bytes });
    const found = new Set(outcome.matches.map(({ finding }) => finding.fingerprint));
    return { outcome, renamed: names.renamed().filter(({ current }) => found.has(current)) };
  };
}

/** Fingerprints by the current key, noting what former keys make of the same secrets. One content is scanned at a time. */
function collectedNames([current, ...former]: MasterKeyRing): {
  readonly fingerprinterOf: (installationId: number) => Fingerprinter;
  /** Before a content is scanned: a former key counts until its end. */
  readonly clear: () => void;
  readonly renamed: () => readonly Renamed[];
} {
  const noted = new Map<string, Renamed>();
  let now = "";
  return {
    fingerprinterOf: (installationId) => {
      const fingerprint = createFingerprinter(current.master, installationId);
      const formerly = former.map(({ master, until }) => ({ by: createFingerprinter(master, installationId), until }));
      return (family, secret) => {
        const made = fingerprint(family, secret);
        for (const { by, until } of formerly) {
          if (until !== null && until <= now) continue;
          const before = by(family, secret);
          noted.set(before, { former: before, current: made });
        }
        return made;
      };
    },
    clear: () => {
      noted.clear();
      now = new Date().toISOString();
    },
    renamed: () => [...noted.values()],
  };
}
