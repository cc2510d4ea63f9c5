/**
 * How an error thrown by a port says what trying again can do. `later`: nothing before that many seconds have passed. `gone`:
 * nothing at all, as what the work is about is not there for us (any more). An error without `failure` deserves an ordinary retry.
 */
export type PortFailure =
  | { readonly failure: "later"; readonly retryAfterSeconds: number }
  | { readonly failure: "gone"; readonly what: "installation" | "repository" | "commit" };
