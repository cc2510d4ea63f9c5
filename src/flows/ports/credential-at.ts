import type { Incident } from "../../core/incident/incident.ts";
import type { Credential } from "./credential-probe.ts";

/**
 * Reads the credential of an incident again from where it was seen, newest place first, into memory only. `not-there`: it stands in
 * none of them any more, or they cannot be read; `reason` is for people.
 */
export type CredentialAt = (
  incident: Incident,
  signal: AbortSignal,
) => Promise<
  { readonly kind: "found"; readonly credential: Credential } | { readonly kind: "not-there"; readonly reason: string }
>;
