import { toByteText } from "./byte-text.ts";
import type { Detector } from "./detector.ts";
import type { Filter } from "./filter/filter.ts";
import { isKnownFile } from "./formats/find-formats.ts";
import { fileKindOf } from "./judge/file-kind.ts";
import { createMatcher } from "./re2/matcher.ts";
import type { Allowlist, RuleSet } from "./rules/rule.ts";

/**
 * Names what a scan makes of a path: rules, allowlists and filters that look at paths, the kind of file, the name of a notebook. At two
 * paths with the same name the same bytes get the same answer, with the one path in place of the other; unless the answer says that it
 * hangs on the path itself (`ScanOutcome.hangsOnPath`).
 */
export function placeKinds(set: RuleSet, detectors: readonly Detector[]): (path: string) => string {
  const rules = [...set.rules, ...detectors.flatMap((detector) => detector.rules)];
  const filters = [...set.filters, ...rules.flatMap(({ filter }) => filter ?? [])];
  // What these ask of a path (its entropy; where the finding is about the file, anything) cannot be told beforehand: each path is a kind
  // of its own.
  if (filters.some(looksAtPath) || set.allowlists.some(looksAtSecret)) return (path) => path;
  const allowlists: readonly Allowlist[] = [...set.allowlists, ...rules.flatMap((rule) => rule.allowlists)];
  const patterns = [...rules.flatMap(({ path }) => path ?? []), ...allowlists.flatMap(({ paths }) => paths)];
  const regexes = [...new Map(patterns.map((pattern) => [pattern.js, pattern])).values()].map(createMatcher);
  const aboutFiles = rules.flatMap(({ regex, path }) => (regex === null && path !== null ? createMatcher(path) : []));
  return (path) => {
    const text = toByteText(path);
    // What is found there is the path: whether it is excused hangs on every letter of it.
    if (aboutFiles.some((regex) => regex.isIn(text))) return path;
    const { language, machine, ...said } = fileKindOf(text);
    const marks = [...Object.values(said), path.endsWith(".ipynb"), isKnownFile(text, "")];
    const hits = [...marks, ...regexes.map((regex) => regex.isIn(text))].map(Number);
    return `${language} ${machine ?? "-"} ${hits.join("")}`;
  };
}

const looksAtSecret = ({ regexes, stopwords }: Allowlist): boolean => regexes.length + stopwords.length > 0;

function looksAtPath(filter: Filter): boolean {
  switch (filter.kind) {
    case "any":
    case "all":
      return filter.of.some(looksAtPath);
    case "not":
      return looksAtPath(filter.of);
    case "entropy":
    case "matches":
    case "contains":
      return filter.target === "path";
  }
}
