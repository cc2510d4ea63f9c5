import type { ConfigFault, ConfigReport } from "../../core/config/config-notice.ts";
import type { Coverage } from "../../core/verdict/coverage.ts";
import type { Annotation } from "./check-run-annotations.ts";
import { code, plain, plural, shortened } from "./markdown.ts";

const mostGlobs = 20;
const mostNotices = 20;

/** What the policy left out of the reading; empty if nothing. */
export function leftOutLine({ leftOut = [] }: Coverage): string {
  if (leftOut.length === 0) return "";
  const files = leftOut.reduce((sum, one) => sum + one.files, 0);
  const shown = leftOut.slice(0, mostGlobs).map((one) => `${code(shortened(one.glob, 200))} (${one.files})`);
  const more = leftOut.length > mostGlobs ? ", …" : "";
  return `Not looked at, as the policy says: ${plural(files, "file")}: ${shown.join(", ")}${more}.`;
}

/** What is wrong with the configuration by which the change was judged; empty if nothing. */
export function configurationText(report: ConfigReport | undefined): string {
  if (!report || report.notices.length === 0) return "";
  const lines = report.notices.slice(0, mostNotices).map(({ file, line, message, instead }) => {
    const place = `${code(shortened(file, 300))}${line === null ? "" : `, line ${line}`}`;
    return `- ${place}: ${plain(shortened(message, 500))}. ${holding[instead]}`;
  });
  const more = report.notices.length > mostNotices ? ["- …"] : [];
  return `**Keyward's configuration is not what it was meant to be.**\n\n${[...lines, ...more].join("\n")}`;
}

const holding = {
  "last-good": "What was understood last holds.",
  defaults: "Nothing of the file holds.",
  organization: "What the organization says holds.",
} as const;

/** The mistakes in the configuration that the change itself brings, on their lines. */
export function faultAnnotations(report: ConfigReport | undefined): readonly Annotation[] {
  return (report?.faults ?? []).slice(0, mostNotices).map(({ path, line, message }: ConfigFault): Annotation => ({
    path,
    start_line: line,
    end_line: line,
    annotation_level: "warning",
    title: "Keyward's configuration",
    message: `${shortened(message, 1_000)}. Until it is mended, what was understood last holds.`,
  }));
}
