import type { Severity } from "../finding.ts";
import { genericFamily, type Rule } from "../rules/rule.ts";

/** A rule of a detector: what is said about it to people; no regex, no keywords. The less specific gives way where findings overlap. */
export function detectorRule(id: string, title: string, severity: Severity, specificity: number): Rule {
  return {
    id,
    provider: "Generic",
    docs: [],
    title,
    severity,
    family: genericFamily,
    tags: ["generic"],
    regex: null,
    path: null,
    secretGroup: null,
    entropy: 0,
    keywords: [],
    allowlists: [],
    filter: null,
    required: [],
    skipReport: false,
    prefixes: [],
    confidence: "weak",
    checksum: null,
    publicByDesign: null,
    specificity,
    examples: [],
    nearMisses: [],
  };
}
