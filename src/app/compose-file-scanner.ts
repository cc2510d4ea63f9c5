import { randomBytes } from "node:crypto";
import { loadDefaultRules } from "../adapters/files/rule-files.ts";
import { createFingerprinter } from "../adapters/system/fingerprinter.ts";
import { createDeepScanner } from "../core/scan/deep-scanner.ts";
import type { ContentExpander } from "../core/scan/expand.ts";
import { chooseDetectors } from "../core/scan/generic/choose-detectors.ts";
import type { ContentScanner } from "../core/scan/scanner.ts";
import { composeEngine } from "./compose-engine.ts";

/** Files with such names are no containers. */
const opensNothing: ContentExpander = { session: () => ({ expand: () => null }) };

/**
 * Looks into single files, none of which is a container. Its fingerprints are kept nowhere. Made when a file asks for it, as most
 * repositories have none that do.
 */
export function composeFileScanner(): () => ContentScanner {
  let scanner: ContentScanner | null = null;
  return () => {
    if (scanner !== null) return scanner;
    const detectors = chooseDetectors({ generic: true, entropy: null, disabled: [] });
    const engine = composeEngine(loadDefaultRules().ruleSet, detectors);
    scanner = createDeepScanner(engine(createFingerprinter(randomBytes(32), "local")), opensNothing);
    return scanner;
  };
}
