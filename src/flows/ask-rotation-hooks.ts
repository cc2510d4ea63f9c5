import { isActive } from "../core/incident/incident.ts";
import type { AskRotationHooks, HookAnswer } from "./ports/rotation-hook.ts";
import { recordEvents, type RecordPorts } from "./record-events.ts";

export type AskHooksPorts = RecordPorts & { readonly askHooks: AskRotationHooks };

/**
 * Asks the managers of secrets that the configuration names to rotate an incident's secret, and records what each said, once. One that
 * was not reached is asked again by the job's retries. Safe to repeat: the hooks know the request again.
 */
export async function askRotationHooks(incidentId: string, ports: AskHooksPorts, signal: AbortSignal): Promise<void> {
  const incident = await ports.incidents.byId(incidentId);
  // What a drill planted is in no manager.
  if (!incident || !isActive(incident) || incident.drill) return;
  const answers = await ports.askHooks(incident, signal);
  for (const { hook, outcome, detail } of answers) {
    const source = `hook:${hook}:${outcome}:${incident.reopenings}`;
    await recordEvents(incidentId, () => [{ kind: "hookAnswered", hook, outcome, detail }], ports, source);
  }
  const unreached = answers.filter(isUnreached).map(({ hook }) => hook);
  if (unreached.length > 0) throw new Error(`rotation hooks were not reached: ${unreached.join(", ")}`);
}

const isUnreached = ({ outcome }: HookAnswer): boolean => outcome === "unreachable";
