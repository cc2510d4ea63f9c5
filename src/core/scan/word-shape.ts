import model from "./word-model.json" with { type: "json" };

/**
 * How much a value reads like words, by two small models made by `scripts/train-words.ts` from source trees: a list of
 * common words, and how often letters follow each other.
 */
export type WordShape = {
  /** Part of the letters that belong to common words, 0 to 1; 0 when there are no letters. */
  readonly coverage: number;
  /** Mean surprise of a letter after the two before it, in bits: about 3 in English, about 5 in random letters. */
  readonly surprise: number;
  /** How many letters were looked at. */
  readonly letters: number;
};

const longestWord = 14;
const surpriseStep = 0.25;
const alphabet = 27;

/** For each letter (from 1 on) after each two (0: none) its surprise, in steps. */
export const surpriseSteps: Uint8Array = unpackSteps(model.surprise);

/** The surprise of a small letter after two others, in bits. */
export const surpriseOfLetter = (two: string, letter: string): number =>
  (surpriseSteps[(numberOf(two, 0) * alphabet + numberOf(two, 1)) * alphabet + numberOf(letter, 0)] ?? 0) *
  surpriseStep;

const numberOf = (text: string, at: number): number => text.charCodeAt(at) - 96;

let words: WordTree | undefined;
const wordTree = (): WordTree => (words ??= treeOf(model.words));

/** The common words, each in lower case. */
export const commonWords = (): ReadonlySet<string> => new Set(unpackWords(model.words));

export function isCommonWord(word: string): boolean {
  const { next, ends } = wordTree();
  let node = 0;
  for (let at = 0; at < word.length; at++) {
    const letter = word.charCodeAt(at) - smallA;
    node = letter >= 0 && letter < letters ? (next[node * letters + letter] ?? 0) : 0;
    if (node === 0) return false;
  }
  return ends[node] === 1;
}

const letters = 26;
const smallA = 97;

/** Words by their letters: of each node which one comes next with each letter, 0 if none does, and whether a word ends there. */
type WordTree = { readonly next: Uint16Array; readonly ends: Uint8Array };

function treeOf(packed: string): WordTree {
  // Each letter of the packed words makes one node at most.
  const next = new Uint16Array(packed.length * letters);
  const ends = new Uint8Array(packed.length);
  const path = new Uint16Array(64);
  let nodes = 1;
  for (let at = 0, depth = 0; at < packed.length; at++) {
    // The words are in order, each a letter that says how many characters it shares with the one before, then the rest.
    depth = packed.charCodeAt(at++) - capitalA;
    let node = path[depth] ?? 0;
    for (; at < packed.length && packed.charCodeAt(at) !== space; at++) {
      const slot = node * letters + packed.charCodeAt(at) - smallA;
      if (next[slot] === 0) next[slot] = nodes++;
      node = next[slot] ?? 0;
      path[++depth] = node;
    }
    ends[node] = 1;
  }
  return { next, ends };
}

const capitalA = 65;
const space = 32;

/** Twenty thousand of them, at every start. */
function unpackSteps(packed: string): Uint8Array {
  const steps = new Uint8Array(packed.length);
  for (let at = 0; at < packed.length; at++) steps[at] = packed.charCodeAt(at) - 35;
  return steps;
}

/** Front coding: each word is a letter saying how many characters it shares with the one before, then the rest. */
function unpackWords(packed: string): readonly string[] {
  let last = "";
  return packed.split(" ").map((entry) => (last = last.slice(0, entry.charCodeAt(0) - capitalA) + entry.slice(1)));
}

/** What is looked at of a text. */
const longestText = 400;
const none: WordShape = { coverage: 0, surprise: 0, letters: 0 };

/** Looks at the letters of a text (any case; camelCase and separators divide it; other alphabets are not judged). */
export function wordShapeOf(text: string): WordShape {
  const length = Math.min(text.length, longestText);
  for (let at = 0; at < length; at++) codes[at] = text.charCodeAt(at);
  // Behind the text nothing is a letter.
  codes[length] = 0;
  let count = 0;
  let covered = 0;
  let steps = 0;
  for (let at = 0; at < length;) {
    const start = at;
    while (isCapital(codes[at] ?? 0)) at++;
    const small = at;
    while (isSmall(codes[at] ?? 0)) at++;
    // The last of several capitals begins the word of small letters behind it.
    const word = at > small && small > start ? small - 1 : small;
    count += at - start;
    if (word > start) {
      covered += coveredLetters(start, word);
      steps += surpriseOf(start, word);
    }
    if (at > word) {
      covered += coveredLetters(word, at);
      steps += surpriseOf(word, at);
    }
    if (at === start) at++;
  }
  return count === 0 ? none : { coverage: covered / count, surprise: (steps * surpriseStep) / count, letters: count };
}

const isCapital = (code: number): boolean => code >= 65 && code <= 90;
const isSmall = (code: number): boolean => code >= smallA && code <= 122;

/** The text that is looked at. */
const codes = new Uint16Array(longestText + 1);
/** By how many letters of a run have been gone through: the most that words can cover. */
const best = new Uint16Array(longestText + 1);
const shortestInRun = 4;

/** The most letters of a run that words can cover. Three letters count only as a whole run: chance makes too many of them. */
function coveredLetters(from: number, to: number): number {
  const length = to - from;
  if (length < 3) return 0;
  const { next, ends } = wordTree();
  const shortest = length === 3 ? 3 : shortestInRun;
  best.fill(0, 0, length + 1);
  for (let start = 0; start < length; start++) {
    const before = best[start] ?? 0;
    if ((best[start + 1] ?? 0) < before) best[start + 1] = before;
    const stop = Math.min(length, start + longestWord);
    let node = 0;
    for (let end = start; end < stop; end++) {
      node = next[node * letters + ((codes[from + end] ?? 0) | 0x20) - smallA] ?? 0;
      if (node === 0) break;
      const size = end + 1 - start;
      if (size >= shortest && ends[node] === 1 && (best[end + 1] ?? 0) < before + size) best[end + 1] = before + size;
    }
  }
  return best[length] ?? 0;
}

function surpriseOf(from: number, to: number): number {
  let steps = 0;
  let two = 0;
  let one = 0;
  for (let at = from; at < to; at++) {
    const letter = ((codes[at] ?? 0) | 0x20) - 96;
    steps += surpriseSteps[(two * alphabet + one) * alphabet + letter] ?? 0;
    two = one;
    one = letter;
  }
  return steps;
}
