import { shannonEntropy } from "../shannon.ts";
import { decodeBase64 } from "../decode/base64-alphabet.ts";
import { basicRule } from "../generic/find-authorization.ts";
import type { NamedValue } from "../generic/named-value.ts";
import { isCommonWord, wordShapeOf } from "../word-shape.ts";
import { hidesWord, plainTextOf } from "./plain-text.ts";
import { jwt, type ValueKind } from "./value-kind.ts";

/** What can be said about a value by looking at it alone: phrases, each of which has a weight. Of opaque keys no words are asked: chance makes some. */
export function valueFeatures(written: string, named: NamedValue, kind: ValueKind | null): string[] {
  const value = judgedValue(written, named);
  const features = kind === null ? [] : [`value: is ${kind}`];
  features.push(`value: ${lengthOf(value)} characters`, `value: made of ${alphabetOf(value)}`);
  const plain = plainTextOf(value);
  if (plain !== value)
    features.push(
      `value: ${value.length > plain.length + 2 ? "base64 of plain text" : "a word with signs for letters"}`,
    );
  const looks = kind ?? looksLike(plain);
  features.push(`looks like ${looks}`, ...patternFeatures(plain));
  if (!/^a (?:hex )?key$/.test(looks)) features.push(...wordFeatures(plain, hidesWord(value)));
  if (value.length >= 16) features.push(`value: ${randomnessOf(value)}`);
  return features;
}

/** What is looked at of a value as written: of base64 of `user:password` the password or, if that is empty, the user, which may be a token. */
export function judgedValue(written: string, { ruleId }: Pick<NamedValue, "ruleId">): string {
  const text = ruleId === basicRule ? decodeBase64(written) : null;
  const parts = text === null ? null : /^([^:]*):([\x20-\x7e]*)$/.exec(text);
  return parts === null ? written : parts[2] || (parts[1] ?? "");
}

