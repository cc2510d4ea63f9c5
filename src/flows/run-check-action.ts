import type { IncidentConfigOf } from "./ports/incident-config.ts";
import type { RunCheckAction } from "./ports/check-actions.ts";
import type { JobQueue } from "./ports/jobs.ts";
import type { Logger } from "./ports/system.ts";
import { headReport, type ReportPorts } from "./head-report.ts";
import { looksAgainAt } from "./while-unjudged.ts";
import { rescanHead, type RescanPorts } from "./rescan-head.ts";
import { blockingIn, suppressOnHead, type SuppressOnHeadPorts } from "./suppress-on-head.ts";

export type CheckActionPorts = ReportPorts &
  RescanPorts &
  SuppressOnHeadPorts & {
    readonly incidentConfigOf: IncidentConfigOf;
    /** A new unique id. */
    readonly newId: () => string;
    readonly queue: JobQueue;
    readonly log: Logger;
  };

/** An exception is for a time. */
const exceptionDays = 90;

/**
 * Does what a button on a check asks for. A button has no words with it, so it is about everything that blocks there; the check, which
 * is published again, lists what was asked for or decided. While the head is being judged anew it waits. Pressing it again adds nothing.
 */
export async function runCheckAction(
  { head, action, login, waits = 0 }: RunCheckAction["data"],
  ports: CheckActionPorts,
): Promise<void> {
  const about = { repo: head.repo.repoId, head: head.sha, action };
  if (action === "retry") {
    await rescanHead(head, ports);
    return;
  }
  const report = await headReport(head, ports);
  const notBefore = report ? null : looksAgainAt(waits, ports.clock());
  if (notBefore !== null) {
    const data = { head, action, login, waits: waits + 1 };
    const key = `${head.repo.repoId}:${head.sha}:${action}:${login}:${waits + 1}`;
    await ports.queue.enqueue({ name: "run-check-action", data, notBefore }, key);
    return;
  }
  const fingerprints = report ? blockingIn(report) : [];
  if (fingerprints.length === 0) {
    ports.log.info("a button was pressed on a check that has nothing to decide", about);
    return;
  }
  const isException = action === "request-exception";
  const until = isException ? new Date(Date.parse(ports.clock()) + exceptionDays * 86_400_000).toISOString() : null;
  const outcome = await suppressOnHead(
    {
      head,
      fingerprints,
      reason: isException ? "accepted-risk" : "false-positive",
      note: "",
      until,
      by: login,
      onlyAsks: isException,
      alsoBy: [],
      idOf: () => ports.newId(),
    },
    await ports.incidentConfigOf(head.repo),
    ports,
  );
  if (outcome === null) ports.log.warn("a button was pressed by somebody who may not even ask", about);
  else
    ports.log.info("a button was pressed", {
      ...about,
      approved: outcome.approved.length,
      waiting: outcome.waiting.length,
    });
}
