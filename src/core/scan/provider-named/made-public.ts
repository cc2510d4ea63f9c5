import type { Reason } from "../finding.ts";

const names =
  /(?:publishable|public|site|tokeni[sz]ation|search[^A-Za-z0-9]?only|algolia[^A-Za-z0-9]{0,3}search)[^A-Za-z0-9]{0,3}(?:api[^A-Za-z0-9]?)?key["'\]]*\s*[^A-Za-z0-9]{0,6}$/i;

/** What speaks against a key that is made to be public by the name before it. (What is so by its format has rules of its own.) */
export function madePublic(before: string): readonly Reason[] {
  return names.test(before) ? [{ what: "is the public half of a pair, or made for web pages", points: -40 }] : [];
}
