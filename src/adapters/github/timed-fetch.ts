/**
 * `fetch` that gives up after `milliseconds`, body included. The body is read here because octokit takes an answer that breaks
 * off in the middle for an empty one; this way it is a failed connection, which is what happened.
 */
export function timedFetch(milliseconds: number): typeof fetch {
  return async (input, init) => {
    const timeout = AbortSignal.timeout(milliseconds);
    const signal = init?.signal ? AbortSignal.any([init.signal, timeout]) : timeout;
    const answer = await fetch(input, { ...init, signal });
    const body = await answer.arrayBuffer();
    const whole = new Response(body.byteLength === 0 ? null : body, answer);
    return Object.defineProperty(whole, "url", { value: answer.url });
  };
}
