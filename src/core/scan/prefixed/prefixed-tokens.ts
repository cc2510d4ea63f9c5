import { matchesOf, type Spotted } from "../generic/spotted.ts";
import { opaqueRun, opaqueSought } from "../provider-named/opaque-values.ts";
import { bodyOf, longestToken, tokenOf } from "./token-body.ts";

/** `acme_live_Xk29…`: the whole, and where what a machine made begins and ends. */
export type PrefixedToken = {
  readonly start: number;
  readonly end: number;
  readonly body: string;
};

/** Tokens that say by their beginning whose they are, wherever they stand by themselves: a short prefix, a sign, and what a machine made. */
export function* prefixedTokens(text: string, spotted: Spotted | null = null): Generator<PrefixedToken> {
  for (const { 0: whole, index } of matchesOf(opaqueRun, text, spotted?.(opaqueSought) ?? null)) {
    if (whole.length > longestToken + 3) continue;
    const value = tokenOf(whole);
    const body = bodyOf(value);
    if (body === null) continue;
    const end = index + value.length;
    if (!standsAlone(text.charAt(index - 1), text.slice(end, end + 2))) continue;
    yield { start: index, end, body };
  }
}

/** Whether nothing is joined to a value: it is in quotes, between blanks, or in a list. */
const standsAlone = (before: string, after: string): boolean =>
  /^[\s"'`=:(,[{>|]?$/.test(before) && /^(?:$|[\s"'`,;)\]}<|\\]|\.(?:$|\s))/.test(after);