/** The coarse form of a value that is nothing special: what it looks like at a glance. */
function looksLike(value: string): string {
  if (jwt.test(value)) return "a JSON Web Token";
  const { coverage, surprise, letters } = wordShapeOf(value.slice(0, 200));
  const digits = /[0-9]/.test(value);
  if (/^[0-9 -]+$/.test(value)) return value.length <= 8 ? "a short number" : "a long number";
  if (isHumanPassword(value)) return "a word changed for a password";
  if (isFullOfSigns(value)) return "a password full of signs";
  const wordy = letters >= 3 && coverage >= 0.7;
  if (wordy)
    return /[\s]/.test(value)
      ? "words"
      : /[_.:/-]|[a-z][A-Z]/.test(value)
        ? "a name of several words"
        : digits
          ? "a word and digits"
          : "a word";
  if (value.length >= 16 && /^[0-9a-fA-F]+$/.test(value)) return "a hex key";
  if (/\s/.test(value)) return "odd text with spaces";
  if (value.length >= 16 && digits && /[A-Za-z]/.test(value))
    return /^[A-Za-z0-9+/=_-]+$/.test(value)
      ? /[-_].*[-_]/.test(value)
        ? "a key in pieces"
        : "a key"
      : "a long odd text";
  if (value.length >= 16)
    return /^[A-Za-z]+$/.test(value) ? (surprise < 4.2 ? "a long made-up word" : "long letters") : "a long odd text";
  if (value.length <= 3) return "a few characters";
  if (/^[A-Za-z]+$/.test(value))
    return surprise < 4.2 ? "a made-up word" : isMixed(value) ? "long letters" : "odd letters";
  return digits
    ? /[^A-Za-z0-9]/.test(value)
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

const alphabets: readonly (readonly [string, RegExp])[] = [
  ["digits", /^[0-9]+$/],
  ["hex digits", /^(?=.*[0-9])(?=.*[a-f])[0-9a-f]{8,}$|^(?=.*[0-9])(?=.*[A-F])[0-9A-F]{8,}$/],
  ["small letters", /^[a-z]+$/],
  ["capitals", /^[A-Z]+$/],
  ["letters", /^[A-Za-z]+$/],
  ["small letters and digits", /^[a-z0-9]+$/],
  ["capitals and digits", /^[A-Z0-9]+$/],
  ["letters and digits", /^[A-Za-z0-9]+$/],
  ["small letters and dashes", /^[a-z_.-]+$/],
  ["capitals and dashes", /^[A-Z_.-]+$/],
  ["letters and dashes", /^[A-Za-z_.-]+$/],
  ["small letters, digits and dashes", /^[a-z0-9_.-]+$/],
  ["letters, digits and dashes", /^[A-Za-z0-9_.-]+$/],
  ["base64", /^[A-Za-z0-9+/]{12,}={0,2}$/],
  ["letters, digits and a few signs", /^[\x21-\x7e]+$/],
  ["words with spaces", /^[\x20-\x7e\t]+$/],
];

function alphabetOf(value: string): string {
  return alphabets.find(([, pattern]) => pattern.test(value))?.[0] ?? "characters beyond ASCII";
}

const credentialWord =
  /pass|secret|pw\b|pw\d|pwd|hunter2|letmein|qwerty|porkchop|sekrit|secrit|trustno|token|key|auth|cred|login|user|admin|pwd|account|client|signature|session/i;
const testWord =
  /test|example|sample|dummy|fake|mock|demo|foo|bar\b|baz|invalid|wrong|incorrect|bad|valid|expected|unknown|missing|hello|world|random|stub|whatever|something|default|temp|blah|lorem|super/i;

/** `isHidden`: signs stand for its letters; nobody who only names a credential, or tests one, hides that. */
function wordFeatures(value: string, isHidden: boolean): string[] {
  const { coverage, surprise, letters } = wordShapeOf(value);
  const features: string[] = [];
  if (!isHidden && credentialWord.test(value) && value.length <= 64) features.push("value: names a credential");
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
  const [, word, tail] = /^([A-Za-z]{4,16})([0-9!@#$%&*?._-]{1,6})$/.exec(value) ?? [];
  if (word === undefined || tail === undefined) return false;
  if (isCommonWord(word.toLowerCase())) return /[0-9!@#$%&*?]/.test(tail);
  return /^[A-Z][a-z]{5,}$/.test(word) && /[!@#$%&*?]/.test(tail) && wordShapeOf(word).surprise < speakable;
}

/** Signs of many kinds strewn among letters, more than code or a pattern that is not taken for one has. */
function isFullOfSigns(value: string): boolean {
  if (value.length < 8 || value.length > 64 || /\s/.test(value)) return false;
  return new Set(value.replace(/[A-Za-z0-9_./:-]/g, "")).size >= 4 && /[A-Za-z0-9]/.test(value);
}

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

function patternFeatures(value: string): string[] {
  const features: string[] = [];
  const lower = value.slice(0, 256).toLowerCase();
  const run = keyboardRuns.find((one) => lower.includes(one));
  if (run !== undefined && value.length <= 32)
    features.push(
      isTailOnly(lower, run)
        ? "value: ends in a row of neighbours such as 1234"
        : "value: holds a row of neighbours such as 1234",
    );
  if (new Set(lower).size <= 3) features.push("value: only a few different characters");
  if (/^[a-z]+(?:[A-Z][a-z]+)+$|^(?:[A-Z][a-z]+){2,}$/.test(value)) features.push("value: camelCase");
  // `sk_live_` and the like before a key make no name of it.
  if (!/[a-z0-9]{16}/.test(value)) {
    if (/^[a-z]{2,}(?:_[a-z0-9]{2,})+_?$/.test(value)) features.push("value: snake_case");
    if (/^[a-z]{2,}(?:-[a-z0-9]{2,})+$/.test(value)) features.push("value: kebab-case");
  }
  if (/^[A-Z]{2,}(?:_[A-Z0-9]{2,})+$/.test(value)) features.push("value: CONSTANT_CASE");
  if (/^[A-Za-z_]\w*(?:[.:/][A-Za-z_][\w-]*)+$/.test(value)) features.push("value: a dotted name");
  if (/^\s|\s$/.test(value)) features.push("value: begins or ends with a space");
  if (/[A-Z]/.test(value) && /[a-z]/.test(value) && /[0-9]/.test(value) && /[^A-Za-z0-9\s]/.test(value))
    features.push("value: all four kinds of characters");
  if (/={1,2}$/.test(value) && value.length % 4 === 0) features.push("value: ends as base64 does");
  if (/^[0-9a-f]{32}$|^[0-9a-f]{40}$|^[0-9a-f]{64}$|^[0-9a-f]{128}$/i.test(value))
    features.push("value: as long as a digest");
  return features;
}

/** Shannon entropy against the most that this number of characters of the alphabet can have. */
function randomnessOf(value: string): string {
  const text = value.slice(0, 512);
  const size = /^[0-9]+$/.test(text)
    ? 10
    : /^[0-9a-fA-F]+$/.test(text)
      ? 16
      : /^[0-9a-z]+$|^[0-9A-Z]+$/.test(text)
        ? 36
        : 64;
  const ratio = shannonEntropy(text) / Math.min(Math.log2(size), Math.log2(text.length));
  if (ratio < 0.65) return "far from random";
  if (ratio < 0.78) return "not very random";
  return ratio < 0.88 ? "rather random" : "random";
}
