import { createContentExpander } from "../../src/adapters/archives/content-expander.ts";
import { defaultExpandLimits, type ExpandLimits } from "../../src/adapters/archives/limits.ts";
import { loadDefaultRules } from "../../src/adapters/files/rule-files.ts";
import { createDeepScanner } from "../../src/core/scan/deep-scanner.ts";
import type { Finding } from "../../src/core/scan/finding.ts";
import { createReferenceScanner } from "../../src/core/scan/reference-scanner.ts";
import type { ScanGap } from "../../src/core/scan/scanner.ts";
import { fillShape } from "../../src/core/scan/shape/fill-shape.ts";
import { testFingerprint } from "./fingerprint.ts";

const { ruleSet } = loadDefaultRules();
const scanner = createReferenceScanner({ ruleSet, fingerprint: testFingerprint });

/** A made-up token that the GitHub rule knows, different for every seed. */
export const aToken = (seed = 1): string => fillShape("{github-token:ghp_}", seed);

export type DeepScan = { readonly findings: readonly Finding[]; readonly gaps: readonly ScanGap[] };

/** Scans with the real rules and the real expander; only the GitHub token rule's findings are of interest. */
export async function deepScan(path: string, bytes: Uint8Array, limits: Partial<ExpandLimits> = {}): Promise<DeepScan> {
  const expander = createContentExpander({ ...defaultExpandLimits, ...limits });
  try {
    const { matches, gaps } = await createDeepScanner(scanner, expander).scan({ path, bytes });
    const findings = matches
      .map(({ finding }) => finding)
      .filter(({ ruleId }) => ruleId === "github-personal-access-token");
    return { findings, gaps };
  } finally {
    await expander.close();
  }
}

/** Where a file's tokens are, and the way in. */
export async function ways(path: string, bytes: Uint8Array): Promise<readonly string[]> {
  const { findings, gaps } = await deepScan(path, bytes);
  return [
    ...findings.map(({ path, via }) => `${path} (${via.join(" ")})`),
    ...gaps.map(({ path, reason }) => `${path}: ${reason}`),
  ];
}
