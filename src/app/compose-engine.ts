import { cachedProgram } from "../adapters/engine/program-cache.ts";
import { createWasmSpotter } from "../adapters/engine/wasm-spotter.ts";
import type { Detector } from "../core/scan/detector.ts";
import { createEngineScanner } from "../core/scan/engine/engine-scanner.ts";
import type { RuleSet } from "../core/scan/rules/rule.ts";
import type { Fingerprinter, Scanner } from "../core/scan/scanner.ts";

/** Gives scanners that share one program and one memory, each with its fingerprints. They belong to one thread. */
export function composeEngine(
  ruleSet: RuleSet,
  detectors: readonly Detector[],
): (fingerprint: Fingerprinter) => Scanner {
  const program = cachedProgram(ruleSet, detectors, process.env);
  const spotter = createWasmSpotter(program.dictionary);
  return (fingerprint) => createEngineScanner({ ruleSet, detectors, fingerprint, program, spotter, textOf });
}

const textOf = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
