import { genericPlaybook } from "./generic-playbooks.ts";
import type { Playbook } from "./playbook.ts";
import type { HttpProbe, Revocation, SpecialProbe } from "./provider-tables.ts";
import type { Handling } from "./read-handling.ts";

/** Who gives out credentials, and what is to be done about them. */
export type Provider = Handling & {
  /** The name of its file in `patterns/`, by which configuration names it. */
  readonly slug: string;
  /** As people write it. */
  readonly name: string;
  readonly homepage: string | null;
  readonly docs: readonly string[];
  readonly ruleIds: readonly string[];
};

/** What there is for one rule of a provider. */
export type RuleHandling = {
  readonly provider: Provider;
  readonly playbook: Playbook;
  /** Whether the playbook is the provider's own. */
  readonly hasOwnPlaybook: boolean;
  readonly probe: HttpProbe | SpecialProbe | null;
  readonly revocation: Revocation | null;
};

/** The tables for a rule: the first that names it, else the first that names none. */
export function handlingOf(provider: Provider, ruleId: string): RuleHandling {
  const playbook = tableFor(provider.playbooks, ruleId);
  return {
    provider,
    playbook: playbook ?? genericPlaybook(ruleId, provider),
    hasOwnPlaybook: playbook !== null,
    probe: tableFor(provider.probes, ruleId),
    revocation: tableFor(provider.revocations, ruleId),
  };
}

function tableFor<Table extends { readonly rules?: readonly string[] | undefined }>(
  tables: readonly Table[],
  ruleId: string,
): Table | null {
  return (
    tables.find(({ rules }) => rules?.includes(ruleId) === true) ??
    tables.find(({ rules }) => rules === undefined) ??
    null
  );
}

/** Finds the provider of a rule. */
export function providersByRule(providers: readonly Provider[]): (ruleId: string) => Provider | null {
  const byRule = new Map(providers.flatMap((provider) => provider.ruleIds.map((id) => [id, provider] as const)));
  return (ruleId) => byRule.get(ruleId) ?? null;
}
