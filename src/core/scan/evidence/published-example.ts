import type { EvidenceSource } from "../confidence.ts";
import { publishedExample } from "../judge/published-examples.ts";

/** A value that a standard or a manual prints: copied from there, it opens nothing. */
export const publishedExampleEvidence: EvidenceSource = ({ secret }) => {
  const source = publishedExample(secret);
  return source === null ? [] : [{ what: `is an example of ${source}`, points: -50 }];
};
