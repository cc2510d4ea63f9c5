import type { EvidenceSource } from "../confidence.ts";
import { publishedExample } from "../judge/published-examples.ts";

/** A value that a standard or a manual prints: copied from there, it opens nothing, however well it fits and whatever stands beside it. */
export const publishedExampleEvidence: EvidenceSource = ({ secret }) => {
  const source = publishedExample(secret);
  return source === null ? [] : [{ what: `is an example of ${source}`, points: -80 }];
};
