import type { Playbook } from "../../core/provider/playbook.ts";

/** What is known about whoever gave out the credentials of a rule. */
export type ProviderFacts = {
  /** As configuration names it: the name of its file in `patterns/` ("github"); null for credentials of nobody in particular. */
  readonly slug: string | null;
  /** As people write it ("GitHub"). */
  readonly name: string;
  /** Its own, or a generic one for the kind of credential. */
  readonly playbook: Playbook;
  /** Whether there is a way to ask if a credential of this rule still works. */
  readonly canProbe: boolean;
  /** For people, what revoking it with itself does; null: it cannot be. */
  readonly revocation: string | null;
};

/** Never null: of a rule nobody knows it gives generic facts. */
export type ProviderFactsOf = (ruleId: string) => ProviderFacts;
