import type { Severity } from "../scan/finding.ts";
import { personOf, type ExportedEvent } from "./exported-event.ts";

/** From 1 to 99, so that rules can compare. */
export const severityNumber: Readonly<Record<Severity, number>> = { low: 21, medium: 47, high: 73, critical: 99 };

/** Kinds of events that somebody should look at. */
const alerting: ReadonlySet<string> = new Set(["opened", "reopened", "seenAgain", "escalated"]);

/**
 * An event in the names of the Elastic Common Schema, where it has one (https://www.elastic.co/docs/reference/ecs); what is
 * Keyward's own stands under `keyward`.
 */
export function ecsOf({ id, incident, entry, message, url }: ExportedEvent): object {
  const person = personOf(entry);
  const { home } = incident;
  return {
    "@timestamp": entry.at,
    ecs: { version: "8.17.0" },
    message,
    event: {
      id,
      kind: alerting.has(entry.event.kind) ? "alert" : "event",
      category: ["vulnerability"],
      type: ["info"],
      action: entry.event.kind,
      module: "keyward",
      dataset: "keyward.incident",
      provider: "keyward",
      sequence: entry.seq,
      severity: severityNumber[incident.severity],
      ...(url === null ? {} : { url }),
    },
    rule: { id: incident.ruleId, name: incident.title, category: incident.provider },
    observer: { vendor: "Keyward", product: "Keyward", type: "scanner" },
    ...(person === null ? {} : { user: { name: person }, related: { user: [person] } }),
    keyward: {
      installation: incident.installationId,
      repository: `${home.owner}/${home.name}`,
      incident: {
        id: incident.id,
        state: entry.state,
        class: incident.terms.class,
        severity: incident.severity,
        mask: incident.mask,
        fingerprint: incident.fingerprint,
        opened_at: incident.openedAt,
        occurrences: incident.occurrences.length,
        drill: incident.drill !== null,
      },
      details: entry.event,
    },
  };
}
