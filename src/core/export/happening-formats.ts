import type { Happening, HappeningKind } from "./happening.ts";
import { severityNumber } from "./ecs.ts";
import { profilesOf, severityId } from "./ocsf.ts";

const category: Readonly<Record<HappeningKind, string>> = {
  finding: "vulnerability",
  dismissal: "vulnerability",
  posture: "configuration",
  anomaly: "threat",
  unknown: "configuration",
};

const isAlert = ({ kind, action }: Happening): boolean =>
  kind === "finding" || kind === "anomaly" || (kind === "posture" && action === "worse");

/** A happening in the names of the Elastic Common Schema, where it has one; the rest stands under `keyward`. */
export function ecsOfHappening(happening: Happening): object {
  const { id, at, kind, action, severity, message, person, evidence, repoId, repository } = happening;
  return {
    "@timestamp": at,
    ecs: { version: "8.17.0" },
    message,
    event: {
      id,
      kind: isAlert(happening) ? "alert" : "event",
      category: [category[kind]],
      type: [kind === "posture" ? "change" : kind === "anomaly" ? "indicator" : "info"],
      action: `${kind}-${action}`,
      module: "keyward",
      dataset: `keyward.${kind}`,
      provider: "keyward",
      severity: severityNumber[severity],
    },
    ...(kind === "finding" ? { rule: { id: evidence["rule"], name: evidence["title"] } } : {}),
    ...(typeof evidence["path"] === "string" ? { file: { path: evidence["path"] } } : {}),
    observer: { vendor: "Keyward", product: "Keyward", type: "scanner" },
    ...(person === null ? {} : { user: { name: person }, related: { user: [person] } }),
    ...accessOf(evidence),
    keyward: {
      installation: happening.installationId,
      repository,
      repository_id: repoId,
      severity,
      drill: happening.drill,
      evidence,
    },
  };
}

/** From where and by which program something was done, where that is the evidence. */
function accessOf({ country, program }: Happening["evidence"]): object {
  return {
    ...(typeof country === "string" ? { source: { geo: { country_iso_code: country } } } : {}),
    ...(typeof program === "string" ? { user_agent: { original: program } } : {}),
  };
}

/** 2003 Compliance Finding, 2004 Detection Finding. */
const classOf = (kind: HappeningKind): number => (kind === "posture" ? 2003 : 2004);

/** A happening as a finding of the Open Cybersecurity Schema Framework. */
export function ocsfOfHappening(happening: Happening): object {
  const { id, at, kind, action, severity, message, person, evidence, repoId, repository } = happening;
  const classId = classOf(kind);
  // 1 Create, 2 Update.
  const activity = kind === "finding" || kind === "anomaly" ? 1 : 2;
  return {
    class_uid: classId,
    category_uid: 2,
    activity_id: activity,
    type_uid: classId * 100 + activity,
    time: Date.parse(at),
    severity_id: severityId[severity],
    // 1 New, 3 Suppressed.
    status_id: kind === "dismissal" && action === "approved" ? 3 : 1,
    message,
    metadata: {
      version: "1.4.0",
      uid: id,
      product: { name: "Keyward", vendor_name: "Keyward" },
      ...profilesOf(person),
    },
    finding_info: {
      uid: subjectOf(happening),
      title: message,
      created_time: Date.parse(at),
      types: [kind],
    },
    ...(kind === "posture" ? { compliance: complianceOf(evidence) } : {}),
    resources:
      repoId === null ? [] : [{ type: "Repository", uid: String(repoId), ...(repository && { name: repository }) }],
    ...(person === null ? {} : { actor: { user: { name: person } } }),
    ...(kind === "anomaly" ? { evidences: [evidenceOf(happening)] } : {}),
    unmapped: { action: `${kind}-${action}`, installation: happening.installationId, drill: happening.drill, evidence },
  };
}

/** What led to a finding: https://schema.ocsf.io/1.4.0/objects/evidences */
function evidenceOf({ person, evidence }: Happening): object {
  const { country } = evidence;
  return {
    data: evidence,
    ...(person === null ? {} : { actor: { user: { name: person } } }),
    ...(typeof country === "string" ? { src_endpoint: { location: { country } } } : {}),
  };
}

/** What it is about, where that has an id of its own. */
function subjectOf({ id, evidence }: Happening): string {
  const named = [evidence["incident"], evidence["dismissal"]].find((one) => typeof one === "string");
  return typeof named === "string" ? named : id;
}

/** Of a standard, as is required. 1 Pass, 2 Warning, 3 Fail; what is not known is no pass. */
function complianceOf({ claim, to }: Happening["evidence"]): object {
  return {
    standards: ["Checklist for Secure API Key Management"],
    control: claim,
    status_id: to === "pass" ? 1 : to === "fail" ? 3 : 2,
  };
}
