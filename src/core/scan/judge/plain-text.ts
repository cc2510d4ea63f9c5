import { decodeBase64 } from "../decode/base64-alphabet.ts";
import { wordShapeOf } from "../word-shape.ts";

/**
 * What a value reads like when what people do to hide a word is undone: base64 of plain text is decoded, digits and signs that stand for letters
 * (`s3cr3t`, `p@ssw0rd`) are turned back. The value itself if nothing was hidden.
 */
export function plainTextOf(value: string): string {
  const decoded = decodedText(value);
  if (decoded !== null) return decoded;
  return /[a-z]/i.test(value) && value.length <= 40 ? unleeted(value) : value;
}

/** The text that a value is the base64 form of, if that is printable and reads like words. */
function decodedText(value: string): string | null {
  if (!/^[A-Za-z0-9+/]{8,512}={0,2}$/.test(value) || value.length % 4 === 1) return null;
  const text = decodeBase64(value.replace(/=+$/, ""));
  if (text === null || !/^[\x20-\x7e\r\n\t]+$/.test(text)) return null;
  return text.trim();
}

const letters: Readonly<Record<string, string>> = {
  "0": "o",
  "1": "l",
  "3": "e",
  "4": "a",
  "5": "s",
  "7": "t",
  "@": "a",
  $: "s",
  "!": "i",
};

/** Whether signs stand for letters of a word (`$` for s, `@` for a): who only changes digits plays as much as hides. Not so the word password. */
export const hidesWord = (value: string): boolean =>
  /[a-z][$@!][a-z]/i.test(value) &&
  /^[a-z]{6,}$/.test(plainTextOf(value)) &&
  !/^(?:my)?passwords?$/.test(plainTextOf(value));

const wellKnown = /secret|sekrit|secrit|letmein|password|gopher|welcome|qwerty|admin|hacker|opensesame/i;

/** With letters in the place of signs, if that makes it read more like words. */
function unleeted(value: string): string {
  const core = value.replace(/[!?.]+$/, "");
  const plain = core.replace(/[013457@$!]/g, (sign, at: number) =>
    /[a-z]/i.test((core[at - 1] ?? "") + (core[at + 1] ?? "")) ? (letters[sign] ?? sign) : sign,
  );
  if (plain === core) return value;
  const shape = wordShapeOf(plain.toLowerCase());
  if (wellKnown.test(plain)) return plain.toLowerCase();
  return shape.coverage >= 0.6 && shape.letters >= 4 && wordShapeOf(value).coverage < shape.coverage
    ? plain.toLowerCase()
    : value;
}
