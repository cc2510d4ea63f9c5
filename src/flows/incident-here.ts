import type { Incident } from "../core/incident/incident.ts";
import type { CommandDesk, CommandRef } from "./ports/incident-commands.ts";
import type { IncidentStore } from "./ports/incident-store.ts";

/**
 * The incident whose issue this is; null: it is none's. An issue is there before it is known where: people read it at once, and what
 * they say is meant, also where the process died in between.
 */
export async function incidentHere(
  { repo, issueNumber }: Pick<CommandRef, "repo" | "issueNumber">,
  { incidents, desk }: { readonly incidents: IncidentStore; readonly desk: Pick<CommandDesk, "incidentIn"> },
): Promise<Incident | null> {
  const known = await incidents.byIssue(repo.repoId, issueNumber);
  if (known) return known;
  const id = await desk.incidentIn({ repo, issueNumber });
  const incident = id === null ? null : await incidents.byId(id);
  // What is filed elsewhere is not spoken to here any more.
  return incident?.filing === null && incident.home.installationId === repo.installationId ? incident : null;
}
