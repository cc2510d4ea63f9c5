import { toByteText } from "../byte-text.ts";
import { type BytePattern, translateRe2 } from "../re2/translate.ts";
import type { Filter, FilterTarget } from "./filter.ts";
import { filterTokens, type FilterToken } from "./filter-tokens.ts";

export type ParsedFilter =
  | { readonly kind: "parsed"; readonly filter: Filter }
  /** The expression uses something that is not supported here; `reason` says what. */
  | { readonly kind: "refused"; readonly reason: string };

/**
 * Reads a filter expression of betterleaks (https://github.com/betterleaks/betterleaks/blob/main/docs/config.md) as far as it is made of
 * `entropy(…) < n`, `matchesAny(…)` and `containsAny(…)` on the secret, match, line or path, joined by `||`, `&&`, `!` and parentheses.
 */
export function parseFilter(source: string): ParsedFilter {
  const cursor: Cursor = { tokens: filterTokens(source), at: 0 };
  try {
    const filter = takeAny(cursor);
    const rest = cursor.tokens[cursor.at];
    if (rest !== undefined) throw new Unsupported(`"${shown(rest)}" was not expected`);
    return { kind: "parsed", filter };
  } catch (error) {
    if (error instanceof Unsupported) return { kind: "refused", reason: error.message };
    throw error;
  }
}

type Cursor = { readonly tokens: readonly FilterToken[]; at: number };

class Unsupported extends Error {}

function takeAny(cursor: Cursor): Filter {
  const of = [takeAll(cursor)];
  while (takeSign(cursor, "||")) of.push(takeAll(cursor));
  return of.length === 1 && of[0] !== undefined ? of[0] : { kind: "any", of };
}

function takeAll(cursor: Cursor): Filter {
  const of = [takeTest(cursor)];
  while (takeSign(cursor, "&&")) of.push(takeTest(cursor));
  return of.length === 1 && of[0] !== undefined ? of[0] : { kind: "all", of };
}

function takeTest(cursor: Cursor): Filter {
  if (takeSign(cursor, "!")) return { kind: "not", of: takeTest(cursor) };
  if (takeSign(cursor, "(")) {
    const inner = takeAny(cursor);
    expectSign(cursor, ")");
    return inner;
  }
  const name = takeName(cursor).replace(/^filter\./, "");
  expectSign(cursor, "(");
  if (name === "entropy") return takeEntropy(cursor);
  if (name !== "matchesAny" && name !== "containsAny") throw new Unsupported(`${name}(…) is not supported`);
  const target = takeTarget(cursor);
  expectSign(cursor, ",");
  const texts = takeStrings(cursor);
  expectSign(cursor, ")");
  if (name === "containsAny")
    return { kind: "contains", target, words: texts.map((text) => toByteText(text.toLowerCase())) };
  return { kind: "matches", target, patterns: texts.map(patternOf) };
}

function takeEntropy(cursor: Cursor): Filter {
  const target = takeTarget(cursor);
  expectSign(cursor, ")");
  const orEqual = takeSign(cursor, "<=");
  if (!orEqual) expectSign(cursor, "<");
  const limit = cursor.tokens[cursor.at++];
  if (limit?.kind !== "number") throw new Unsupported("entropy is compared with something that is not a number");
  return { kind: "entropy", target, below: limit.value, orEqual };
}

/** `finding["secret"]`, `attributes["path"] ?? ""`, `get(attributes, "path", "")`, in parentheses or not. */
function takeTarget(cursor: Cursor): FilterTarget {
  if (takeSign(cursor, "(")) {
    const inner = takeTarget(cursor);
    expectSign(cursor, ")");
    return inner;
  }
  const name = takeName(cursor);
  const called = name === "get";
  if (called) expectSign(cursor, "(");
  const table = called ? takeName(cursor) : name;
  expectSign(cursor, called ? "," : "[");
  const target = `${table}.${takeString(cursor)}`;
  if (called && takeSign(cursor, ",")) takeString(cursor);
  expectSign(cursor, called ? ")" : "]");
  if (takeSign(cursor, "??")) takeString(cursor);
  const known = targets[target];
  if (known === undefined) throw new Unsupported(`${target} is not known here`);
  return known;
}

const targets: Readonly<Record<string, FilterTarget>> = {
  "finding.secret": "secret",
  "finding.match": "match",
  "finding.line": "line",
  "attributes.path": "path",
};

function takeStrings(cursor: Cursor): readonly string[] {
  expectSign(cursor, "[");
  const texts: string[] = [];
  while (!takeSign(cursor, "]")) {
    texts.push(takeString(cursor));
    if (!takeSign(cursor, ",")) {
      expectSign(cursor, "]");
      break;
    }
  }
  return texts;
}

function patternOf(re2: string): BytePattern {
  const translation = translateRe2(re2, { mayBeEmpty: true });
  if (translation.kind === "refused") throw new Unsupported(`the regex "${re2}" is refused: ${translation.reason}`);
  return translation.pattern;
}

function takeName(cursor: Cursor): string {
  const token = cursor.tokens[cursor.at++];
  if (token?.kind !== "name") throw new Unsupported(`"${shown(token)}" stands where a function was expected`);
  return token.text;
}

function takeString(cursor: Cursor): string {
  const token = cursor.tokens[cursor.at++];
  if (token?.kind !== "string") throw new Unsupported(`"${shown(token)}" stands where a text was expected`);
  return token.text;
}

function takeSign(cursor: Cursor, sign: string): boolean {
  const token = cursor.tokens[cursor.at];
  if (token?.kind !== "sign" || token.text !== sign) return false;
  cursor.at += 1;
  return true;
}

function expectSign(cursor: Cursor, sign: string): void {
  if (!takeSign(cursor, sign))
    throw new Unsupported(`"${shown(cursor.tokens[cursor.at])}" stands where "${sign}" was expected`);
}

function shown(token: FilterToken | undefined): string {
  if (token === undefined) return "the end";
  return token.kind === "number" ? String(token.value) : token.text;
}
