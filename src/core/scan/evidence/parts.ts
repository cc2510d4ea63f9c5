import type { EvidenceSource } from "../confidence.ts";

/** An id and its secret side by side are hardly ever anything else. */
export const partsEvidence: EvidenceSource = ({ parts }) =>
  parts.map(({ rule }) => ({ what: `stands near its other part: ${rule.title}`, points: 20 }));
