import type { Filing, Incident } from "../core/incident/incident.ts";
import type { IncidentConfigOf } from "./ports/incident-config.ts";
import type { IssueTracker, RotationSteps } from "./ports/issues.ts";
import type { Logger } from "./ports/system.ts";
import { recordEvents, type RecordPorts } from "./record-events.ts";

export type SyncIssuePorts = RecordPorts & {
  readonly issues: IssueTracker;
  readonly incidentConfigOf: IncidentConfigOf;
  /** How a credential of this rule is rotated; null: nothing special is known. */
  readonly rotationSteps: (ruleId: string) => RotationSteps | null;
  /** Why the credential of an incident cannot be revoked by Keyward; null: it can. */
  readonly cannotRevoke: (incident: Incident) => Promise<string | null>;
  readonly log: Logger;
};

/**
 * Brings what people see of an incident up to date: files it, writes its issue, comments what matters. Safe to repeat: what is
 * filed is found again by its marker, and so is each comment.
 */
export async function syncIssue(incidentId: string, ports: SyncIssuePorts): Promise<void> {
  const incident = await ports.incidents.byId(incidentId);
  if (!incident) {
    ports.log.warn("an incident to be shown does not exist (any more)", { incident: incidentId });
    return;
  }
  const { privateRepository, draftAdvisories } = await ports.incidentConfigOf(incident.home);
  const steps = ports.rotationSteps(incident.ruleId);
  const canRevoke = (await ports.cannotRevoke(incident)) === null;
  const elsewhere = { privateRepository, draftAdvisories };
  const timeline = await ports.incidents.timeline(incidentId);
  const issue = await ports.issues.ensureIssue({ incident, steps, canRevoke, timeline, elsewhere });
  if (issue.kind === "unavailable") {
    ports.log.warn("an incident can have no issue in its repository", {
      incident: incidentId,
      repo: incident.home.repoId,
      reason: issue.reason,
    });
    return;
  }
  if (!isSame(incident.filing, issue.filing)) await remember(incident, issue.filing, ports);
  await tellPeople(incident, issue.filing, ports);
}

async function remember(incident: Incident, filing: Filing, ports: SyncIssuePorts): Promise<void> {
  await recordEvents(
    incident.id,
    (now) =>
      isSame(now.filing, filing)
        ? []
        : [...(now.filing ? [{ kind: "filingLost" } as const] : []), { kind: "filed", filing }],
    ports,
  );
  ports.log.info("incident filed", { incident: incident.id, repo: filing.repo.repoId, as: filing.kind });
}

async function tellPeople(incident: Incident, filing: Filing, ports: SyncIssuePorts): Promise<void> {
  const timeline = await ports.incidents.timeline(incident.id);
  const fresh = timeline.filter(({ seq }) => seq > incident.toldThrough);
  const last = fresh.at(-1);
  if (!last) return;
  await ports.issues.tell(incident, filing, fresh, timeline);
  for (;;) {
    const now = await ports.incidents.byId(incident.id);
    if (!now || now.toldThrough >= last.seq) return;
    if ((await ports.incidents.save({ ...now, toldThrough: last.seq }, now, [])) === "saved") return;
  }
}

function isSame(a: Filing | null, b: Filing): boolean {
  if (a === null || a.repo.repoId !== b.repo.repoId) return false;
  return a.kind === "issue"
    ? b.kind === "issue" && a.number === b.number && a.audience === b.audience
    : b.kind === "advisory" && a.ghsaId === b.ghsaId;
}
