import type { NamedValue } from "./named-value.ts";
import { type Sought, soughtAs, type Spotted } from "./spotted.ts";

export const urlRule = "generic-url-credentials";

const longestUserInfo = 400;
const urlSeparator = "://";
/** Before a host somebody is named. */
export const urlSought: Sought = soughtAs("url", [urlSeparator], String.raw`://[^\x00-\x20"'<>\x60\\/]*@`);

/**
 * Finds the password of `scheme://user:password@host` (RFC 3986, section 3.2.1), also with an empty user, and the lone token of
 * `https://token@host`. The name of the candidate is the scheme.
 */
export function* findUrlCredentials(text: string, spotted: Spotted | null = null): Generator<NamedValue> {
  for (const at of spotted?.(urlSought) ?? separatorsIn(text)) {
    const user = at + urlSeparator.length;
    const host = hostStart(text, user);
    if (host < 0) continue;
    const colon = text.indexOf(":", user);
    const lone = colon < 0 || colon >= host;
    const start = lone ? user : colon + 1;
    const end = host - 1;
    if (start >= end || (lone && end - start < 16)) continue;
    yield {
      ruleId: urlRule,
      name: schemeBefore(text, at),
      nameStart: at,
      start,
      end,
      operator: ":",
      quoting: "none",
      wrapper: lone ? "lone" : text.slice(Math.max(user, colon - 40), colon),
    };
  }
}

function* separatorsIn(text: string): Generator<number> {
  for (let at = text.indexOf(urlSeparator); at >= 0; at = text.indexOf(urlSeparator, at + 3)) yield at;
}

/** The offset after the `@` that ends the user information, or -1. A later `@` before the path counts: passwords hold them. */
function hostStart(text: string, at: number): number {
  const stop = Math.min(text.length, at + longestUserInfo);
  let host = -1;
  for (let end = at; end < stop; end++) {
    const char = text.charCodeAt(end);
    if (char === 64) host = end + 1;
    // Space and controls, " ' < > ` \ and the end of the authority: / ? #
    else if (char <= 32 || char === 34 || char === 39 || char === 60 || char === 62 || char === 96 || char === 92)
      break;
    else if (char === 47) break;
    else if ((char === 63 || char === 35) && host >= 0) break;
  }
  return host > 0 && /[A-Za-z0-9[{$%<_]/.test(text[host] ?? "") ? host : -1;
}

function schemeBefore(text: string, at: number): string {
  return /[A-Za-z][A-Za-z0-9+.-]*$/.exec(text.slice(Math.max(0, at - 24), at))?.[0] ?? "";
}
