import * as has from "../characters.ts";
import { type Characters, charactersOf, hasAny, isOnly } from "../characters.ts";
import { matchesOf, type Sought, soughtAs, type Spotted } from "../generic/spotted.ts";
import { bodyOf, tokenOf } from "../prefixed/token-body.ts";
import { isMonotonous } from "../evidence/monotony.ts";
import { valueKindOf } from "../judge/value-kind.ts";
import { wordShapeOf } from "../word-shape.ts";
import { isNameOrCredentialWord } from "./provider-before.ts";

export type OpaqueValue = { readonly start: number; readonly end: number; readonly short: boolean };

/** A run of the characters of long words; a spotter gives where it may begin. */
export const opaqueRun = /(?<![A-Za-z0-9_+/.~%-])[A-Za-z0-9_+/][A-Za-z0-9_+/.~%-]{11,}={0,2}/g;
const shortest = 12;
const longest = 2000;
/** From here on a value is long enough for any name. */
const usual = 14;

/** The places where a run may begin: seen without a word. */
export const opaqueSought: Sought = soughtAs("opaque", []);

/** Values in a text that a machine could have made: not words, not code, no path and no version. */
export function* opaqueValues(text: string, spotted: Spotted | null = null): Generator<OpaqueValue> {
  // The same runs come again and again in one text. Beyond it nothing is kept: they could be secrets.
  const remembered = new Map<string, Part | null>();
  for (const { 0: whole, index } of matchesOf(opaqueRun, text, spotted?.(opaqueSought) ?? null)) {
    if (whole.length > longest * 2 || !couldBe.test(whole)) {
      learnPlain(whole, spotted);
      continue;
    }
    if (isPiece(text.slice(Math.max(0, index - 23), index), text[index + whole.length] ?? "")) continue;
    const part = opaquePartOf(whole, remembered);
    if (part === null) {
      learnPlain(whole, spotted);
      continue;
    }
    yield { start: index + part.from, end: index + part.to, short: part.to - part.from < usual };
  }
}

/** Nothing is in a run, whoever looks: not a token with a prefix either. */
function learnPlain(run: string, spotted: Spotted | null): void {
  if (spotted?.lessons !== undefined && bodyOf(tokenOf(run)) === null) spotted.lessons.isPlain(run);
}

/**
 * A piece of something longer: `12345:A…` is divided at no sign that ends a name, `\\u00e4…` is an escape. After `name@` stand versions and
 * commits; `{` goes on with a shape. In `key=acme:…` the provider's name is divided off.
 */
