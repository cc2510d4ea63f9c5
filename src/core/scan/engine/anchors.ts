import { type CodePoints, sizeOf } from "../re2/code-points.ts";
import { maxLengthOf, minLengthOf } from "../re2/measure.ts";
import type { RegexNode } from "../re2/node.ts";
import { foldByte } from "./folded.ts";
import { dottedRun } from "./spotter.ts";
import { rateOf } from "./word-cost.ts";

/** Words of which every match of a regex holds one, or a dot before a long run (`dottedRun`), which stands for a word. */
export type Anchors = {
  readonly kind: "words" | "dotted";
  /** As a dictionary takes them (`dictionary.ts`), of at least `shortestWord` bytes. */
  readonly words: readonly string[];
  /** How many bytes after the beginning of a match its word begins, at least and at most. */
  readonly least: number;
  readonly most: number;
  /** What of the regex begins where the word of a match stands; `null`: not known. */
  readonly tail: RegexNode | null;
};

export const shortestWord = 3;
const longestWord = 12;
const mostWords = 48;
/** So many are taken for words that would be too short otherwise. */
const mostShortWords = 128;
/** A set of more characters is not written out, */
const mostOfSet = 40;
/** and one of more than this only for words that would be too short otherwise. */
const mostOfLongWords = 6;
/** Beyond, there would be too many places to try a match at. */
const widestRange = 128;

/**
 * The words that are met most seldom, or `null` if there are none: the regex may begin with anything, or has no three bytes in a row that
 * are known.
 */
export function anchorsOf(node: RegexNode): Anchors | null {
  const plain = withoutCaptures(node);
  return best(plain) ?? dottedIn(plain);
}

/** In a sequence, a dot and so many characters of base64. */
function dottedIn(node: RegexNode): Anchors | null {
  let [least, most] = [0, 0];
  const parts = partsOf(node);
  for (const [at, part] of parts.entries()) {
    const next = parts[at + 1];
    if (isDot(part) && next?.kind === "repeat" && next.min >= dottedRun && isDigits(next.of)) {
      const tail: RegexNode = { kind: "concat", parts: parts.slice(at) };
      return most - least > widestRange ? null : { kind: "dotted", words: [], least, most, tail };
    }
    least += minLengthOf(part);
    most += maxLengthOf(part) ?? Infinity;
  }
  return null;
}

const isDot = (node: RegexNode): boolean =>
  node.kind === "set" && node.points.length === 1 && node.points[0]?.[0] === 0x2e && node.points[0][1] === 0x2e;

const isDigits = (node: RegexNode): boolean =>
  node.kind === "set" &&
  node.points.every(([low, high]) =>
    Array.from({ length: Math.min(high, 0x80) - low + 1 }, (_, at) => low + at).every((code) =>
      /[A-Za-z0-9+/_-]/.test(String.fromCharCode(code)),
    ),
  );

function withoutCaptures(node: RegexNode): RegexNode {
  switch (node.kind) {
    case "capture":
      return withoutCaptures(node.of);
    case "concat":
      return { kind: "concat", parts: node.parts.map(withoutCaptures).flatMap(partsOf) };
    case "alternate":
      return { kind: "alternate", options: node.options.map(withoutCaptures) };
    case "repeat":
      return { ...node, of: withoutCaptures(node.of) };
    case "empty":
    case "set":
    case "assert":
      return node;
  }
}

const partsOf = (node: RegexNode): readonly RegexNode[] => (node.kind === "concat" ? node.parts : [node]);

function best(node: RegexNode): Anchors | null {
  if (node.kind === "alternate") return together(node.options.map(best));
  if (node.kind === "repeat") return node.min === 0 ? null : moved(best(node.of), 0, 0);
  const parts = partsOf(node);
  let [least, most] = [0, 0];
  let chosen: Anchors | null = null;
  for (const [at, part] of parts.entries()) {
    const words = wordsAt(parts.slice(at));
    if (words !== null) {
      chosen = better(chosen, { kind: "words", words, least, most, tail: { kind: "concat", parts: parts.slice(at) } });
    }
    if (part.kind === "alternate" || part.kind === "repeat") chosen = better(chosen, moved(best(part), least, most));
    least += minLengthOf(part);
    const longest = maxLengthOf(part);
    most += longest ?? Infinity;
    if (most - least > widestRange) break;
  }
  return chosen;
}

