import type { Credential, ProbeEvidence, ProbeTerms } from "./credential-probe.ts";

/** `failed`: the provider refused or was not reached; it may be tried again. `impossible`: there is no way to revoke it by itself. */
export type RevocationAnswer = {
  readonly outcome: "revoked" | "failed" | "impossible";
  readonly evidence: ProbeEvidence;
};

/**
 * Revokes a credential with itself. Irreversible: whoever calls it has recorded who asked. Repeating it is harmless: what is dead
 * already is `revoked`.
 */
export type Revoker = (credential: Credential, terms: ProbeTerms, signal: AbortSignal) => Promise<RevocationAnswer>;
