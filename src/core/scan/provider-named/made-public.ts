import type { Reason } from "../finding.ts";

/** Keys whose providers say that they may stand in a web page: they name the account, and open nothing. */
const formats =
  // https://docs.stripe.com/keys, https://clerk.com/docs, https://developer.flutterwave.com/docs, https://posthog.com/docs/api
  /^(?:pk_(?:live|test)_|FLWPUBK(?:_TEST)?-|phc_)/;

const names =
  /(?:publishable|public|site|tokeni[sz]ation|search[^A-Za-z0-9]?only|algolia[^A-Za-z0-9]{0,3}search)[^A-Za-z0-9]{0,3}(?:api[^A-Za-z0-9]?)?key["'\]]*\s*[^A-Za-z0-9]{0,6}$/i;

/** What speaks against a key that is made to be public, by its format or by the name before it. */
export function madePublic(before: string, value: string): readonly Reason[] {
  return formats.test(value) || names.test(before)
    ? [{ what: "is the public half of a pair, or made for web pages", points: -40 }]
    : [];
}
