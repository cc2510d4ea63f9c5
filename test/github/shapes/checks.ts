/** How GitHub writes check runs and check suites. */
import type { GitCommit } from "../git/commits.ts";
import type { JsonObject } from "../json.ts";
import { escapedPath } from "../percent-encoding.ts";
import type { Annotation, CheckRun, CheckSuite, Conclusion, Repository } from "../state.ts";
import type { World } from "../world.ts";
import { appShape, nodeId } from "./accounts.ts";
import { simpleCommitShape } from "./commits.ts";
import { isPull, minimalPullShape } from "./pulls.ts";
import { repositoryPage, repositoryShape, repositoryUrl } from "./repositories.ts";

const pullsOf = (world: World, repository: Repository, sha: string): JsonObject[] =>
  [...repository.issues.values()]
    .filter(isPull)
    // Those of forks are left out, as GitHub does.
    .filter(({ state, pull }) => state === "open" && pull.headSha === sha && pull.headRepository === repository)
    .map((issue) => minimalPullShape(world, repository, issue));

/** `check-run`. */
export function checkRunShape(world: World, repository: Repository, run: CheckRun): JsonObject {
  const url = `${repositoryUrl(world, repository)}/check-runs/${run.id}`;
  const page = `${repositoryPage(world, repository)}/runs/${run.id}`;
  return {
    id: run.id,
    name: run.name,
    node_id: nodeId("CR", run.id),
    head_sha: run.suite.headSha,
    external_id: run.externalId,
    url,
    html_url: page,
    details_url: run.detailsUrl ?? page,
    status: run.status,
    conclusion: run.conclusion,
    started_at: run.startedAt,
    completed_at: run.completedAt,
    output: {
      title: run.title,
      summary: run.summary,
      text: run.text,
      annotations_count: run.annotations.length,
      annotations_url: `${url}/annotations`,
    },
    check_suite: { id: run.suite.id },
    app: appShape(world),
    pull_requests: pullsOf(world, repository, run.suite.headSha),
  };
}

/** `check-annotation`. */
export const annotationShape = (
  world: World,
  repository: Repository,
  run: CheckRun,
  annotation: Annotation,
): JsonObject => ({
  ...annotation,
  blob_href: `${repositoryPage(world, repository)}/blob/${run.suite.headSha}/${escapedPath(annotation.path)}`,
});

/** Only the newest run of each name counts for a suite. */
export function latestRuns(runs: Iterable<CheckRun>): CheckRun[] {
  const byName = new Map<string, CheckRun>();
  for (const run of runs) byName.set(`${run.suite.id} ${run.name}`, run);
  return [...byName.values()];
}

const worstFirst: readonly Conclusion[] = [
  "failure",
  "timed_out",
  "cancelled",
  "action_required",
  "stale",
  "success",
  "neutral",
  "skipped",
];

/** A suite is completed when all of its runs are; it then concludes with the worst of their conclusions. */
export function suiteOutcome(
  repository: Repository,
  suite: CheckSuite,
): { status: CheckRun["status"]; conclusion: Conclusion | null; count: number } {
  const runs = latestRuns([...repository.runs.values()].filter((run) => run.suite === suite));
  const count = runs.length;
  if (runs.every((run) => run.status === "queued")) return { status: "queued", conclusion: null, count };
  if (runs.some((run) => run.status !== "completed")) return { status: "in_progress", conclusion: null, count };
  return {
    status: "completed",
    conclusion: worstFirst.find((c) => runs.some((run) => run.conclusion === c)) ?? null,
    count,
  };
}

/** What a suite is in every place. */
function suiteBase(world: World, repository: Repository, suite: CheckSuite): JsonObject {
  const { status, conclusion } = suiteOutcome(repository, suite);
  return {
    id: suite.id,
    node_id: nodeId("CS", suite.id),
    head_branch: suite.headBranch,
    head_sha: suite.headSha,
    status,
    conclusion,
    url: `${repositoryUrl(world, repository)}/check-suites/${suite.id}`,
    before: suite.before,
    after: suite.headSha,
    pull_requests: pullsOf(world, repository, suite.headSha),
    app: appShape(world),
    created_at: suite.createdAt,
    updated_at: suite.updatedAt,
  };
}

/** `check-suite`, without `repository` where a webhook has it beside. */
export function checkSuiteShape(world: World, repository: Repository, suite: CheckSuite, head: GitCommit): JsonObject {
  return {
    ...suiteBase(world, repository, suite),
    rerequestable: true,
    runs_rerequestable: true,
    latest_check_runs_count: suiteOutcome(repository, suite).count,
    check_runs_url: `${repositoryUrl(world, repository)}/check-suites/${suite.id}/check-runs`,
    head_commit: simpleCommitShape(head),
  };
}

export const fullCheckSuiteShape = (
  world: World,
  repository: Repository,
  suite: CheckSuite,
  head: GitCommit,
): JsonObject => ({
  ...checkSuiteShape(world, repository, suite, head),
  repository: repositoryShape(world, repository),
});

/** `check-run-with-simple-check-suite`: the run in a webhook. */
export const hookedCheckRunShape = (world: World, repository: Repository, run: CheckRun): JsonObject => ({
  ...checkRunShape(world, repository, run),
  check_suite: suiteBase(world, repository, run.suite),
});
