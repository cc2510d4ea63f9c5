import type { LocalFinding } from "../../../flows/scan-local-file.ts";

/** A finding as reports for machines have it. Documented in docs/scan.md; fields are only ever added. */
export function reportFinding({ finding, commit }: LocalFinding): Record<string, unknown> {
  const { span, confidence } = finding;
  return {
    path: finding.path,
    line: span.line,
    column: span.column,
    end_line: span.endLine,
    end_column: span.endColumn,
    offset: span.offset,
    length: span.length,
    ...(commit === undefined ? {} : { commit }),
    rule: finding.ruleId,
    title: finding.title,
    provider: finding.provider,
    severity: finding.severity,
    confidence: confidence.level,
    score: confidence.score,
    reasons: confidence.reasons,
    mask: finding.mask,
    fingerprint: finding.fingerprint,
    via: finding.via,
    parts: (finding.parts ?? []).map(({ name, mask, span }) => ({ name, mask, line: span.line, column: span.column })),
  };
}
