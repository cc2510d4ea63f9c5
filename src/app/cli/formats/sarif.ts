import { join, relative, sep } from "node:path";
import { pathToFileURL } from "node:url";
import type { Finding, Severity, Span } from "../../../core/scan/finding.ts";
import type { FormatStrength, Rule } from "../../../core/scan/rules/rule.ts";
import { describeProblem } from "../../../core/scan/rules/rule-problem.ts";
import type { LocalFinding } from "../../../flows/scan-local-file.ts";
import { publicityOf, publicityText } from "../../../core/scan/evidence/public-by-design.ts";
import { adviceFor } from "./advice.ts";
import type { ReportContext, Reporter, ScanCoverage } from "./reporter.ts";

type Json = Record<string, unknown>;

const rootId = "%SRCROOT%";
const levels: Readonly<Record<Severity, string>> = { low: "note", medium: "warning", high: "error", critical: "error" };
/** GitHub sorts alerts by this number, as if it were a CVSS score. */
const securitySeverity: Readonly<Record<Severity, string>> = {
  low: "3.0",
  medium: "5.5",
  high: "8.0",
  critical: "9.5",
};
/** And by this among alerts of one severity: how seldom a rule is wrong. */
const precisions: Readonly<Record<FormatStrength, string>> = { strong: "high", medium: "medium", weak: "low" };

/** SARIF 2.1.0 (OASIS): one run, with the rules that found something. */
export function sarifReporter(context: ReportContext): Reporter {
  const results: Json[] = [];
  const used = new Map<string, number>();
  return {
    found: (finding) => {
      const { ruleId } = finding.finding;
      if (!used.has(ruleId)) used.set(ruleId, used.size);
      results.push(resultOf(finding, used.get(ruleId) ?? 0, context));
      return "";
    },
    ended: (coverage) => {
      const rules = [...used.keys()].map((id) => ruleOf(id, context.rules));
      const log = {
        $schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        version: "2.1.0",
        runs: [runOf(rules, results, coverage, context)],
      };
      return `${JSON.stringify(log, null, 2)}\n`;
    },
  };
}

function runOf(rules: readonly Json[], results: readonly Json[], coverage: ScanCoverage, context: ReportContext): Json {
  const { version, sourceRoot, salt } = context;
  return {
    tool: {
      driver: { name: "Keyward", semanticVersion: version, rules },
    },
    columnKind: "utf16CodeUnits",
    originalUriBaseIds: { [rootId]: { uri: `${pathToFileURL(sourceRoot).href.replace(/\/$/, "")}/` } },
    invocations: [invocationOf(coverage, context)],
    results,
    properties: { fingerprintSalt: salt, files: coverage.files, bytes: coverage.bytes },
  };
}

function invocationOf({ unread }: ScanCoverage, { problems, ...context }: ReportContext): Json {
  const refused = problems.filter(({ severity }) => severity === "error");
  return {
    executionSuccessful: unread.length === 0 && refused.length === 0,
    toolExecutionNotifications: unread.map(({ path, reason, detail }) => ({
      level: "error",
      message: { text: `Not read (${reason}): ${detail}` },
      locations: [{ physicalLocation: { artifactLocation: artifactOf(path, context) } }],
    })),
    toolConfigurationNotifications: problems.map((problem) => ({
      level: problem.severity,
      message: { text: describeProblem(problem) },
    })),
  };
}

