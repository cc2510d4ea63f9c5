import type { ProviderRequest } from "../../core/provider/fill-request.ts";
import type { ProviderReply } from "../../core/provider/judge-answer.ts";

/** What became of a request. `host` was asked, or would have been. */
export type Exchange =
  | { readonly kind: "reply"; readonly host: string; readonly reply: ProviderReply }
  | { readonly kind: "none"; readonly host: string; readonly reason: string };

/** Sends a request to somebody on the Internet, or on the owner's network. Throws only if `signal` aborts. */
export type OutwardClient = (request: ProviderRequest, signal: AbortSignal) => Promise<Exchange>;
