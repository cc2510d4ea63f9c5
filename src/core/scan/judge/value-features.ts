import * as has from "../characters.ts";
import { type Characters, charactersOf, hasAny, isOnly } from "../characters.ts";
import { shannonEntropy } from "../shannon.ts";
import { decodeBase64 } from "../decode/base64-alphabet.ts";
import { basicRule } from "../generic/find-authorization.ts";
import type { NamedValue } from "../generic/named-value.ts";
import { isCommonWord, type WordShape, wordShapeOf } from "../word-shape.ts";
import { hidesWord, plainTextOf } from "./plain-text.ts";
import { jwt, type ValueKind } from "./value-kind.ts";

/** What can be said about a value by looking at it alone: phrases, each of which has a weight. Of opaque keys no words are asked: chance makes some. */
export function valueFeatures(written: string, named: NamedValue, kind: ValueKind | null): string[] {
  const value = judgedValue(written, named);
  const found = charactersOf(value);
  const features = kind === null ? [] : [`value: is ${kind}`];
  features.push(`value: ${lengthOf(value)} characters`, `value: made of ${alphabetOf(value, found)}`);
  const plain = plainTextOf(value, found);
  if (plain !== value)
    features.push(
      `value: ${value.length > plain.length + 2 ? "base64 of plain text" : "a word with signs for letters"}`,
    );
  const read = plain === value ? found : charactersOf(plain);
  const shape = remember(() => wordShapeOf(plain.length > mostShaped ? plain.slice(0, mostShaped) : plain));
  const looks = kind ?? looksLike(plain, read, shape());
  features.push(`looks like ${looks}`, ...patternFeatures(plain, read));
  if (looks !== "a key" && looks !== "a hex key")
    features.push(...wordFeatures(plain, plain.length > mostShaped ? wordShapeOf(plain) : shape(), hidesWord(value)));
  if (value.length >= 16) features.push(`value: ${randomnessOf(value, found)}`);
  return features;
}

/** For the look at a glance no more letters are asked. */
const mostShaped = 200;

function remember<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

/** What is looked at of a value as written: of base64 of `user:password` the password or, if that is empty, the user, which may be a token. */
export function judgedValue(written: string, { ruleId }: Pick<NamedValue, "ruleId">): string {
  if (ruleId !== basicRule) return written;
  const text = decodeBase64(written);
  const parts = text === null ? null : /^([^:]*):([\x20-\x7e]*)$/.exec(text);
  return parts === null ? written : parts[2] || (parts[1] ?? "");
}

/** The coarse form of a value that is nothing special: what it looks like at a glance. */
function looksLike(value: string, found: Characters, { coverage, surprise, letters }: WordShape): string {
  if (value.startsWith("eyJ") && jwt.test(value)) return "a JSON Web Token";
  const digits = hasAny(found, has.digit);
  if (isOnly(found, has.digit | has.blank | has.dash)) return value.length <= 8 ? "a short number" : "a long number";
  if (isHumanPassword(value)) return "a word changed for a password";
  if (isFullOfSigns(value, found)) return "a password full of signs";
  const wordy = letters >= 3 && coverage >= 0.7;
  if (wordy)
    return hasAny(found, has.space)
      ? "words"
      : hasAny(found, has.underscore | has.dot | has.colon | has.slash | has.dash) || /[a-z][A-Z]/.test(value)
        ? "a name of several words"
        : digits
          ? "a word and digits"
          : "a word";
  if (value.length >= 16 && isOnly(found, has.digit | has.smallHex | has.capitalHex)) return "a hex key";
  if (hasAny(found, has.space)) return "odd text with spaces";
  if (value.length >= 16 && digits && hasAny(found, has.letters))
    return isOnly(found, has.alphanumeric | has.plus | has.slash | has.equal | has.underscore | has.dash)
      ? /[-_].*[-_]/.test(value)
        ? "a key in pieces"
        : "a key"
      : "a long odd text";
  const isOfLetters = isOnly(found, has.letters);
  if (value.length >= 16)
    return isOfLetters ? (surprise < 4.2 ? "a long made-up word" : "long letters") : "a long odd text";
  if (value.length <= 3) return "a few characters";
  if (isOfLetters) return surprise < 4.2 ? "a made-up word" : isMixed(value) ? "long letters" : "odd letters";
  return digits
    ? !isOnly(found, has.alphanumeric)
      ? "letters, digits and signs"
      : "letters and digits"
    : "letters and signs";
}

/** Small letters and capitals that take turns as chance has it: one key in ten of this length has no digits. */
function isMixed(value: string): boolean {
  return value.length >= 12 && (value.match(/[a-z](?=[A-Z])|[A-Z](?=[a-z])/g) ?? []).length * 3 >= value.length;
}

const lengths = [3, 5, 7, 15, 31, 64, 128, 512];