function ruleOf(id: string, rules: readonly Rule[]): Json {
  const rule = rules.find((rule) => rule.id === id);
  const title = rule?.title ?? id;
  const severity = rule?.severity ?? "medium";
  const made = rule?.publicByDesign ?? null;
  const publicity = made === null ? null : publicityText(made);
  const text = adviceFor({ ruleId: id, provider: rule?.provider ?? "Generic" }, publicity);
  const [page, ...others] = [...new Set([...(made === null ? [] : [made.source]), ...(rule?.docs ?? [])])];
  // A name is to say more than the id.
  const name = pascalCase(id);
  return {
    id,
    ...(name.toLowerCase() === id.toLowerCase() ? {} : { name }),
    shortDescription: { text: `${title}.` },
    fullDescription: { text: `A credential in the content: ${title}.` },
    ...(page === undefined ? {} : { helpUri: page }),
    help: helpOf(title, text, page === undefined ? [] : [page, ...others]),
    defaultConfiguration: { level: levels[severity] },
    properties: {
      "security-severity": securitySeverity[severity],
      precision: precisions[rule?.confidence ?? "weak"],
      tags: ["security", "secret", ...(rule?.tags ?? [])],
    },
  };
}

/** GitHub shows this beside an alert, and not `helpUri`. */
function helpOf(title: string, text: string, pages: readonly string[]): Json {
  const links = pages.map((page) => `\n- <${page}>`).join("");
  const documented = pages.length === 0 ? "" : `\n\nWhere its provider documents it:\n${links}`;
  return {
    text: `${text}${pages.map((page) => `\n${page}`).join("")}`,
    markdown: `**${title}**\n\n${text}${documented}`,
  };
}

function resultOf({ finding, commit, origin }: LocalFinding, ruleIndex: number, context: ReportContext): Json {
  const { confidence, parts = [] } = finding;
  const advice = adviceFor(finding, publicityOf(confidence.reasons));
  return {
    ruleId: finding.ruleId,
    ruleIndex,
    level: levels[finding.severity],
    message: { text: `${finding.title}: ${finding.mask} (confidence: ${confidence.level}). ${advice}` },
    locations: [locationOf(finding, finding.span, context)],
    ...(parts.length === 0
      ? {}
      : {
          relatedLocations: parts.map(({ name, mask, span }, index) => ({
            id: index + 1,
            message: { text: `${name}: ${mask}` },
            ...locationOf(finding, span, context),
          })),
        }),
    partialFingerprints: { "keywardSecret/v1": finding.fingerprint },
    rank: confidence.score,
    properties: {
      confidence: confidence.level,
      reasons: confidence.reasons,
      mask: finding.mask,
      via: finding.via,
      ...(commit === undefined ? {} : { commit }),
      ...(origin === undefined
        ? {}
        : { author: origin.author, email: origin.email, date: origin.date, refs: origin.refs }),
    },
  };
}

/** What is inside a container has the container's place; where inside, a logical location says. */
function locationOf({ path }: Finding, span: Span, context: Omit<ReportContext, "problems">): Json {
  const inner = path.indexOf("!/");
  const artifactLocation = artifactOf(inner < 0 ? path : path.slice(0, inner), context);
  if (inner >= 0) {
    const logicalLocations = [{ fullyQualifiedName: path, kind: "resource" }];
    // GitHub shows no result without a line: the beginning of the container.
    const region = { startLine: 1, startColumn: 1, endLine: 1, endColumn: 1 };
    return { physicalLocation: { artifactLocation, region }, logicalLocations };
  }
  const region = {
    startLine: span.line,
    startColumn: span.column,
    endLine: span.endLine,
    endColumn: span.endColumn,
    byteOffset: span.offset,
    byteLength: span.length,
  };
  return { physicalLocation: { artifactLocation, region } };
}

function artifactOf(path: string, { cwd, sourceRoot }: Pick<ReportContext, "cwd" | "sourceRoot">): Json {
  const absolute = join(cwd, path);
  const target = path.startsWith("/") ? path : absolute;
  const inside = relative(sourceRoot, target).replaceAll(sep, "/");
  if (inside.startsWith("../") || inside === "..") return { uri: pathToFileURL(target).href };
  return { uri: inside.split("/").map(encodeURIComponent).join("/"), uriBaseId: rootId };
}

const pascalCase = (id: string): string =>
  id
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join("");
