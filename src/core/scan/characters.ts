/**
 * Which kinds of characters a text has, as bits: told in one pass, so that a regex is asked only about a text that has what the regex needs. A kind may be
 * one character.
 */
export type Characters = number;

/** a to f. */
export const smallHex = 1;
/** g to z. */
export const otherSmall = 2;
export const capitalHex = 4;
export const otherCapital = 8;
export const digit = 16;
export const dash = 32;
export const underscore = 64;
export const dot = 128;
export const plus = 256;
export const slash = 512;
export const equal = 1024;
export const colon = 2048;
export const blank = 4096;
export const tab = 8192;
/** What else `\s` matches; the one of them beyond ASCII is of `high`, too. */
export const otherSpace = 1 << 14;
export const control = 1 << 15;
/** Beyond ASCII. */
export const high = 1 << 16;
export const dollar = 1 << 17;
export const brace = 1 << 18;
export const bracket = 1 << 19;
export const parenthesis = 1 << 20;
export const pipe = 1 << 21;
export const percent = 1 << 22;
export const at = 1 << 23;
export const hash = 1 << 24;
export const backslash = 1 << 25;
export const less = 1 << 26;
export const star = 1 << 27;
export const comma = 1 << 28;
/** ! " & ' ) ; > ? ] ^ ` } ~ */
export const otherSign = 1 << 29;
/** Three times the same, in a row; case does not count. */
export const triple = 1 << 30;

export const small = smallHex | otherSmall;
export const capitals = capitalHex | otherCapital;
export const letters = small | capitals;
export const alphanumeric = letters | digit;
export const space = blank | tab | otherSpace;

const signs: ReadonlyMap<string, number> = new Map([
  ["-", dash],
  ["_", underscore],
  [".", dot],
  ["+", plus],
  ["/", slash],
  ["=", equal],
  [":", colon],
  [" ", blank],
  ["\t", tab],
  ["$", dollar],
  ["{", brace],
  ["[", bracket],
  ["(", parenthesis],
  ["|", pipe],
  ["%", percent],
  ["@", at],
  ["#", hash],
  ["\\", backslash],
  ["<", less],
  ["*", star],
  [",", comma],
]);

const kinds = Int32Array.from({ length: 256 }, (_, code) => kindOf(String.fromCharCode(code)));

function kindOf(char: string): number {
  if (char > "\x7f") return char === "\xa0" ? high | otherSpace : high;
  if (/[a-f]/.test(char)) return smallHex;
  if (/[a-z]/.test(char)) return otherSmall;
  if (/[A-F]/.test(char)) return capitalHex;
  if (/[A-Z]/.test(char)) return otherCapital;
  if (/[0-9]/.test(char)) return digit;
  const known = signs.get(char);
  if (known !== undefined) return known;
  if (/\s/.test(char)) return otherSpace;
  return /[\x00-\x1f\x7f]/.test(char) ? control : otherSign;
}

/** Of a byte string. */
export function charactersOf(text: string): Characters {
  let found = 0;
  let last = -1;
  let same = 1;
  for (let place = 0; place < text.length; place++) {
    const code = text.charCodeAt(place);
    const kind = kinds[code] ?? high;
    found |= kind;
    const folded = (kind & letters) === 0 ? code : code | 0x20;
    if (folded !== last) same = 1;
    else if (++same === 3) found |= triple;
    last = folded;
  }
  return found;
}

/** Whether a text, of which these are the characters, has nothing but some kinds of them, and something. */
export const isOnly = (found: Characters, allowed: Characters): boolean =>
  found !== 0 && (found & ~(allowed | triple)) === 0;

export const hasAny = (found: Characters, wanted: Characters): boolean => (found & wanted) !== 0;
