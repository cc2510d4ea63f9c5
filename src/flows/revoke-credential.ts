import { isActive, type Incident } from "../core/incident/incident.ts";
import type { CredentialAt } from "./ports/credential-at.ts";
import type { ProviderTermsOf } from "./ports/provider-terms.ts";
import type { RevocationAnswer, Revoker } from "./ports/revoker.ts";
import { recordEvents, type RecordPorts } from "./record-events.ts";

export type RevokePorts = RecordPorts & {
  readonly credentialAt: CredentialAt;
  readonly revoke: Revoker;
  readonly providerTermsOf: ProviderTermsOf;
};

/**
 * Asks the provider to revoke a credential with itself, which cannot be taken back: only after it was recorded who asked, and only
 * where the owner allows it at all. Throws when it failed and may be tried again. Safe to repeat: what is dead already is revoked.
 */
export async function revokeCredential(
  incidentId: string,
  ports: RevokePorts,
  { signal, isLastTry }: { readonly signal: AbortSignal; readonly isLastTry: boolean },
): Promise<void> {
  const incident = await ports.incidents.byId(incidentId);
  // A drill's credential is nobody's to revoke.
  if (!incident || !isActive(incident) || incident.drill || incident.revocation?.outcome !== null) return;
  const { installationId, ruleId } = incident;
  const terms = await ports.providerTermsOf(installationId, ruleId);
  const answered = async ({ outcome, evidence }: RevocationAnswer): Promise<void> => {
    await recordEvents(incidentId, () => [{ kind: "revocationAnswered", outcome, evidence }], ports);
  };
  const impossible = (reason: string): RevocationAnswer => ({
    outcome: "impossible",
    evidence: { host: null, status: null, reason },
  });
  if (terms.revocation === "never") return answered(impossible("revoking is not allowed for this provider"));
  const found = await ports.credentialAt(incident, signal);
  if (found.kind === "not-there") return answered(impossible(found.reason));
  const answer = await ports.revoke(found.credential, { installationId, hosts: terms.hosts }, signal);
  // A provider that is down, or that was asked too often, is asked again before people are told that it failed.
  if (answer.outcome === "failed" && !isLastTry) throw new Error(`not revoked yet: ${answer.evidence.reason}`);
  return answered(answer);
}

/** Says of a revocation that came to no end that it failed: whoever asked for it can ask again. Safe to repeat. */
export async function concludeFailedRevocation(incidentId: string, ports: RecordPorts): Promise<void> {
  const evidence = { host: null, status: null, reason: "Keyward failed several times to ask; its log says why" };
  await recordEvents(
    incidentId,
    ({ revocation }) =>
      revocation?.outcome === null ? [{ kind: "revocationAnswered", outcome: "failed", evidence }] : [],
    ports,
  );
}

/** Why a credential is not to be revoked now, in a sentence for whoever asks; null: it can be. `cannot`: why Keyward could not. */
export async function whyNotRevoke(
  incident: Incident,
  cannot: (incident: Incident) => Promise<string | null>,
): Promise<string | null> {
  if (incident.drill) return "What a drill planted was never given out: there is nothing to revoke.";
  const asked = incident.revocation;
  if (asked?.outcome === null) {
    const who = asked.askedBy.kind === "person" ? `${asked.askedBy.login} asked for it` : "Keyward asked for it itself";
    return `The provider is being asked to revoke it already: ${who} at ${asked.at}, and the answer will be said here.`;
  }
  return cannot(incident);
}
