import type { NamedValue } from "./named-value.ts";
import { type Sought, soughtAs, type Spotted } from "./spotted.ts";

export const jwtRule = "generic-jwt";

/** `eyJ` is the base64url of `{"`: how the header of every JSON Web Token begins (RFC 7519). */
const header = /eyJ[A-Za-z0-9_-]{8,2000}\.(?=[A-Za-z0-9_-])/y;
/** `{"typ":"JWT","alg":"ed25519…` in both spellings: the signed claims of NATS, which are worth nothing without the seed. */
const publicHeaders = ["eyJ0eXAiOiJKV1QiLCJhbGciOiJlZDI1NTE5", "eyJ0eXAiOiJqd3QiLCJhbGciOiJlZDI1NTE5"];
const part = /[A-Za-z0-9_-]{2,8000}/y;

/** How every token begins. */
export const jwtSought: Sought = soughtAs(
  "jwt",
  ["eyj"],
  String.raw`eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{2,}\.[A-Za-z0-9_-]{2}`,
);

/** Finds JSON Web Tokens: three parts, or the five of an encrypted one. */
export function* findJwts(text: string, spotted: Spotted | null = null): Generator<NamedValue> {
  if (spotted?.(jwtSought).length === 0) return;
  for (let at = text.indexOf("eyJ"); at >= 0; at = text.indexOf("eyJ", at + 3)) {
    if (/[A-Za-z0-9_-]/.test(text[at - 1] ?? "") || publicHeaders.some((one) => text.startsWith(one, at))) continue;
    header.lastIndex = at;
    if (!header.test(text)) continue;
    const end = partsEnd(text, header.lastIndex);
    if (end < 0) continue;
    yield { ruleId: jwtRule, name: "", nameStart: at, start: at, end, operator: "=", quoting: "none", wrapper: "" };
    at = end;
  }
}

/** The end of payload and signature; a missing signature (`a.b.`) is no credential, it gives -1. */
function partsEnd(text: string, at: number): number {
  part.lastIndex = at;
  if (!part.test(text)) return -1;
  let end = part.lastIndex;
  let parts = 2;
  while (text[end] === "." && parts < 5) {
    part.lastIndex = end + 1;
    if (!part.test(text)) break;
    end = part.lastIndex;
    parts++;
  }
  return parts >= 3 ? end : -1;
}
