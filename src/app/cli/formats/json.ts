import type { RuleProblem } from "../../../core/scan/rules/rule-problem.ts";
import type { CommitOrigin } from "../../../flows/ports/commit-origins.ts";
import type { LocalFinding } from "../../../flows/scan-local-file.ts";
import type { ReportContext, Reporter, ScanCoverage } from "./reporter.ts";

/** One object with everything: `docs/scan.md` describes it. */
export function jsonReporter(context: ReportContext): Reporter {
  const findings: unknown[] = [];
  return {
    found: (finding) => {
      findings.push(findingFields(finding));
      return "";
    },
    ended: (coverage) => {
      const { version, salt, problems } = context;
      const report = {
        version: 1,
        tool: { name: "keyward", version },
        fingerprint_salt: salt,
        findings,
        coverage: coverageFields(coverage),
        problems: problems.map(problemFields),
      };
      return `${JSON.stringify(report, null, 2)}\n`;
    },
  };
}

/** One object for each finding, on a line of its own, as soon as it is found. */
export function jsonlReporter({ salt }: ReportContext): Reporter {
  return {
    found: (finding) => `${JSON.stringify({ ...findingFields(finding), fingerprint_salt: salt })}\n`,
    ended: () => "",
  };
}

function findingFields({ finding, commit, origin }: LocalFinding): Record<string, unknown> {
  const { span, confidence, parts = [] } = finding;
  return {
    path: finding.path,
    line: span.line,
    column: span.column,
    end_line: span.endLine,
    end_column: span.endColumn,
    offset: span.offset,
    length: span.length,
    ...(commit === undefined ? {} : { commit }),
    ...(origin === undefined ? {} : originFields(origin)),
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
    parts: parts.map(({ name, mask, span }) => ({ name, mask, line: span.line, column: span.column })),
  };
}

function originFields({ author, email, date, refs, refCount }: CommitOrigin): Record<string, unknown> {
  return { author, email, date, refs, ref_count: refCount };
}

function coverageFields({ files, bytes, unread, passedOver }: ScanCoverage): Record<string, unknown> {
  return {
    complete: unread.length === 0,
    files,
    bytes,
    unread,
    symbolic_links: passedOver.symbolicLinks,
    special_files: passedOver.specialFiles,
    excluded: passedOver.excluded,
  };
}

function problemFields({ severity, file, line, ruleId, message }: RuleProblem): Record<string, unknown> {
  return { severity, file, line, rule: ruleId, message };
}
