import type { ProviderTerms } from "../../core/provider/provider-config.ts";

/** What the owner of an installation allows for the provider of a rule. Without any configuration, nothing. */
export type ProviderTermsOf = (installationId: number, ruleId: string) => Promise<ProviderTerms>;
