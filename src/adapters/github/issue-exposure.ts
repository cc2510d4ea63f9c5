import type { Exposure, Fact, VisibilitySpan } from "../../core/incident/exposure.ts";
import { code, plain, shortened, table, timeText } from "./markdown.ts";

const mostNames = 10;
const mostSpans = 6;

/** Who could see it, fact by fact; what is not known is said to be unknown, with the reason. */
export function exposureText(exposure: Exposure | null): string {
  if (!exposure) return "Not looked into yet.";
  const rows: readonly (readonly [string, string])[] = [
    ["Committed", shown(exposure.since, timeText)],
    ["Readable by", shown(exposure.visibility, readers)],
    ["Over time", shown(exposure.visibilities, spans)],
    ["Collaborators", shown(exposure.collaborators, String)],
    ["Forks", shown(exposure.forks, String)],
    ["Clones in the last 14 days", shown(exposure.clones, ({ count, uniques }) => `${count}, by ${uniques}`)],
    ["On the default branch", shown(exposure.onDefaultBranch, (yes) => (yes ? "yes" : "no"))],
    ["Tags that lead to it", shown(exposure.tags, names)],
    ["Releases of these tags", shown(exposure.releases, names)],
    ["Other repositories with the same secret", shown(exposure.otherRepositories, String)],
    ["Git operations in the audit log", shown(exposure.gitEvents, String)],
  ];
  return table(["", ""], rows, Number.MAX_SAFE_INTEGER, String);
}

function shown<T>(fact: Fact<T>, text: (value: T) => string): string {
  return fact.kind === "known" ? text(fact.value) : `unknown: ${plain(shortened(fact.reason, 200))}`;
}

const readers = (visibility: "public" | "private" | "internal"): string =>
  ({ public: "everyone", internal: "every member of the enterprise", private: "its collaborators" })[visibility];

/** What was before the first is not known, and said. */
function spans(list: readonly VisibilitySpan[]): string {
  const first = list[0];
  const said = list.map(
    (span) => `${span.visibility} ${span === first ? "at least since" : "since"} ${timeText(span.since)}`,
  );
  return `${said.slice(-mostSpans).join(", ")}; before that unknown`;
}

function names(list: readonly string[]): string {
  if (list.length === 0) return "none";
  const first = list.slice(0, mostNames).map((name) => code(shortened(name, 80)));
  const left = list.length - first.length;
  return `${first.join(", ")}${left > 0 ? ` and ${left} more` : ""}`;
}