function lengthOf(value: string): string {
  const at = lengths.findIndex((most) => value.length <= most);
  if (at < 0) return "more than 512";
  return `${at === 0 ? 1 : (lengths[at - 1] ?? 0) + 1} to ${lengths[at]}`;
}

/** Of some kinds of characters alone. */
const alphabets: readonly (readonly [string, Characters])[] = [
  ["small letters", has.small],
  ["capitals", has.capitals],
  ["letters", has.letters],
  ["small letters and digits", has.small | has.digit],
  ["capitals and digits", has.capitals | has.digit],
  ["letters and digits", has.alphanumeric],
  ["small letters and dashes", has.small | has.underscore | has.dot | has.dash],
  ["capitals and dashes", has.capitals | has.underscore | has.dot | has.dash],
  ["letters and dashes", has.letters | has.underscore | has.dot | has.dash],
  ["small letters, digits and dashes", has.small | has.digit | has.underscore | has.dot | has.dash],
  ["letters, digits and dashes", has.alphanumeric | has.underscore | has.dot | has.dash],
];
const base64 = has.alphanumeric | has.plus | has.slash;

function alphabetOf(value: string, found: Characters): string {
  if (isOnly(found, has.digit)) return "digits";
  if (value.length >= 8 && hasAny(found, has.digit) && isHex(found)) return "hex digits";
  for (const [name, allowed] of alphabets) if (isOnly(found, allowed)) return name;
  if (isOnly(found, base64 | has.equal) && /^[A-Za-z0-9+/]{12,}={0,2}$/.test(value)) return "base64";
  if (value === "" || hasAny(found, has.otherSpace | has.control | has.high)) return "characters beyond ASCII";
  return hasAny(found, has.space) ? "words with spaces" : "letters, digits and a few signs";
}

/** Digits and a to f, all small or all capitals; one letter at least. */
const isHex = (found: Characters): boolean =>
  (isOnly(found, has.digit | has.smallHex) && hasAny(found, has.smallHex)) ||
  (isOnly(found, has.digit | has.capitalHex) && hasAny(found, has.capitalHex));

const credentialWord =
  /pass|secret|pw\b|pw\d|pwd|hunter2|letmein|qwerty|porkchop|sekrit|secrit|trustno|token|key|auth|cred|login|user|admin|pwd|account|client|signature|session/i;
const testWord =
  /test|example|sample|dummy|fake|mock|demo|foo|bar\b|baz|invalid|wrong|incorrect|bad|valid|expected|unknown|missing|hello|world|random|stub|whatever|something|default|temp|blah|lorem|super/i;

/** `isHidden`: signs stand for its letters; nobody who only names a credential, or tests one, hides that. */
function wordFeatures(value: string, { coverage, surprise, letters }: WordShape, isHidden: boolean): string[] {
  const features: string[] = [];
  if (!isHidden && value.length <= 64 && credentialWord.test(value)) features.push("value: names a credential");
  if (!isHidden && value.length <= 64 && coverage >= 0.4 && testWord.test(value))
    features.push("value: has a word of tests and examples");
  if (letters < 4 || value.length > 200) return features;
  features.push(
    `words: ${coverage === 0 ? "none" : coverage < 0.5 ? "few" : coverage < 0.8 ? "half" : coverage < 1 ? "most" : "all"} of its letters`,
  );
  features.push(
    `words: letters follow each other ${surprise < 3.6 ? "as in words" : surprise < 4.6 ? "nearly as in words" : surprise < 5.2 ? "hardly as in words" : "not as in words"}`,
  );
  if (coverage >= 0.8 && isHumanPassword(value)) features.push("words: a word changed as people do for a password");
  return features;
}

/** Letters that follow each other as in words. */
const speakable = 3.6;

