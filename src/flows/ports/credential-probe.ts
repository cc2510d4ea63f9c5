import type { Secret } from "../../core/scan/secret.ts";

/** A credential that was read again from where it leaked. Lives in memory only. */
export type Credential = {
  readonly ruleId: string;
  readonly secret: Secret;
  /**
   * The text it stands in, some kilobytes to either side. What a provider needs besides the secret (the id of a key, the host of
   * a database) is looked for there. Null: not at hand.
   */
  readonly surroundings: Secret | null;
};

/** For whom a provider is asked, and what its owner said about it. */
export type ProbeTerms = {
  readonly installationId: number;
  /** The owner's own instances of a provider that can be self-hosted, as host names; empty: nothing was said. */
  readonly hosts: readonly string[];
};

/** What was seen, for the record: never the secret, nor any part of an answer that could hold it. */
export type ProbeEvidence = {
  /** Who was asked; null: nobody. */
  readonly host: string | null;
  /** The status of the answer, where there was one and it has one. */
  readonly status: number | null;
  /** For people: what in the answer (or its absence) led to the state. */
  readonly reason: string;
};

/** `unknown` is never taken for dead, nor for alive. */
export type ProbeAnswer = { readonly state: "live" | "revoked" | "unknown"; readonly evidence: ProbeEvidence };

/**
 * Asks the provider of a rule whether a credential still works. Where there is no way to ask, or the answer is not one that is
 * known to mean something, it is `unknown` with the reason. Never throws for what the network does. It is asked only where the
 * owner turned probing on.
 */
export type CredentialProbe = (credential: Credential, terms: ProbeTerms, signal: AbortSignal) => Promise<ProbeAnswer>;
