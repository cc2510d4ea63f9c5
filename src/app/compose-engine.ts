import { cachedProgram } from "../adapters/engine/program-cache.ts";
import { createWasmSpotter } from "../adapters/engine/wasm-spotter.ts";
import type { Detector } from "../core/scan/detector.ts";
import {
  compileProgram,
  createEngineScanner,
  type EngineProgram,
  type EngineScanner,
} from "../core/scan/engine/engine-scanner.ts";
import type { Rule, RuleSet } from "../core/scan/rules/rule.ts";
import type { Fingerprinter } from "../core/scan/scanner.ts";

/** Gives scanners that share one program (kept, if none is given) and one memory, each with its fingerprints. They belong to one thread. */
export function composeEngine(
  ruleSet: RuleSet,
  detectors: readonly Detector[],
  program: EngineProgram = cachedProgram(ruleSet, detectors, process.env),
): (fingerprint: Fingerprinter) => EngineScanner {
  return engineOf(ruleSet, detectors, program);
}

/** Sees to it that scanners of a set, in whichever thread, are put together in no time. */
export function prepareEngine(ruleSet: RuleSet, detectors: readonly Detector[]): void {
  cachedProgram(ruleSet, detectors, process.env);
}

/** The same for many sets that differ little from `base`, whose program is given: what they share with it is compiled already. */
export function composeEngines(
  base: RuleSet,
  detectorsOfBase: readonly Detector[],
  program: EngineProgram,
): (ruleSet: RuleSet, detectors: readonly Detector[]) => (fingerprint: Fingerprinter) => EngineScanner {
  return (ruleSet, detectors) => {
    if (ruleSet === base) return engineOf(base, detectorsOfBase, program);
    const shared = new Set(ruleSet.rules);
    const known = program.rules.filter((_, at) => shared.has(base.rules[at] as Rule));
    return engineOf(ruleSet, detectors, compileProgram(ruleSet, detectors, known));
  };
}

function engineOf(
  ruleSet: RuleSet,
  detectors: readonly Detector[],
  program: EngineProgram,
): (fingerprint: Fingerprinter) => EngineScanner {
  const spotter = createWasmSpotter(program);
  return (fingerprint) => createEngineScanner({ ruleSet, detectors, fingerprint, program, spotter, textOf });
}

const textOf = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
