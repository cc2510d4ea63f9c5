import type { IncomingMessage } from "node:http";

/** How many bytes of request bodies may be in memory at once, over all requests. */
export type BodyBudget = { left: number };

export type Body =
  | { readonly kind: "read"; readonly bytes: Buffer }
  /** Longer than allowed: nothing is kept, the rest is not read. */
  | { readonly kind: "too-large" }
  /** Too much is being received at the moment. */
  | { readonly kind: "busy" }
  /** The sender went away in the middle. */
  | { readonly kind: "aborted" };

/** Reads a request's body, at most `limit` bytes; a declared length is believed only when it is too long. */
export async function readBody(request: IncomingMessage, limit: number, budget: BodyBudget): Promise<Body> {
  if (Number(request.headers["content-length"] ?? 0) > limit) return { kind: "too-large" };
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    // Left without being destroyed when the loop ends early: the reply still has to go out on this connection.
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      if (length + chunk.length > limit) return { kind: "too-large" };
      if (chunk.length > budget.left) return { kind: "busy" };
      length += chunk.length;
      budget.left -= chunk.length;
      chunks.push(chunk);
    }
  } catch {
    return { kind: "aborted" };
  } finally {
    budget.left += length;
  }
  return { kind: "read", bytes: Buffer.concat(chunks, length) };
}
