import type { EvidenceSource } from "../confidence.ts";

/**
 * What its provider made for web pages and apps opens nothing: it is told to who asks for everything. Where that hangs on something that
 * cannot be seen here, it is told to everybody.
 */
export const publicByDesignEvidence: EvidenceSource = ({ rule: { publicByDesign: made } }) => {
  if (made === null) return [];
  return made.onlyIf === null
    ? [{ what: `public by design, says its provider (${made.source})`, points: -60 }]
    : [{ what: `public by design, but only if ${made.onlyIf} (${made.source})`, points: -10 }];
};
