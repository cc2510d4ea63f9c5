import { suppressionsIn } from "../core/suppression/suppression.ts";
import { recordSighting, type RecordSightingPorts, type Sighting } from "./record-sighting.ts";
import { isSuppressed, settleIncident, type SettleIncidentPorts } from "./settle-suppression.ts";

export type RaiseSightingPorts = RecordSightingPorts & SettleIncidentPorts;

/**
 * Records a secret that was seen, unless it is suppressed and has no incident; one that has is brought to what is said about it.
 * Safe to repeat.
 */
export async function raiseSighting(sighting: Sighting, ports: RaiseSightingPorts): Promise<"raised" | "suppressed"> {
  const { installationId, repoId } = sighting.home;
  const { fingerprint } = sighting.finding;
  const suppressions = suppressionsIn(await ports.suppressions.about(installationId, [fingerprint]));
  const incident = await ports.incidents.byFingerprint(installationId, fingerprint);
  if (!incident && isSuppressed(suppressions, fingerprint, repoId, ports.clock())) return "suppressed";
  await recordSighting(sighting, ports);
  if (suppressions.length > 0) await settleIncident({ installationId, fingerprint }, ports);
  return "raised";
}
