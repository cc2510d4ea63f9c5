/** Tests on single bytes of a byte string. Each takes what `charCodeAt` gives; NaN (past the end) is none of them. */

const flags = new Uint8Array(256);
const letter = 1;
const digit = 2;
const name = 4;
const space = 8;

for (let code = 0; code < 256; code++) {
  const char = String.fromCharCode(code);
  if (/[A-Za-z]/.test(char)) flags[code] = letter | name;
  else if (/[0-9]/.test(char)) flags[code] = digit | name;
  else if (/[_$.-]/.test(char) || code >= 0x80) flags[code] = name;
  else if (char === " " || char === "\t") flags[code] = space;
}

const has = (code: number, flag: number): boolean => ((flags[code] ?? 0) & flag) !== 0;

export const isWordByte = (code: number): boolean => has(code, letter | digit) || code === 95;
/** Letters, digits, `_`, `$`, `.`, `-` and every byte of a character beyond ASCII. */
export const isNameByte = (code: number): boolean => has(code, name);
export const isBlank = (code: number): boolean => has(code, space);
export const isLineEnd = (code: number): boolean => code === 10 || code === 13;

/** The first offset from `at` that is no space or tab; looks at most `limit` bytes far. */
export function skipBlanks(text: string, at: number, limit = 200): number {
  const stop = Math.min(text.length, at + limit);
  while (at < stop && isBlank(text.charCodeAt(at))) at++;
  return at;
}
