import * as has from "../characters.ts";
import { type Characters, charactersOf, hasAny, isOnly } from "../characters.ts";
import { bitsOfDigits, decodeBase64 } from "../decode/base64-alphabet.ts";
import { wordShapeOf } from "../word-shape.ts";

/**
 * What a value reads like when what people do to hide a word is undone: base64 of plain text is decoded, digits and signs that stand for letters
 * (`s3cr3t`, `p@ssw0rd`) are turned back. The value itself if nothing was hidden.
 */
export function plainTextOf(value: string, found: Characters = charactersOf(value)): string {
  const decoded = isOnly(found, base64) && mayBeText(value) ? decodedText(value) : null;
  if (decoded !== null) return decoded;
  return value.length <= 40 && hasAny(found, has.letters) && hasAny(found, playful) ? unleeted(value) : value;
}

const base64 = has.alphanumeric | has.plus | has.slash | has.equal;
/** Kinds of characters of which one stands for a letter. */
const playful = has.digit | has.at | has.dollar | has.otherSign;

/** Whether what is encoded could begin with three characters of a text: most words do not. */
function mayBeText(value: string): boolean {
  const bits = value.length < 8 ? -1 : bitsOfDigits(value, 0);
  return bits >= 0 && isText(bits >> 16) && isText((bits >> 8) & 0xff) && isText(bits & 0xff);
}

const isText = (byte: number): boolean => (byte >= 0x20 && byte <= 0x7e) || byte === 9 || byte === 10 || byte === 13;

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
  /[$@!]/.test(value) &&
  /[a-z][$@!][a-z]/i.test(value) &&
  /^[a-z]{6,}$/.test(plainTextOf(value)) &&
  !/^(?:my)?passwords?$/.test(plainTextOf(value));

const wellKnown = /secret|sekrit|secrit|letmein|password|gopher|welcome|qwerty|admin|hacker|opensesame/i;

/** With letters in the place of signs, if that makes it read more like words. */
function unleeted(value: string): string {
  const core = value.replace(/[!?.]+$/, "");
  const plain = withLetters(core);
  if (plain === core) return value;
  const small = plain.toLowerCase();
  if (wellKnown.test(small)) return small;
  const { coverage, letters } = wordShapeOf(small);
  return coverage >= 0.6 && letters >= 4 && wordShapeOf(value).coverage < coverage ? small : value;
}

/** A sign beside a letter stands for one. */
function withLetters(core: string): string {
  let plain = "";
  let done = 0;
  for (let at = 0; at < core.length; at++) {
    const letter = letters[core.charAt(at)];
    if (letter === undefined || !(isLetter(core.charCodeAt(at - 1)) || isLetter(core.charCodeAt(at + 1)))) continue;
    plain += core.slice(done, at) + letter;
    done = at + 1;
  }
  return done === 0 ? core : plain + core.slice(done);
}

const isLetter = (code: number): boolean => (code | 0x20) >= 97 && (code | 0x20) <= 122;