/** A word with digits or signs at the end, or a name, with a capital first and a sign at the end: how people make passwords. */
function isHumanPassword(value: string): boolean {
  if (value.length > 22 || !beginsWithLetter(value)) return false;
  const [, word, tail] = /^([A-Za-z]{4,16})([0-9!@#$%&*?._-]{1,6})$/.exec(value) ?? [];
  if (word === undefined || tail === undefined) return false;
  if (isCommonWord(word.toLowerCase())) return /[0-9!@#$%&*?]/.test(tail);
  return /^[A-Z][a-z]{5,}$/.test(word) && /[!@#$%&*?]/.test(tail) && wordShapeOf(word).surprise < speakable;
}

function beginsWithLetter(value: string): boolean {
  const first = value.charCodeAt(0) | 0x20;
  return first >= 97 && first <= 122;
}

/** Signs of many kinds strewn among letters, more than code or a pattern that is not taken for one has. */
function isFullOfSigns(value: string, found: Characters): boolean {
  if (value.length < 8 || value.length > 64 || hasAny(found, has.space) || !hasAny(found, ~ofNames)) return false;
  return new Set(value.replace(/[A-Za-z0-9_./:-]/g, "")).size >= 4 && hasAny(found, has.alphanumeric);
}

/** What names, paths and addresses are made of. */
const ofNames = has.alphanumeric | has.underscore | has.dot | has.slash | has.colon | has.dash | has.triple;

const keyboardRuns = [
  "1234",
  "4321",
  "abcd",
  "qwer",
  "asdf",
  "zxcv",
  "0000",
  "1111",
  "aaaa",
  "9876",
  "abc123",
  "123abc",
];

/** A row of digits behind as many characters of something else, of which digits are some: what people add to what they made up. */
function isTailOnly(value: string, run: string): boolean {
  const head = value.slice(0, -run.length);
  return /^[0-9]+$/.test(run) && value.endsWith(run) && head.length >= run.length && /[0-9]/.test(head);
}

function patternFeatures(value: string, found: Characters): string[] {
  const features: string[] = [];
  if (value.length <= 32) {
    const lower = value.toLowerCase();
    const run = keyboardRuns.find((one) => lower.includes(one));
    if (run !== undefined)
      features.push(
        isTailOnly(lower, run)
          ? "value: ends in a row of neighbours such as 1234"
          : "value: holds a row of neighbours such as 1234",
      );
  }
  if (hasFewDifferent(value)) features.push("value: only a few different characters");
  const isMixed = hasAny(found, has.small) && hasAny(found, has.capitals);
  if (isMixed && isOnly(found, has.letters) && /^[a-z]+(?:[A-Z][a-z]+)+$|^(?:[A-Z][a-z]+){2,}$/.test(value))
    features.push("value: camelCase");
  // `sk_live_` and the like before a key make no name of it.
  if (hasAny(found, has.underscore | has.dash) && !hasAny(found, has.capitals) && !/[a-z0-9]{16}/.test(value)) {
    if (/^[a-z]{2,}(?:_[a-z0-9]{2,})+_?$/.test(value)) features.push("value: snake_case");
    if (/^[a-z]{2,}(?:-[a-z0-9]{2,})+$/.test(value)) features.push("value: kebab-case");
  }
  if (hasAny(found, has.underscore) && !hasAny(found, has.small) && /^[A-Z]{2,}(?:_[A-Z0-9]{2,})+$/.test(value))
    features.push("value: CONSTANT_CASE");
  if (
    hasAny(found, has.dot | has.colon | has.slash) &&
    isOnly(found, ofNames) &&
    /^[A-Za-z_]\w*(?:[.:/][A-Za-z_][\w-]*)+$/.test(value)
  )
    features.push("value: a dotted name");
  if (hasAny(found, has.space) && /^\s|\s$/.test(value)) features.push("value: begins or ends with a space");
  if (isMixed && hasAny(found, has.digit) && /[^A-Za-z0-9\s]/.test(value))
    features.push("value: all four kinds of characters");
  if (value.endsWith("=") && value.length % 4 === 0) features.push("value: ends as base64 does");
  if (digestLengths.has(value.length) && isOnly(found, has.digit | has.smallHex | has.capitalHex))
    features.push("value: as long as a digest");
  return features;
}

const digestLengths: ReadonlySet<number> = new Set([32, 40, 64, 128]);

/** Whether no more than three characters are met, whatever their case, at the beginning of a value. */
function hasFewDifferent(value: string): boolean {
  const length = Math.min(value.length, 256);
  let [first, second, third] = [-1, -1, -1];
  for (let at = 0; at < length; at++) {
    const code = value.charCodeAt(at);
    if (code >= 0x80) return new Set(value.slice(0, 256).toLowerCase()).size <= 3;
    const folded = code >= 65 && code <= 90 ? code + 32 : code;
    if (folded === first || folded === second || folded === third) continue;
    if (first < 0) first = folded;
    else if (second < 0) second = folded;
    else if (third < 0) third = folded;
    else return false;
  }
  return true;
}

/** Shannon entropy against the most that this number of characters of the alphabet can have. */
function randomnessOf(value: string, found: Characters): string {
  const text = value.length > 512 ? value.slice(0, 512) : value;
  const kinds = text === value ? found : charactersOf(text);
  const isOfCase = isOnly(kinds, has.digit | has.small) || isOnly(kinds, has.digit | has.capitals);
  const size = isOnly(kinds, has.digit)
    ? 10
    : isOnly(kinds, has.digit | has.smallHex | has.capitalHex)
      ? 16
      : isOfCase
        ? 36
        : 64;
  const ratio = shannonEntropy(text) / Math.min(Math.log2(size), Math.log2(text.length));
  if (ratio < 0.65) return "far from random";
  if (ratio < 0.78) return "not very random";
  return ratio < 0.88 ? "rather random" : "random";
}
