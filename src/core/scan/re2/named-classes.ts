import { complement, lastCodePoint, normalized, type CodePoints } from "./code-points.ts";

const digits = [0x30, 0x39] as const;
const upper = [0x41, 0x5a] as const;
const lower = [0x61, 0x7a] as const;
const underscore = [0x5f, 0x5f] as const;

/** RE2's Perl classes, which are ASCII only; `\s` has no vertical tab. */
export const perlClasses: Readonly<Record<string, CodePoints>> = {
  d: [digits],
  s: normalized([
    [0x09, 0x0a],
    [0x0c, 0x0d],
    [0x20, 0x20],
  ]),
  w: normalized([digits, upper, lower, underscore]),
};

/** The POSIX classes of `[[:name:]]`, as RE2's syntax page lists them. */
export const posixClasses: Readonly<Record<string, CodePoints>> = {
  alnum: normalized([digits, upper, lower]),
  alpha: normalized([upper, lower]),
  ascii: [[0, 0x7f]],
  blank: normalized([
    [0x09, 0x09],
    [0x20, 0x20],
  ]),
  cntrl: normalized([
    [0, 0x1f],
    [0x7f, 0x7f],
  ]),
  digit: [digits],
  graph: [[0x21, 0x7e]],
  lower: [lower],
  print: [[0x20, 0x7e]],
  punct: normalized([
    [0x21, 0x2f],
    [0x3a, 0x40],
    [0x5b, 0x60],
    [0x7b, 0x7e],
  ]),
  space: normalized([
    [0x09, 0x0d],
    [0x20, 0x20],
  ]),
  upper: [upper],
  word: normalized([digits, upper, lower, underscore]),
  xdigit: normalized([digits, [0x41, 0x46], [0x61, 0x66]]),
};

const unicodeCache = new Map<string, CodePoints | null>();

/**
 * The code points of `\p{name}`: a general category (`L`, `Lu`) or a script (`Greek`), by the tables of the JavaScript
 * engine. `null`: there is no such class.
 */
export function unicodeClass(name: string): CodePoints | null {
  if (name === "Any") return [[0, lastCodePoint]];
  const known = unicodeCache.get(name);
  if (known !== undefined) return known;
  const found = unicodeMembers(name);
  unicodeCache.set(name, found);
  return found;
}

function unicodeMembers(name: string): CodePoints | null {
  if (!/^[A-Z][A-Za-z_]*$/.test(name)) return null;
  const member = unicodeProperty(`gc=${name}`) ?? unicodeProperty(`sc=${name}`);
  if (member === null) return null;
  const out: [number, number][] = [];
  for (let code = 0; code <= lastCodePoint; code++) {
    if (!member.test(String.fromCodePoint(code))) continue;
    const last = out.at(-1);
    if (last?.[1] === code - 1) last[1] = code;
    else out.push([code, code]);
  }
  return out;
}

function unicodeProperty(property: string): RegExp | null {
  try {
    return new RegExp(`^\\p{${property}}$`, "u");
  } catch {
    return null; // The engine knows no such property: the caller tries the next kind.
  }
}

/** A class or, for its capital form (`\D`), everything else. */
export function perlClass(letter: string): CodePoints | null {
  const points = perlClasses[letter.toLowerCase()];
  if (points === undefined) return null;
  return letter === letter.toLowerCase() ? points : complement(points);
}
