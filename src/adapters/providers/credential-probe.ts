import { fillRequests, type ProviderRequest } from "../../core/provider/fill-request.ts";
import { findParts } from "../../core/provider/find-parts.ts";
import { judgeReply } from "../../core/provider/judge-answer.ts";
import { handlingOf, type Provider, providersByRule } from "../../core/provider/provider.ts";
import type { HttpProbe, RequestTemplate, specialProbes } from "../../core/provider/provider-tables.ts";
import type { Credential, CredentialProbe, ProbeAnswer, ProbeTerms } from "../../flows/ports/credential-probe.ts";
import type { RequestAllowance } from "../../flows/ports/request-allowance.ts";
import { requestFor } from "./own-hosts.ts";
import type { OutwardClient } from "../../flows/ports/outward-client.ts";
import { askEach, type AskSpecially, unknown } from "./special-probe.ts";

type Options = {
  readonly providers: readonly Provider[];
  readonly client: OutwardClient;
  readonly allow: RequestAllowance;
  readonly special: Readonly<Record<(typeof specialProbes)[number], AskSpecially>>;
};

/** Asks providers as their files say. */
export function createCredentialProbe({ providers, client, allow, special }: Options): CredentialProbe {
  const providerOf = providersByRule(providers);
  return async (credential, terms, signal) => {
    signal.throwIfAborted();
    const provider = providerOf(credential.ruleId);
    const probe = provider === null ? null : handlingOf(provider, credential.ruleId).probe;
    if (provider === null || probe === null) return unknown("there is no way to ask about a credential of this kind");
    if (!(await allow(terms.installationId, provider.slug))) {
      return unknown(`${provider.name} was asked as often as is allowed for now; it is asked again later`);
    }
    return "special" in probe
      ? special[probe.special](credential, probe.hosts ?? [], signal)
      : askByHttp(probe, provider.name, credential, terms, { client, signal });
  };
}

type Means = { readonly client: OutwardClient; readonly signal: AbortSignal };

async function askByHttp(
  probe: HttpProbe,
  name: string,
  credential: Credential,
  terms: ProbeTerms,
  means: Means,
): Promise<ProbeAnswer> {
  const own = requestFor(probe, name, terms.hosts);
  if (own.kind === "refused") return unknown(own.reason);
  const filled = fillFor(credential, own.request, probe.parts);
  if (filled.kind === "refused") return unknown(filled.reason);
  const answer = await askEach(filled.requests, async (request) => {
    const exchange = await means.client(request, means.signal);
    if (exchange.kind === "none") return unknown(exchange.reason, exchange.host);
    const { state, reason } = judgeReply({ live: probe.live, revoked: probe.revoked }, exchange.reply);
    return { state, evidence: { host: exchange.host, status: exchange.reply.status, reason } };
  });
  if (answer.state !== "revoked") return answer;
  if (!own.isCertain) return doubted(answer, `others run ${name} too: name the hosts of yours in the configuration`);
  return filled.isCertain ? answer : doubted(answer, "there are several near it that it could belong to");
}

function doubted({ evidence }: ProbeAnswer, doubt: string): ProbeAnswer {
  return { state: "unknown", evidence: { ...evidence, reason: `${evidence.reason}; but ${doubt}` } };
}

type FilledFor = (ReturnType<typeof fillRequests> & { readonly kind: "refused" }) | FilledRequests;
type FilledRequests = {
  readonly kind: "filled";
  readonly requests: readonly ProviderRequest[];
  /** Whether there is but one thing that each part can be. */
  readonly isCertain: boolean;
};

/** Fills a request with a credential and the parts it takes. */
export function fillFor(
  { secret, surroundings }: Credential,
  request: RequestTemplate,
  patterns: Readonly<Record<string, string>> | undefined,
): FilledFor {
  const text = secret.reveal();
  const found = findParts(patterns ?? {}, text, surroundings?.reveal() ?? null);
  if (found.kind === "missing") {
    return { kind: "refused", reason: `what it takes beside the secret (${found.name}) is not found near it` };
  }
  const filled = fillRequests(request, new Map([...found.parts, ["secret", text]]));
  return filled.kind === "refused" ? filled : { ...filled, isCertain: found.isCertain };
}
