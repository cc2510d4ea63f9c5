import { briefOf } from "../core/verdict/brief.ts";
import { headReport, type ReportPorts } from "./head-report.ts";
import type { PullComments, PullRequests, SyncPullComment } from "./ports/pull-requests.ts";

export type PullCommentPorts = ReportPorts & {
  readonly pulls: PullRequests;
  readonly pullComments: PullComments;
};

/**
 * Brings the comment on a pull request to what the check of its head says now. Where nothing ever was to be said there is none. While
 * the head is still looked at nothing is changed: that is done when its check ends. Safe to repeat.
 */
export async function syncPullComment(
  { repo, number }: SyncPullComment["data"],
  ports: PullCommentPorts,
): Promise<void> {
  const pull = await ports.pulls.find(repo, number);
  if (!pull) return;
  const report = await headReport({ repo, sha: pull.head }, ports);
  if (!report) return;
  const brief = briefOf(report, repo.visibility === "public");
  const text = `${brief}\n\nThe check **Keyward** of \`${pull.head.slice(0, 7)}\` says more.`;
  const { verdict, suppressed } = report;
  await ports.pullComments.keep(repo, number, text, { begins: verdict.outcome !== "pass" || suppressed.length > 0 });
}
