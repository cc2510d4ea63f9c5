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
  if (value.length < shortest || new Set(value).size < 6 || /(.)\1{9}|^[a-z]+[A-Z][A-Za-z]*_/.test(value)) return false;
  if (uuid.test(value)) return true;
  if (/^v?[0-9]+\.[0-9]+\.[0-9]|^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/.test(value)) return false;
  const kind = valueKindOf(value, "double");
  if (kind !== null && !allowedKinds.has(kind)) return false;
  if (/^[0-9]+$/.test(value)) return value.length >= 20;
  if (/^[0-9.]+$|^[A-Za-z]?[-+]?[0-9]*\.[0-9]+(?:[eE][-+]?[0-9]+)?$|^[0-9]{4}-[0-9]{2}-[0-9]{2}T/.test(value))
    return false;
  if (/^(?:[0-9a-f]{16,}|[0-9A-F]{16,})$/.test(value)) return true;
  if (value.length >= usual && (isMonotonous(value) || isMixed(value) || groups.test(value))) return true;
  const digits = value.replace(/[^0-9]/g, "").length;
  const { coverage, surprise } = wordShapeOf(value);
  if (digits === 0) return /^[A-Za-z]{20,}$/.test(value) && coverage < 0.3 && surprise > 4;
  if (value.includes("/") && (value.length < 32 || value.includes("."))) return false;
  if (value.length < usual) return digits >= 3 && coverage < 0.4 && /^[A-Za-z0-9]+$/.test(value);
  return digits >= 2 && coverage < 0.5;
}

/** Groups of capitals and digits, each with both, as in serial numbers and licence keys. */
const groups = /^(?:(?=[A-Z]*[0-9])(?=[0-9]*[A-Z])[A-Z0-9]{4,8}-){2,}(?=[A-Z]*[0-9])(?=[0-9]*[A-Z])[A-Z0-9]{4,8}$/;

/** Whether letters and digits take turns more often than in names and versions. */
function isMixed(value: string): boolean {
  return /^[A-Za-z0-9_-]+$/.test(value) && (value.match(/[A-Za-z][0-9]|[0-9][A-Za-z]/g) ?? []).length >= 5;
}
