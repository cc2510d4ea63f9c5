import type { IncidentEvent } from "../core/incident/events.ts";
import { isActive, type Actor, type Incident } from "../core/incident/incident.ts";
import { holds, isAbout, suppressionsIn, type Suppression } from "../core/suppression/suppression.ts";
import { isMarked } from "../core/verdict/verdict.ts";
import type { JobQueue } from "./ports/jobs.ts";
import type { ScanStore } from "./ports/scan-store.ts";
import type { SuppressionRef } from "./ports/suppression-jobs.ts";
import type { SuppressionStore } from "./ports/suppressions.ts";
import { recordEvents, type RecordPorts } from "./record-events.ts";

export type SettleIncidentPorts = RecordPorts & { readonly suppressions: SuppressionStore };
export type SettlePorts = SettleIncidentPorts & { readonly scans: ScanStore; readonly queue: JobQueue };

/**
 * Brings everything that speaks of a secret to what is now said about it: its incident is dismissed or open, the checks that name it
 * are published again, and where it blocks again without an incident, one is raised. Safe to repeat.
 */
export async function settleSuppression(ref: SuppressionRef, ports: SettlePorts): Promise<void> {
  const suppressions = await settleIncident(ref, ports);
  const { installationId, fingerprint } = ref;
  const hasIncident = (await ports.incidents.byFingerprint(installationId, fingerprint)) !== null;
  for (const head of await ports.scans.headsWith(installationId, fingerprint)) {
    const headKey = `${head.repo.repoId}:${head.sha}`;
    await ports.scans.untold(head);
    await ports.queue.enqueue({ name: "publish-verdict", data: { head } }, headKey);
    if (hasIncident || isSuppressed(suppressions, fingerprint, head.repo.repoId, ports.clock())) continue;
    for (const { scope, result } of await ports.scans.scopesOf(head)) {
      if (result.state !== "done") continue;
      const { blocking, known } = result.verdict;
      if (
        ![...blocking, ...known.filter((found) => !isMarked(found))].some(
          ({ finding }) => finding.fingerprint === fingerprint,
        )
      )
        continue;
      await ports.queue.enqueue(
        { name: "raise-incident", data: { head, scope, fingerprint } },
        `${headKey}:${scope}:${fingerprint}`,
      );
    }
  }
}

/** Whether something that holds now is about this secret in this repository. */
export const isSuppressed = (
  suppressions: readonly Suppression[],
  fingerprint: string,
  repoId: number,
  now: string,
): boolean => suppressions.some((one) => holds(one, now) && isAbout(one, { fingerprint }, repoId));

/** The incident's part of it. Gives what is said about the secret. */
export async function settleIncident(
  { installationId, fingerprint }: SuppressionRef,
  ports: SettleIncidentPorts,
): Promise<readonly Suppression[]> {
  const suppressions = suppressionsIn(await ports.suppressions.about(installationId, [fingerprint]));
  const incident = suppressions.length === 0 ? null : await ports.incidents.byFingerprint(installationId, fingerprint);
  if (!incident) return suppressions;
  for (const suppression of suppressions) {
    for (const { event, of } of wordsOf(suppression)) {
      await recordEvents(incident.id, () => [event], ports, `suppression:${suppression.id}:${of}`);
    }
  }
  await recordEvents(incident.id, (newest) => changesOf(newest, suppressions, ports.clock()), ports);
  return suppressions;
}

/** What was asked and refused. What was approved shows as the dismissal itself. */
function wordsOf(suppression: Suppression): { readonly event: IncidentEvent; readonly of: "asked" | "refused" }[] {
  const { state, askedBy, approvedBy, endedBy, until } = suppression;
  // Who decides at once has not asked anybody.
  if (askedBy === null || askedBy === approvedBy) return [];
  const reason = reasonText(suppression);
  const asked: IncidentEvent = { kind: "dismissalAsked", reason, until, by: person(askedBy) };
  const refused: IncidentEvent = { kind: "dismissalRefused", reason, by: person(endedBy) };
  return [{ event: asked, of: "asked" }, ...(state === "refused" ? [{ event: refused, of: "refused" } as const] : [])];
}

function changesOf(incident: Incident, suppressions: readonly Suppression[], now: string): readonly IncidentEvent[] {
  const covering = suppressions.filter((one) => covers(one, incident));
  const standing = covering.filter((one) => holds(one, now)).toSorted(byEnd)[0];
  if (standing && isActive(incident)) {
    const { until, approvedBy } = standing;
    return [{ kind: "dismissed", reason: reasonText(standing), until, by: person(approvedBy) }];
  }
  if (standing || incident.state !== "dismissed") return [];
  const last = covering.findLast(({ state }) => state === "taken-back" || state === "expired" || state === "approved");
  if (!last) {
    const reason = "it stands in another repository now, for which it was not dismissed";
    return [{ kind: "reopened", by: { kind: "keyward" }, reason }];
  }
  return last.state === "taken-back"
    ? [{ kind: "reopened", by: person(last.endedBy), reason: "the dismissal was taken back" }]
    : [{ kind: "dismissalExpired" }];
}

/** What is said of one repository speaks for the incident only if the secret is nowhere else. */
const covers = ({ repoId }: Suppression, { occurrences }: Incident): boolean =>
  repoId === null || occurrences.every((occurrence) => occurrence.repoId === repoId);

/** The one that holds the longest first. */
const byEnd = ({ until: a }: Suppression, { until: b }: Suppression): number =>
  a === b ? 0 : a === null || (b !== null && a > b) ? -1 : 1;

const person = (login: string | null): Actor =>
  login === null || login === "" ? { kind: "keyward" } : { kind: "person", login };

/** For people: why, and what was said with it. */
const reasonText = ({ reason, note }: Suppression): string =>
  note === "" ? reason.replace("-", " ") : `${reason.replace("-", " ")}: ${note}`;
