import type { Candidate } from "../candidate.ts";
import type { Detector } from "../detector.ts";
import type { Haystack } from "../find-candidates.ts";
import { findFormats, formatRules, formatsSought, isKnownFile } from "../formats/find-formats.ts";
import { type FileView, viewOf } from "../judge/features.ts";
import { isHopeless, mayScore, weigh } from "../judge/weigh.ts";
import { findNamedValues, valuesSought } from "./find-all.ts";
import { assignmentRule } from "./find-assignments.ts";
import { genericRules, ruleOf } from "./generic-rules.ts";
import type { Lessons } from "./lessons.ts";
import type { NamedValue } from "./named-value.ts";
import type { Spotted } from "./spotted.ts";

/** Below this score a named value is not even a finding of low confidence: most of what is given to names is not. */
const leastScore = 25;

/** Finds credentials of no particular provider: assignments, URLs, headers, command lines, and what known formats keep. */
export const genericDetector: Detector = {
  rules: [...genericRules, ...formatRules],
  find: (haystack) => [...namedIn(haystack, null), ...findFormats(haystack)].filter(isEnough),
  spotted: {
    sought: [...valuesSought, ...formatsSought],
    isElsewhere: isKnownFile,
    find: (haystack, spotted) => [...namedIn(haystack, spotted), ...findFormats(haystack, spotted)].filter(isEnough),
  },
};

function namedIn(haystack: Haystack, spotted: Spotted | null): readonly Candidate[] {
  const all = [...findNamedValues(haystack.text, spotted)];
  if (all.length === 0) return [];
  const { view, hopeful } = lookAt(haystack, all, spotted?.lessons);
  return hopeful
    .filter((named) => mayScore(view, named, leastScore))
    .map((named) => candidateOf(haystack, named, view));
}

const isEnough = ({ reasons }: Candidate): boolean => scoreOf(reasons) >= leastScore;

/** Every named value of a text, and what formats keep, with what was weighed, also those that are no findings; for explanations. */
export function allNamedCandidates(haystack: Haystack): readonly Candidate[] {
  const all = [...findNamedValues(haystack.text)];
  const { view } = lookAt(haystack, all);
  return [...all.map((named) => candidateOf(haystack, named, view)), ...findFormats(haystack)];
}

function lookAt(
  { text, path }: Haystack,
  all: readonly NamedValue[],
  lessons?: Lessons,
): { readonly view: FileView; readonly hopeful: readonly NamedValue[] } {
  const hopeful: NamedValue[] = [];
  // How often a value is given is asked when all have been looked at.
  const view = viewOf(text, path, hopeful);
  for (const named of all) {
    if (!isHopeless(view, named)) hopeful.push(named);
    else if (named.ruleId === assignmentRule)
      lessons?.isNone(named.name, text.slice(named.start, named.end), named.quoting === "none");
  }
  return { view, hopeful };
}

function candidateOf(haystack: Haystack, named: NamedValue, view: FileView): Candidate {
  return {
    ...haystack,
    rule: ruleOf(named),
    secret: haystack.text.slice(named.start, named.end),
    start: named.start,
    end: named.end,
    matchStart: Math.min(named.nameStart, named.start),
    matchEnd: named.end,
    parts: [],
    reasons: weigh(view, named),
  };
}

function scoreOf(reasons: Candidate["reasons"]): number {
  return (reasons ?? []).reduce((sum, { points }) => sum + points, 0);
}
