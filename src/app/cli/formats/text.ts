import { styleText } from "node:util";
import type { Confidence, ConfidenceLevel } from "../../../core/scan/finding.ts";
import { terminalText } from "../../../core/scan/terminal-text.ts";
import type { LocalFinding } from "../../../flows/scan-local-file.ts";
import { publicityOf } from "../../../core/scan/evidence/public-by-design.ts";
import { adviceFor } from "./advice.ts";
import type { ReportContext, Reporter } from "./reporter.ts";

type Style = Parameters<typeof styleText>[0];
type Paint = (style: Style, text: string) => string;

const colors: Readonly<Record<ConfidenceLevel, Style>> = { high: "red", medium: "yellow", low: "cyan" };

/** For people: where, what, the line with the credential masked, why, and what to do. */
export function textReporter({ color }: Pick<ReportContext, "color">): Reporter {
  const paint: Paint = (style, text) => (color ? styleText(style, text, { validateStream: false }) : text);
  return { found: (one) => `${entryOf(one, paint).join("\n")}\n\n`, ended: () => "" };
}

function entryOf(one: LocalFinding, paint: Paint): readonly string[] {
  const { finding, commit } = one;
  const { confidence, span, via, parts = [] } = finding;
  const place = `${terminalText(finding.path)}:${span.line}:${span.column}`;
  const inCommit = commit === undefined ? "" : ` in commit ${commit.slice(0, 12)}`;
  const steps = via.length === 0 ? "" : ` (inside ${via.join(", ")})`;
  return [
    `${paint("bold", place)}${inCommit}${steps}`,
    `  ${paint(colors[confidence.level], terminalText(finding.title))} · ${confidence.level} confidence, severity ${finding.severity} · ${finding.ruleId}`,
    ...originLines(one),
    ...frameLines(one, paint),
    ...parts.map(({ name, mask, span }) => `  with ${terminalText(`${name}: ${mask}`)} (line ${span.line})`),
    `  Why: ${reasonsOf(confidence)}`,
    `  Do:  ${terminalText(adviceFor(finding, publicityOf(finding.confidence.reasons)))}`,
  ];
}

const refsTold = 3;

/** Who wrote the commit, when, and what leads to it. */
function originLines({ origin }: LocalFinding): readonly string[] {
  if (origin === undefined) return [];
  const { author, email, date, refs, refCount } = origin;
  const names = refs.slice(0, refsTold).map((ref) => ref.replace(/^refs\/(?:heads|tags|remotes)\//, ""));
  const more = refCount > names.length ? ` and ${refCount - names.length} more` : "";
  const reached = refCount === 0 ? "no ref leads to it" : `reached from ${names.join(", ")}${more}`;
  const day = date === null ? "" : `, ${date.slice(0, 10)}`;
  return [terminalText(`  by ${author} <${email}>${day}; ${reached}`)];
}

function frameLines({ finding, frame }: LocalFinding, paint: Paint): readonly string[] {
  if (frame === null) return [`  ${terminalText(finding.mask)}`];
  const number = String(frame.line).padStart(5);
  const gutter = " ".repeat(number.length);
  const marks = " ".repeat(frame.start) + "^".repeat(Math.max(1, frame.length));
  return [`${number} | ${frame.text}`, `${gutter} | ${paint(colors[finding.confidence.level], marks)}`];
}

const reasonsTold = 3;

/** What weighed most; `keyward explain` has it all. */
function reasonsOf({ score, reasons }: Confidence): string {
  const most = reasons.toSorted((a, b) => Math.abs(b.points) - Math.abs(a.points)).slice(0, reasonsTold);
  const said = most.map(({ what, points }) => `${what} (${points < 0 ? "−" : "+"}${Math.abs(Math.round(points))})`);
  const more = reasons.length > most.length ? ` and ${reasons.length - most.length} more` : "";
  return terminalText(`${said.join("; ")}${more}: ${score} of 100`);
}
