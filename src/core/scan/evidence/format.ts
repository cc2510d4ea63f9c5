import type { EvidenceSource } from "../confidence.ts";
import type { FormatStrength } from "../rules/rule.ts";

const points: Readonly<Record<FormatStrength, number>> = { strong: 80, medium: 60, weak: 30 };
const words: Readonly<Record<FormatStrength, string>> = {
  strong: "has the distinctive format of",
  medium: "has the format of",
  weak: "could be, by its format,",
};

/** Where every score starts: how much the rule's format says by itself. */
export const formatEvidence: EvidenceSource = ({ rule }) => [
  { what: `${words[rule.confidence]}: ${rule.title}`, points: points[rule.confidence] },
];
