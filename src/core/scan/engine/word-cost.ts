import { surpriseOfLetter } from "../word-shape.ts";

/** How many of a million bytes of source text a letter or digit is, roughly; every other byte counts as `otherShare`. */
const shares: Readonly<Record<string, number>> = {
  e: 75e3,
  t: 58e3,
  a: 47e3,
  i: 46e3,
  n: 46e3,
  o: 45e3,
  r: 44e3,
  s: 43e3,
  l: 29e3,
  c: 29e3,
  d: 27e3,
  u: 21e3,
  p: 21e3,
  m: 20e3,
  f: 17e3,
  g: 14e3,
  h: 14e3,
  b: 12e3,
  y: 11e3,
  k: 7e3,
  v: 8e3,
  w: 7e3,
  x: 7e3,
  j: 3e3,
  q: 2e3,
  z: 2e3,
  " ": 150e3,
};
const otherShare = 6e3;

/** Letters do not follow each other by chance: pairs of them are so much more frequent than their shares say. */
const affinity = 2;

/** Words that stand in every code, and how often in a byte. */
const usual: ReadonlyMap<string, number> = new Map(
  [
    ["http", 5e-4],
    ["name", 2e-3],
    ["key", 1e-3],
    ["token", 3e-4],
    ["secret", 2e-4],
    ["pass", 3e-4],
    ["auth", 3e-4],
    ["api", 8e-4],
    ["client", 6e-4],
    ["access", 2e-4],
    ["user", 4e-4],
    ["com", 1e-3],
    ["service", 3e-4],
    ["account", 1e-4],
    ["private", 2e-4],
    ["public", 2e-4],
    ["password", 2e-4],
    ["url", 4e-4],
    ["app", 8e-4],
    ["test", 2e-3],
    ["---", 4e-3],
    ["===", 2e-3],
    ["***", 1e-3],
    ["ing", 4e-3],
    ["ion", 4e-3],
    ["tio", 3e-3],
    ["con", 2e-3],
    ["and", 2e-3],
    ["red", 2e-3],
    ["ver", 2e-3],
    ["log", 1e-3],
    ["cli", 1e-3],
    ["end", 1e-3],
    ["dis", 2e-3],
    ["fig", 1e-3],
    ["epl", 1e-3],
    ["nod", 1e-3],
    ["typ", 1e-3],
  ].map(([word, rate]) => [String(word), Number(rate)]),
);

/** About how often a folded word occurs in a byte of source text: good enough to choose between words. */
export function rateOf(word: string): number {
  let rate = 1;
  for (const letter of word) rate *= Math.min(1, ((shares[letter] ?? otherShare) / 1e6) * affinity);
  for (const [known, often] of usual) if (known.includes(word)) rate = Math.max(rate, often);
  return Math.max(rate, usual.get(word) ?? 0);
}

/** Signs come in rows: rulers, indents. */
const rowRate = 0.02;

/** About how often a few folded bytes occur in a byte of source text, by which letters follow each other. */
export function gramRateOf(gram: string): number {
  if (/^([^a-z0-9])\1+$/.test(gram)) return rowRate;
  let rate = 1;
  for (let at = 0; at < gram.length; at++) {
    const letter = gram.charAt(at);
    const before = gram.slice(Math.max(0, at - 2), at);
    const share = (shares[letter] ?? otherShare) / 1e6;
    if (before.length === 2 && isLetters(before + letter)) rate *= 2 ** -surpriseOfLetter(before, letter);
    else rate *= isLetters(before.slice(-1) + letter) ? Math.min(1, share * affinity) : share;
  }
  return rate;
}

const isLetters = (text: string): boolean => /^[a-z]+$/.test(text);
