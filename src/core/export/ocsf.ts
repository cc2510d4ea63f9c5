import type { IncidentState } from "../incident/incident.ts";
import type { Severity } from "../scan/finding.ts";
import { personOf, type ExportedEvent } from "./exported-event.ts";

export const severityId: Readonly<Record<Severity, number>> = { low: 2, medium: 3, high: 4, critical: 5 };
/** 1 New, 2 In Progress, 3 Suppressed, 4 Resolved. */
const statusId: Readonly<Record<IncidentState, number>> = {
  open: 1,
  contained: 2,
  assessed: 2,
  recovered: 2,
  closed: 4,
  dismissed: 3,
};
const detectionFinding = 2004;

/** Who did it is told in a profile: https://schema.ocsf.io/1.4.0/profiles/host */
export const profilesOf = (person: string | null): object => (person === null ? {} : { profiles: ["host"] });

/** An event as a Detection Finding of the Open Cybersecurity Schema Framework (https://schema.ocsf.io, class 2004). */
export function ocsfOf({ id, incident, entry, message, url }: ExportedEvent): object {
  const { home } = incident;
  const person = personOf(entry);
  // 1 Create, 2 Update, 3 Close.
  const activity = entry.event.kind === "opened" ? 1 : entry.state === "closed" || entry.state === "dismissed" ? 3 : 2;
  return {
    class_uid: detectionFinding,
    category_uid: 2,
    activity_id: activity,
    type_uid: detectionFinding * 100 + activity,
    time: Date.parse(entry.at),
    severity_id: severityId[incident.severity],
    status_id: statusId[entry.state],
    message,
    metadata: {
      version: "1.4.0",
      uid: id,
      sequence: entry.seq,
      ...profilesOf(person),
      product: { name: "Keyward", vendor_name: "Keyward" },
    },
    finding_info: {
      uid: incident.id,
      title: incident.title,
      created_time: Date.parse(incident.openedAt),
      types: ["Leaked credential"],
      analytic: { uid: incident.ruleId, name: incident.title, type_id: 1 },
      ...(url === null ? {} : { src_url: url }),
    },
    resources: [{ type: "Repository", uid: String(home.repoId), name: `${home.owner}/${home.name}` }],
    ...(person === null ? {} : { actor: { user: { name: person } } }),
    unmapped: {
      action: entry.event.kind,
      details: entry.event,
      fingerprint: incident.fingerprint,
      mask: incident.mask,
      installation: incident.installationId,
      drill: incident.drill !== null,
    },
  };
}
