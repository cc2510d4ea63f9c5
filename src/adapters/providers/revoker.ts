import { judgeReply } from "../../core/provider/judge-answer.ts";
import { handlingOf, type Provider, providersByRule } from "../../core/provider/provider.ts";
import type { Revocation } from "../../core/provider/provider-tables.ts";
import type { Credential, ProbeTerms } from "../../flows/ports/credential-probe.ts";
import type { RevocationAnswer, Revoker } from "../../flows/ports/revoker.ts";
import { fillFor } from "./credential-probe.ts";
import type { RequestAllowance } from "../../flows/ports/request-allowance.ts";
import { requestFor } from "./own-hosts.ts";
import type { OutwardClient } from "../../flows/ports/outward-client.ts";

type Options = {
  readonly providers: readonly Provider[];
  readonly client: OutwardClient;
  readonly allow: RequestAllowance;
};

/** Revokes credentials with themselves, as the providers' files say. */
export function createRevoker({ providers, client, allow }: Options): Revoker {
  const providerOf = providersByRule(providers);
  return async (credential, terms, signal) => {
    signal.throwIfAborted();
    const provider = providerOf(credential.ruleId);
    const revocation = provider === null ? null : handlingOf(provider, credential.ruleId).revocation;
    if (provider === null || revocation === null)
      return answer("impossible", "a credential of this kind cannot be revoked with itself");
    if (!(await allow(terms.installationId, provider.slug))) {
      return answer("failed", `${provider.name} was asked as often as is allowed for now; it is asked again later`);
    }
    return revoke(revocation, provider.name, credential, terms, client, signal);
  };
}

/** Everybody who could know it is asked: it counts as revoked when all say that it is dead. */
async function revoke(
  revocation: Revocation,
  name: string,
  credential: Credential,
  terms: ProbeTerms,
  client: OutwardClient,
  signal: AbortSignal,
): Promise<RevocationAnswer> {
  const own = requestFor(revocation, name, terms.hosts);
  if (own.kind === "refused") return answer("impossible", own.reason);
  if (!own.isCertain)
    return answer("impossible", `others run ${name} too: name the hosts of yours in the configuration`);
  const filled = fillFor(credential, own.request, revocation.parts);
  if (filled.kind === "refused") return answer("impossible", filled.reason);
  if (!filled.isCertain) return answer("impossible", "there are several near it that it could belong to");
  let done: RevocationAnswer | null = null;
  for (const request of filled.requests) {
    const exchange = await client(request, signal);
    if (exchange.kind === "none") return answer("failed", exchange.reason, exchange.host);
    const { state, reason } = judgeReply({ revoked: revocation.revoked }, exchange.reply);
    const told = answer(state === "revoked" ? "revoked" : "failed", reason, exchange.host, exchange.reply.status);
    if (told.outcome === "failed") return told;
    done ??= told;
  }
  return done ?? answer("failed", "nobody is known who could be asked");
}

function answer(
  outcome: RevocationAnswer["outcome"],
  reason: string,
  host: string | null = null,
  status: number | null = null,
): RevocationAnswer {
  return { outcome, evidence: { host, status, reason } };
}
