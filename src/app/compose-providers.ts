import { loadProviders } from "../adapters/files/provider-files.ts";
import { readSettingFile } from "../adapters/files/read-setting-file.ts";
import type { Database } from "../adapters/postgres/database.ts";
import { createRequestAllowance } from "../adapters/postgres/request-allowance.ts";
import { askAwsSts } from "../adapters/providers/ask-aws-sts.ts";
import { askGcpServiceAccount } from "../adapters/providers/ask-gcp-service-account.ts";
import { askPostgres } from "../adapters/providers/ask-postgres.ts";
import { createCredentialProbe } from "../adapters/providers/credential-probe.ts";
import { parseHookDefinitions } from "../adapters/providers/hook-definitions.ts";
import { createProviderClient } from "../adapters/providers/provider-client.ts";
import { createRevoker } from "../adapters/providers/revoker.ts";
import { createRotationHooks } from "../adapters/providers/rotation-hooks.ts";
import { anyRoute, publicRoute, type Route } from "../adapters/providers/route.ts";
import { allProviders } from "../core/provider/generic-providers.ts";
import { hooksFor, type ProviderConfig, termsOf } from "../core/provider/provider-config.ts";
import { handlingOf, type Provider, providersByRule } from "../core/provider/provider.ts";
import type { CredentialProbe } from "../flows/ports/credential-probe.ts";
import type { ProviderFactsOf } from "../flows/ports/playbooks.ts";
import type { ProviderTermsOf } from "../flows/ports/provider-terms.ts";
import type { Revoker } from "../flows/ports/revoker.ts";
import type { AskRotationHooks } from "../flows/ports/rotation-hook.ts";
import type { Clock } from "../flows/ports/system.ts";

/** Everything that concerns those who give out credentials. */
export type Providers = {
  readonly factsOf: ProviderFactsOf;
  readonly termsOf: ProviderTermsOf;
  readonly probe: CredentialProbe;
  readonly revoke: Revoker;
  readonly askHooks: AskRotationHooks;
};

// A provider that is asked more often for one organization has other things to tell it than about leaks.
const requestsAnHour = 60;

type Parts = {
  readonly database: Pick<Database, "kysely">;
  readonly clock: Clock;
  /** What an organization's administrators allow; nothing where it cannot be read. */
  readonly configOf: (installationId: number) => Promise<ProviderConfig>;
  /** The path of the file with rotation hooks, if there is one. */
  readonly hooksFile: string | null;
  /** The ways to providers and hooks: for demonstrations and tests, whose providers stand on this machine. */
  readonly routes?: ProviderRoutes;
};

export type ProviderRoutes = { readonly providers: Route; readonly hooks: Route };

/** Puts together what asks providers. Throws, saying what to do, when the file with rotation hooks cannot be used. */
export function composeProviders({ database, clock, configOf, hooksFile, routes }: Parts): Providers {
  const providers = allProviders(loadProviders());
  const toProviders = routes?.providers ?? publicRoute();
  const client = createProviderClient(toProviders);
  const allow = createRequestAllowance(database, clock, requestsAnHour);
  const now = (): Date => new Date(clock());
  const factsOf = factsIn(providers);
  return {
    factsOf,
    termsOf: async (installationId, ruleId) => termsOf(await configOf(installationId), factsOf(ruleId).slug),
    probe: createCredentialProbe({
      providers,
      client,
      allow,
      special: {
        "aws-sts": askAwsSts(client, now),
        "gcp-service-account": askGcpServiceAccount(client, now),
        postgres: askPostgres(toProviders),
      },
    }),
    revoke: createRevoker({ providers, client, allow }),
    askHooks: createRotationHooks({
      hooks:
        hooksFile === null ? [] : parseHookDefinitions(readSettingFile(hooksFile, "KEYWARD_ROTATION_HOOKS"), hooksFile),
      hooksFor: async ({ installationId, ruleId, fingerprint, home }) =>
        hooksFor(await configOf(installationId), { ruleId, fingerprint, repository: `${home.owner}/${home.name}` }),
      client: createProviderClient(routes?.hooks ?? anyRoute),
      now,
    }),
  };
}

/** The facts by rule; those of a rule that nobody knows (of a user's own file) are generic. */
function factsIn(providers: readonly Provider[]): ProviderFactsOf {
  const providerOf = providersByRule(providers);
  const generic = providers.find(({ slug }) => slug === "generic");
  return (ruleId) => {
    const provider = providerOf(ruleId) ?? generic;
    if (provider === undefined) throw new Error("there are no generic facts about providers");
    const { playbook, probe, revocation } = handlingOf(provider, ruleId);
    return {
      slug: provider === generic ? null : provider.slug,
      name: provider.name,
      playbook,
      canProbe: probe !== null,
      revocation: revocation?.does ?? null,
    };
  };
}
