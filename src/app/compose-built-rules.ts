import { buildProgram } from "../adapters/engine/program-cache.ts";
import { loadDefaultRules } from "../adapters/files/rule-files.ts";
import { chooseDetectors } from "../core/scan/generic/choose-detectors.ts";
import { describeProblem } from "../core/scan/rules/rule-problem.ts";

// Compiles Keyward's own rules when Keyward is built, so that no start has to: `npm run build:rules`.
const { ruleSet, problems } = loadDefaultRules();
if (problems.length > 0)
  throw new Error(`Keyward's own rules do not load:\n${problems.map(describeProblem).join("\n")}`);
buildProgram(ruleSet, chooseDetectors({ generic: true, entropy: null, disabled: [] }));
