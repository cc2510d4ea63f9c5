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

let words: ReadonlySet<string> | undefined;

/** The common words, each in lower case. */
export const commonWords = (): ReadonlySet<string> => (words ??= unpackWords(model.words));

export const isCommonWord = (word: string): boolean => commonWords().has(word);

/** Twenty thousand of them, at every start. */
function unpackSteps(packed: string): Uint8Array {
  const steps = new Uint8Array(packed.length);
  for (let at = 0; at < packed.length; at++) steps[at] = packed.charCodeAt(at) - 35;
  return steps;
}

/** Front coding: each word is a letter saying how many characters it shares with the one before, then the rest. */
function unpackWords(packed: string): ReadonlySet<string> {
  const words = new Set<string>();
  let last = "";
  for (const entry of packed.split(" ")) {
    last = last.slice(0, entry.charCodeAt(0) - 65) + entry.slice(1);
    words.add(last);
  }
  return words;
}

/** Looks at the letters of a text (any case; camelCase and separators divide it; other alphabets are not judged). */
export function wordShapeOf(text: string): WordShape {
  let letters = 0;
  let covered = 0;
  let bits = 0;
  for (const run of text.slice(0, 400).match(/[A-Z]?[a-z]+|[A-Z]+(?![a-z])/g) ?? []) {
    const lower = run.toLowerCase();
    letters += lower.length;
    covered += coveredLetters(lower);
    bits += surpriseOf(lower);
  }
  if (letters === 0) return { coverage: 0, surprise: 0, letters: 0 };
  return { coverage: covered / letters, surprise: bits / letters, letters };
}

/** The most letters of a run that words can cover. Three letters count only as a whole run: chance makes too many of them. */
function coveredLetters(run: string): number {
  if (run.length <= 3) return run.length === 3 && isCommonWord(run) ? 3 : 0;
  const known = commonWords();
  const best = [0];
  for (let end = 1; end <= run.length; end++) {
    let most = best[end - 1] ?? 0;
    for (let start = Math.max(0, end - longestWord); start <= end - 4; start++) {
      const before = best[start] ?? 0;
      if (before + end - start > most && known.has(run.slice(start, end))) most = before + end - start;
    }
    best.push(most);
  }
  return best[run.length] ?? 0;
}

function surpriseOf(run: string): number {
  let bits = 0;
  let two = 0;
  let one = 0;
  for (let at = 0; at < run.length; at++) {
    const letter = run.charCodeAt(at) - 96;
    bits += (surpriseSteps[(two * alphabet + one) * alphabet + letter] ?? 0) * surpriseStep;
    two = one;
    one = letter;
  }
  return bits;
}
