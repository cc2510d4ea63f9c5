import { decodeBase64 } from "../decode/base64-alphabet.ts";
import type { NamedValue } from "./named-value.ts";
import { matchesOf, type Sought, soughtAs, type Spotted } from "./spotted.ts";

export const basicRule = "generic-basic-authorization";
export const bearerRule = "generic-bearer-token";

/** The schemes of RFC 7617 and RFC 6750 and the `Token` that many interfaces use, followed by what may be credentials. */
const scheme =
  /\b(basic|bearer|token|apikey|digest|splunk|sso-key|oauth|genie-?key|hawk)(?:[ \t]+|%20|\+)(?=[A-Za-z0-9+/._~=-]{6})/gi;
const divider = String.raw`(?:[ \t]+|%20|\+)`;
/** What `scheme` begins with, and as much after it as is plausible. */
export const schemesSought: Sought = soughtAs(
  "authorization",
  "basic bearer token apikey digest splunk sso-key oauth geniekey genie-key hawk".split(" "),
  String.raw`(?i)(?:(?:basic|bearer)${divider}[A-Za-z0-9+/._~=|:-]{6}|(?:token|apikey|digest|splunk|sso-key|oauth|genie-?key|hawk)${divider}[A-Za-z0-9+/._~=|:-]{16})`,
);
const credentials = /[A-Za-z0-9+/._~=|:-]{6,4096}/y;

/** Finds what follows an authorization scheme: `Authorization: Basic …`, `"Bearer …"`. The name of the candidate is the scheme. */
export function* findAuthorization(text: string, spotted: Spotted | null = null): Generator<NamedValue> {
  const places = spotted?.(schemesSought) ?? null;
  for (const hit of matchesOf(scheme, text, places)) {
    const name = (hit[1] ?? "").toLowerCase();
    const start = hit.index + hit[0].length;
    credentials.lastIndex = start;
    if (!credentials.test(text)) continue;
    const end = credentials.lastIndex;
    // A shape, a template or a mask goes on: `Bearer ghp_{alnum:36}`, `Bearer ghp_abcd****`.
    if (/[{$<*]/.test(text[end] ?? "")) continue;
    if (!plausible(name, text.slice(start, end), hasHeader(text, hit.index))) continue;
    yield {
      ruleId: name === "basic" ? basicRule : bearerRule,
      name,
      nameStart: hit.index,
      start,
      end,
      operator: "word",
      quoting: "none",
      wrapper: hasHeader(text, hit.index) ? "authorization" : "",
    };
  }
}

function hasHeader(text: string, at: number): boolean {
  return /(?:auth|http_auth)[\w'"\]\s:=>,()-]*$/i.test(text.slice(Math.max(0, at - 40), at));
}

/** Prose says "basic" and "token" too: the value must look encoded, or a header must stand before it. */
function plausible(name: string, value: string, header: boolean): boolean {
  if (name === "basic") return isUserAndPassword(value) || (header && /^[A-Za-z0-9+/]{8,}={0,2}$/.test(value));
  if (name === "bearer") return value.length >= 16 || header;
  return header && value.length >= 16;
}

/** RFC 7617: base64 of `user:password`. */
function isUserAndPassword(value: string): boolean {
  const text = decodeBase64(value);
  return text !== null && /^[^\x00-\x1f\x7f]*:[^\x00-\x1f\x7f]*$/.test(text);
}
