import { toByteText } from "../byte-text.ts";
import type { Decoder } from "./decoder.ts";
import { changesNothing } from "./escaped.ts";
import { runsFrom } from "./runs-from.ts";

/**
 * The escapes of string literals that stand for a character by its number, in C, Java, JavaScript, JSON, Python, Ruby, PHP and
 * shells, and JSON's escaped slash. Several backslashes are literals inside literals.
 */
const run = /(?:\\{1,4}(?:u\{[0-9a-fA-F]{1,6}\}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|x[0-9a-fA-F]{2}|[0-3][0-7]{2}|\/))+/y;

const single = /\\+(?:u\{?([0-9a-fA-F]+)\}?|U([0-9a-fA-F]+)|x(..)|([0-7]{3})|\/)/g;

/** `\u0061`, `\u{61}`, `\x61`, `\141` and `\/`. */
export const stringEscapeDecoder: Decoder = {
  name: "escapes",
  *find(text) {
    for (const { 0: found, index } of runsFrom("\\", run, text)) {
      const decoded = toByteText(found.replace(single, characterOf));
      if (!changesNothing(decoded)) yield { start: index, end: index + found.length, decoded };
    }
  },
};

function characterOf(_: string, unit?: string, point?: string, byte?: string, octal?: string): string {
  const hex = unit ?? point ?? byte;
  if (hex === undefined) return octal === undefined ? "/" : String.fromCharCode(Number.parseInt(octal, 8));
  const code = Number.parseInt(hex, 16);
  // Halves of a surrogate pair stand side by side and become one character.
  return code > 0x10ffff ? "\ufffd" : String.fromCodePoint(code);
}
