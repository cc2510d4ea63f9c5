import { isActive, type Incident } from "../core/incident/incident.ts";
import type { CredentialAt } from "./ports/credential-at.ts";
import type { CredentialProbe, ProbeAnswer } from "./ports/credential-probe.ts";
import type { IncidentConfigOf } from "./ports/incident-config.ts";
import type { ProviderTermsOf } from "./ports/provider-terms.ts";
import type { Logger } from "./ports/system.ts";
import { recordEvents, type RecordPorts } from "./record-events.ts";

export type VerifyPorts = RecordPorts & {
  readonly credentialAt: CredentialAt;
  readonly probe: CredentialProbe;
  readonly providerTermsOf: ProviderTermsOf;
  readonly incidentConfigOf: IncidentConfigOf;
  readonly log: Logger;
};

/**
 * Finds out whether the old credential is dead: reads it again from where it leaked, asks the provider, and records the answer
 * without it. Where that cannot be done the answer is unknown, with the reason. Safe to repeat: asking twice is harmless.
 */
export async function verifyIncident(incidentId: string, ports: VerifyPorts, signal: AbortSignal): Promise<void> {
  const incident = await ports.incidents.byId(incidentId);
  if (!incident || !isActive(incident)) return;
  const { state, evidence } = await answerFor(incident, ports, signal);
  await recordEvents(incidentId, () => [{ kind: "probed", state, evidence }], ports);
  ports.log.info("a credential was verified", { incident: incidentId, state, host: evidence.host });
}

async function answerFor(incident: Incident, ports: VerifyPorts, signal: AbortSignal): Promise<ProbeAnswer> {
  // A drill's credential was never given out: nobody is asked, and there is nothing that could be alive.
  if (incident.drill) return answer("revoked", "a drill's credential is dead once the drill says that it was rotated");
  const { installationId, ruleId, home } = incident;
  const { probing, hosts } = await ports.providerTermsOf(installationId, ruleId);
  if (!probing || !(await ports.incidentConfigOf(home)).probing) {
    return answer("unknown", "asking the provider is not turned on");
  }
  const found = await ports.credentialAt(incident, signal);
  if (found.kind === "not-there") return answer("unknown", found.reason);
  return ports.probe(found.credential, { installationId, hosts }, signal);
}

const answer = (state: ProbeAnswer["state"], reason: string): ProbeAnswer => ({
  state,
  evidence: { host: null, status: null, reason },
});
