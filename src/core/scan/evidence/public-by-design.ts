import type { EvidenceSource } from "../confidence.ts";
import type { Reason } from "../finding.ts";
import type { PublicByDesign } from "../rules/rule.ts";

const publicByDesign = "public by design";

/** In words that begin so that `publicityOf` knows them again. */
export function publicityText({ source, onlyIf }: PublicByDesign): string {
  const how = onlyIf === null ? ", says its provider" : `, but only if ${onlyIf}`;
  return `${publicByDesign}${how} (${source})`;
}

/** What was said in those words for a finding; null: that it is a secret. */
export function publicityOf(reasons: readonly Reason[]): string | null {
  return reasons.find(({ what }) => what.startsWith(publicByDesign))?.what ?? null;
}

/**
 * What its provider made for web pages and apps opens nothing: it is told to who asks for everything. Where that hangs on something that
 * cannot be seen here, it is told to everybody.
 */
export const publicByDesignEvidence: EvidenceSource = ({ rule: { publicByDesign: made } }) =>
  made === null ? [] : [{ what: publicityText(made), points: made.onlyIf === null ? -60 : -10 }];
