import type { Credential, ProbeAnswer } from "../../flows/ports/credential-probe.ts";

/** Asks in a way of its own whether a credential works. `hosts`: those of the provider's file. Throws only if `signal` aborts. */
export type AskSpecially = (
  credential: Credential,
  hosts: readonly string[],
  signal: AbortSignal,
) => Promise<ProbeAnswer>;

export function unknown(reason: string, host: string | null = null, status: number | null = null): ProbeAnswer {
  return { state: "unknown", evidence: { host, status, reason } };
}

/**
 * One answer of several that were given about one credential: live if anybody knows it, dead only if everybody says so.
 * `ask` is called for one after another, until one is live.
 */
export async function askEach<One>(
  ones: readonly One[],
  ask: (one: One) => Promise<ProbeAnswer>,
): Promise<ProbeAnswer> {
  let open: ProbeAnswer | null = null;
  let dead: ProbeAnswer | null = null;
  for (const one of ones) {
    const answer = await ask(one);
    if (answer.state === "live") return answer;
    if (answer.state === "revoked") dead ??= answer;
    else open ??= answer;
  }
  return open ?? dead ?? unknown("nobody is known who could be asked");
}
