import type { Candidate } from "../candidate.ts";
import { within } from "../re2/code-points.ts";
import type { RegexNode } from "../re2/node.ts";
import { parseRe2 } from "../re2/parse.ts";
import type { Rule } from "../rules/rule.ts";

/** Matches in several lines are hardly ever longer, but for those of rules that take keys in PEM and the like. */
const longestLines = 2048;

/** Whether a match may be many lines long, so that a piece of a text may show some of it alone. */
export function spansManyLines({ regex }: Rule): boolean {
  if (regex === null || (regex.maxLength !== null && regex.maxLength <= longestLines)) return false;
  return spansLines(parseRe2(regex.re2).node, false);
}

/** Whether every match of a rule has one of its keywords in it. Otherwise the keyword may stand anywhere in the text. */
export function holdsKeyword({ regex, keywords }: Rule): boolean {
  if (regex === null || keywords.length === 0) return true;
  const isHeld = (texts: readonly string[]): boolean =>
    texts.every((text) => keywords.some((keyword) => text.includes(keyword)));
  return groupsOf(parseRe2(regex.re2).node).some(isHeld);
}

/** What each part found nearby adds (`evidence/parts.ts`). */
const pointsOfPart = 20;
/** What a value loses at most that stands in a text a few times, and gets back where it stands there more often (`judge/features.ts`). */
const pointsOfTimes = 25;

/** How much the score of a candidate could rise, at most, if the whole text around it were known. */
export function couldRise({ rule, reasons = [] }: Candidate): number {
  const isRepeated = reasons.some(({ what }) => what.startsWith("file: the same value"));
  return pointsOfPart * rule.required.length + (isRepeated ? pointsOfTimes : 0);
}

function spansLines(node: RegexNode, repeated: boolean): boolean {
  switch (node.kind) {
    case "set":
      return repeated && within(node.points, 0x0a, 0x0a).length > 0;
    case "concat":
      return node.parts.some((part) => spansLines(part, repeated));
    case "alternate":
      return node.options.some((option) => spansLines(option, repeated));
    case "repeat":
      return spansLines(node.of, repeated || node.max === null || node.max > 1);
    case "capture":
      return spansLines(node.of, repeated);
    case "empty":
    case "assert":
      return false;
  }
}

/** Stands for what is not written out. */
const gap = "\0";
const mostFragments = 256;
const mostOfSet = 4;
const mostRounds = 16;

/** The parts of a regex in a few groups: of each group every match has one text. */
function groupsOf(node: RegexNode): readonly (readonly string[])[] {
  if (node.kind === "capture") return groupsOf(node.of);
  if (node.kind !== "concat") return [fragmentsOf(node)];
  const groups: (readonly string[])[] = [];
  let group: readonly string[] = [""];
  for (const part of node.parts.map(fragmentsOf)) {
    if (group.length * part.length > mostFragments) {
      groups.push(group);
      group = part;
    } else group = joined(group, part);
  }
  return [...groups, group];
}

/** What every match consists of, with gaps: one of these, in small letters. */
function fragmentsOf(node: RegexNode): readonly string[] {
  switch (node.kind) {
    case "empty":
    case "assert":
      return [""];
    case "set":
      return charactersOf(node.points);
    case "capture":
      return fragmentsOf(node.of);
    case "alternate":
      return few(node.options.flatMap(fragmentsOf));
    case "concat":
      return node.parts.map(fragmentsOf).reduce(joined, [""]);
    case "repeat": {
      const once = fragmentsOf(node.of);
      if (node.min === 0) return node.max === 1 ? few(["", ...once]) : [gap];
      if (node.min === node.max && node.min <= mostRounds)
        return Array.from({ length: node.min }, () => once).reduce(joined, [""]);
      return joined(once, [gap]);
    }
  }
}

function charactersOf(points: readonly (readonly [number, number])[]): readonly string[] {
  const size = points.reduce((sum, [low, high]) => sum + high - low + 1, 0);
  if (size > mostOfSet) return [gap];
  const codes = points.flatMap(([low, high]) => Array.from({ length: high - low + 1 }, (_, at) => low + at));
  return few(codes.map((code) => (code < 0x80 ? String.fromCharCode(code).toLowerCase() : gap)));
}

function joined(before: readonly string[], after: readonly string[]): readonly string[] {
  if (before.length * after.length <= mostFragments)
    return few(before.flatMap((text) => after.map((more) => text + more)));
  // What comes together here is not known; what stands before and behind still is.
  return before.length <= after.length ? before.map((text) => text + gap) : after.map((text) => gap + text);
}

const few = (texts: readonly string[]): readonly string[] => {
  const different = [...new Set(texts)];
  return different.length <= mostFragments ? different : [gap];
};