const rate = ({ words }: Anchors): number => words.reduce((sum, word) => sum + rateOf(word), 0);

function better(a: Anchors | null, b: Anchors | null): Anchors | null {
  if (a === null || b === null) return a ?? b;
  return rate(b) < rate(a) ? b : a;
}

function moved(anchors: Anchors | null, least: number, most: number): Anchors | null {
  return anchors === null
    ? null
    : { kind: "words", words: anchors.words, least: anchors.least + least, most: anchors.most + most, tail: null };
}

/** Of alternatives each has its words. */
function together(each: readonly (Anchors | null)[]): Anchors | null {
  const known = each.filter((one) => one !== null);
  const words = new Set(known.flatMap((one) => one.words));
  const least = Math.min(...known.map((one) => one.least));
  const most = Math.max(...known.map((one) => one.most));
  if (known.length < each.length || words.size > mostShortWords || most - least > widestRange) return null;
  return { kind: "words", words: [...words], least, most, tail: null };
}

/** The words a sequence begins with. */
function wordsAt(parts: readonly RegexNode[]): readonly string[] | null {
  // With one of many characters no word begins that is worth looking for.
  const [first] = parts;
  const start = first?.kind === "repeat" ? first.of : first;
  if (start?.kind === "set" && sizeOf(start.points) > 2 * mostOfLongWords) return null;
  const words = beginnings({ kind: "concat", parts }).texts;
  return words.every((word) => word.length >= shortestWord) ? words : null;
}

/** `whole`: the node has nothing after any of the texts. */
type Beginnings = { readonly texts: readonly string[]; readonly whole: boolean };

const unknown: Beginnings = { texts: [""], whole: false };

function beginnings(node: RegexNode): Beginnings {
  switch (node.kind) {
    case "empty":
    case "assert":
      return { texts: [""], whole: true };
    case "set":
      return bytesOf(node.points);
    case "capture":
      return beginnings(node.of);
    case "repeat":
      return beginningsOfRepeat(node);
    case "alternate": {
      const each = node.options.map(beginnings);
      const texts = [...new Set(each.flatMap((one) => one.texts))];
      return texts.length > mostWords ? unknown : { texts, whole: each.every(({ whole }) => whole) };
    }
    case "concat":
      return inSequence(node.parts);
  }
}

function bytesOf(points: CodePoints): Beginnings {
  if (sizeOf(points) > 2 * mostOfSet || points.some(([, high]) => high >= 0x80)) return unknown;
  const bytes = points.flatMap(([low, high]) => Array.from({ length: high - low + 1 }, (_, at) => low + at));
  const texts = [...new Set(bytes.map((byte) => tokenOf(byte, bytes)))];
  return texts.length > mostOfSet ? unknown : { texts, whole: true };
}

/** A byte as it stands in a word: folded, but for one whose counterpart is not in its set. */
function tokenOf(byte: number, set: readonly number[]): string {
  return String.fromCharCode(set.includes(foldByte(byte)) ? foldByte(byte) : byte);
}

function beginningsOfRepeat(node: Extract<RegexNode, { kind: "repeat" }>): Beginnings {
  const once = beginnings(node.of);
  if (node.min === 0) {
    // Only what is short and there once at most may be written out in both ways.
    if (node.max !== 1 || !once.whole) return unknown;
    return { texts: [...new Set(["", ...once.texts])], whole: true };
  }
  const copies = Array.from({ length: Math.min(node.min, longestWord) }, () => node.of);
  const all = inSequence(copies);
  return { texts: all.texts, whole: all.whole && node.min === node.max && node.min <= longestWord };
}

function inSequence(parts: readonly RegexNode[]): Beginnings {
  let texts: readonly string[] = [""];
  for (const part of parts) {
    const next = beginnings(part);
    const longer = new Set(texts.flatMap((text) => next.texts.map((more) => (text + more).slice(0, longestWord))));
    const isShort = texts.some((text) => text.length < shortestWord);
    const isTooMuch = isShort ? longer.size > mostShortWords : next.texts.length > mostOfLongWords;
    if (isTooMuch || (!isShort && longer.size > mostWords)) return { texts, whole: false };
    texts = [...longer];
    if (!next.whole || texts.every((text) => text.length >= longestWord)) return { texts, whole: false };
  }
  return { texts, whole: texts.every((text) => text.length < longestWord) };
}