function isPiece(before: string, next: string): boolean {
  if (next === "{" || /[0-9]:$|[A-Za-z0-9]@$|\{\[$|\\$/.test(before)) return true;
  const joined = /[=("'`]([A-Za-z0-9_]{0,20})[:@]$/.exec(before);
  return joined !== null && !isNameOrCredentialWord(joined[1] ?? "");
}

type Part = { readonly from: number; readonly to: number };

/** What of a run is opaque. */
function opaquePartOf(whole: string, remembered: Map<string, Part | null>): Part | null {
  const known = remembered.get(whole);
  if (known !== undefined) return known;
  const from = namesBefore(whole);
  const value = whole.slice(from).replace(/[.%/+~-]+$/, "");
  const part = value.length > longest || !isOpaque(value) ? null : { from, to: from + value.length };
  remembered.set(whole, part);
  return part;
}

const couldBe = /[0-9].*[0-9]|[A-Za-z]{20}/;

/** Of `acme-secret-3f1b…` and the like, how much is names and credential words. */
function namesBefore(whole: string): number {
  let at = 0;
  for (;;) {
    const word = /^[A-Za-z][A-Za-z0-9]{0,24}[-_.]+/.exec(whole.slice(at, at + 30))?.[0];
    if (word === undefined || !isNameOrCredentialWord(word.replace(/[-_.]+$/, ""))) return at;
    at += word.length;
  }
}

const uuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
const allowedKinds: ReadonlySet<string> = new Set(["a UUID", "characters that repeat or count up"]);

function isOpaque(value: string): boolean {
  if (value.length < shortest || hasFewDifferent(value) || hasLongRow(value)) return false;
  const found = charactersOf(value);
  if (hasAny(found, has.underscore) && /^[a-z]+[A-Z][A-Za-z]*_/.test(value)) return false;
  if (value.length === 36 && uuid.test(value)) return true;
  if (hasAny(found, has.dot) && /^v?[0-9]+\.[0-9]+\.[0-9]/.test(value)) return false;
  if (hasAny(found, has.underscore) && /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/.test(value)) return false;
  const kind = valueKindOf(value, "double");
  if (kind !== null && !allowedKinds.has(kind)) return false;
  if (isOnly(found, has.digit)) return value.length >= 20;
  if (
    hasAny(found, has.dot | has.dash) &&
    /^[0-9.]+$|^[A-Za-z]?[-+]?[0-9]*\.[0-9]+(?:[eE][-+]?[0-9]+)?$|^[0-9]{4}-[0-9]{2}-[0-9]{2}T/.test(value)
  )
    return false;
  if (value.length >= 16 && (isOnly(found, has.digit | has.smallHex) || isOnly(found, has.digit | has.capitalHex)))
    return true;
  if (value.length >= usual && (isMonotonous(value) || isMixed(value, found) || mayBeGroups(value, found))) return true;
  const digits = hasAny(found, has.digit) ? countDigits(value) : 0;
  const { coverage, surprise } = wordShapeOf(value);
  if (digits === 0) return value.length >= 20 && isOnly(found, has.letters) && coverage < 0.3 && surprise > 4;
  if (hasAny(found, has.slash) && (value.length < 32 || hasAny(found, has.dot))) return false;
  if (value.length < usual) return digits >= 3 && coverage < 0.4 && isOnly(found, has.alphanumeric);
  return digits >= 2 && coverage < 0.5;
}

/** Groups of capitals and digits, each with both, as in serial numbers and licence keys. */
const groups = /^(?:(?=[A-Z]*[0-9])(?=[0-9]*[A-Z])[A-Z0-9]{4,8}-){2,}(?=[A-Z]*[0-9])(?=[0-9]*[A-Z])[A-Z0-9]{4,8}$/;

const mayBeGroups = (value: string, found: Characters): boolean =>
  hasAny(found, has.dash) && isOnly(found, has.capitals | has.digit | has.dash) && groups.test(value);

/** Whether letters and digits take turns more often than in names and versions. */
function isMixed(value: string, found: Characters): boolean {
  if (!hasAny(found, has.digit) || !isOnly(found, has.alphanumeric | has.underscore | has.dash)) return false;
  let turns = 0;
  for (let at = 1; at < value.length; at++) {
    const [last, next] = [value.charCodeAt(at - 1), value.charCodeAt(at)];
    if (!(isDigit(last) ? isLetter(next) : isLetter(last) && isDigit(next))) continue;
    turns++;
    // What was the end of one turn is not the beginning of another.
    at++;
  }
  return turns >= 5;
}

const isDigit = (code: number): boolean => code >= 48 && code <= 57;
const isLetter = (code: number): boolean => (code >= 65 && code <= 90) || (code >= 97 && code <= 122);

function countDigits(value: string): number {
  let count = 0;
  for (let at = 0; at < value.length; at++) if (isDigit(value.charCodeAt(at))) count++;
  return count;
}

const fewestDifferent = 6;

function hasFewDifferent(value: string): boolean {
  const met: number[] = [];
  for (let at = 0; at < value.length; at++) {
    const code = value.charCodeAt(at);
    if (!met.includes(code) && met.push(code) === fewestDifferent) return false;
  }
  return true;
}

const longestRow = 10;

function hasLongRow(value: string): boolean {
  let same = 1;
  for (let at = 1; at < value.length; at++) {
    same = value.charCodeAt(at) === value.charCodeAt(at - 1) ? same + 1 : 1;
    if (same === longestRow) return true;
  }
  return false;
}
