import type { NamedValue } from "./named-value.ts";
import { type Sought, soughtAs, type Spotted } from "./spotted.ts";

export const jwkRule = "generic-jwk-private-key";

const member = /["']?kty["']?\s*:\s*\\?["'](RSA|EC|oct|OKP)\b/g;
const reach = 6000;
const privatePart = /(?<![\w"'])\\?["']?d\\?["']?\s*:\s*\\?["']([A-Za-z0-9_-]{20,})/;
const symmetric = /(?<![\w"'])\\?["']?k\\?["']?\s*:\s*\\?["']([A-Za-z0-9_-]{16,})/;

/** Stands in every key. */
export const jwkSought: Sought = soughtAs(
  "jwk",
  ["kty"],
  String.raw`kty[^A-Za-z0-9:]*:[^A-Za-z0-9]*(?:RSA|EC|oct|OKP)`,
);

/** Finds the private member of a JSON Web Key (RFC 7518, section 6): `d`, or `k` of a symmetric one. Members may stand in any order. */
export function* findJwks(text: string, spotted: Spotted | null = null): Generator<NamedValue> {
  if (spotted?.(jwkSought).length === 0) return;
  member.lastIndex = 0;
  for (let hit = member.exec(text); hit !== null; hit = member.exec(text)) {
    const open = objectStart(text, hit.index);
    const close = objectEnd(text, hit.index);
    const inside = text.slice(open, close);
    member.lastIndex = close;
    const found = (hit[1] === "oct" ? symmetric : privatePart).exec(inside);
    if (found === null) continue;
    const start = open + found.index + found[0].length - (found[1] ?? "").length;
    yield {
      ruleId: jwkRule,
      name: hit[1] ?? "",
      nameStart: hit.index,
      start,
      end: start + (found[1] ?? "").length,
      operator: ":",
      quoting: "double",
      wrapper: "",
    };
  }
}

function objectStart(text: string, at: number): number {
  const floor = Math.max(0, at - reach);
  while (at > floor && text[at - 1] !== "{") at--;
  return at;
}

function objectEnd(text: string, at: number): number {
  const stop = Math.min(text.length, at + reach);
  while (at < stop && text[at] !== "}") at++;
  return at;
}
