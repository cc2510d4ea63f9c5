import { type FileContent, readFile } from "../adapters/files/read-file.ts";
import { loadRules, type LoadedRules, type RuleChoice } from "../adapters/files/rule-files.ts";
import { createReferenceScanner } from "../core/scan/reference-scanner.ts";
import type { Scanner } from "../core/scan/scanner.ts";

/** Rules and a scanner of single texts that uses them. Its fingerprints mean nothing. */
export type RuleBench = LoadedRules & { readonly scanner: Scanner };

/** Puts together what tries and explains rules. */
export function composeRules(choice: RuleChoice): RuleBench {
  const loaded = loadRules(choice);
  return { ...loaded, scanner: createReferenceScanner({ ruleSet: loaded.ruleSet, fingerprint: () => "" }) };
}

/** A file to explain. */
export const readWhole = (path: string, maxBytes: number): FileContent => readFile(path, maxBytes);
