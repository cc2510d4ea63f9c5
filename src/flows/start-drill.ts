import type { RepoRef } from "../core/change/change.ts";
import { drillPlace } from "../core/incident/drill.ts";
import type { Secret } from "../core/scan/secret.ts";
import type { DrillField } from "./ports/drill-field.ts";
import { recordEvents, type RecordPorts } from "./record-events.ts";

export type DrillPorts = { readonly drills: DrillField; readonly newDrillKey: () => Secret };

/**
 * Plants a credential that was made up and reaches nothing in a branch of its own; everything after that happens as with a real one.
 * Gives why it could not, in a sentence; null: it did. Safe to repeat: one id
 * is one drill.
 */
export async function startDrill(
  { repo, id }: { readonly repo: RepoRef; readonly id: string },
  { drills, newDrillKey }: DrillPorts,
): Promise<string | null> {
  const { branch, path } = drillPlace(id);
  const text = `# Made up by Keyward for a drill. It was never given out and reaches nothing.\nDRILL_KEY=${newDrillKey().reveal()}\n`;
  const outcome = await drills.plant(repo, branch, { path, text });
  return outcome === "planted"
    ? null
    : "A drill needs the permission to write contents, which this installation has not given (app.yml says how).";
}

/** Takes away what a drill planted once it is over, and says so on its timeline, from which its report is made. Safe to repeat. */
export async function cleanUpDrill(
  incidentId: string,
  { drills, ...ports }: RecordPorts & Pick<DrillPorts, "drills">,
): Promise<void> {
  const incident = await ports.incidents.byId(incidentId);
  if (!incident?.drill) return;
  const { branch } = incident.drill;
  const cleanedUp = branch !== "" && (await drills.clear(incident.home, branch));
  const source = `drill-ended:${incident.reopenings}`;
  await recordEvents(incidentId, () => [{ kind: "drillEnded", cleanedUp }], ports, source);
}
