import { readCommits } from "../git/commits.ts";
import { checkSuiteShape, hookedCheckRunShape, latestRuns, suiteOutcome } from "../shapes/checks.ts";
import type { Account, Annotation, CheckAction, CheckRun, CheckSuite, Conclusion, Repository } from "../state.ts";
import { emit } from "../webhooks/emit.ts";
import { timestamp } from "../clock.ts";
import type { World } from "../world.ts";

type SuiteHead = { readonly sha: string; readonly branch: string | null; readonly before: string | null };

/** The app's check suite of a commit. There is one; it is made when a branch is pushed or a run created. */
function ensureSuite(world: World, repository: Repository, head: SuiteHead): { suite: CheckSuite; isNew: boolean } {
  const known = repository.suites.values().find((suite) => suite.headSha === head.sha);
  if (known !== undefined) return { suite: known, isNew: false };
  const createdAt = timestamp();
  const { sha: headSha, branch: headBranch, before } = head;
  const suite: CheckSuite = { id: world.nextId(), headSha, headBranch, before, createdAt, updatedAt: createdAt };
  repository.suites.set(suite.id, suite);
  return { suite, isNew: true };
}

async function emitSuite(
  world: World,
  repository: Repository,
  suite: CheckSuite,
  action: string,
  sender: Account,
): Promise<void> {
  const [head] = await readCommits(repository.directory, [suite.headSha]);
  if (head === undefined) return;
  const check_suite = checkSuiteShape(world, repository, suite, head);
  emit(world, repository, { event: "check_suite", action, sender, fields: { check_suite } });
}

/** Asks the app to check a commit, unless it was asked before. */
export async function requestSuite(
  world: World,
  repository: Repository,
  head: SuiteHead,
  sender: Account,
): Promise<{ suite: CheckSuite; isNew: boolean }> {
  const ensured = ensureSuite(world, repository, head);
  if (ensured.isNew) await emitSuite(world, repository, ensured.suite, "requested", sender);
  return ensured;
}

/** A person pressed "Re-run all checks". */
export const rerequestSuite = (
  world: World,
  repository: Repository,
  suite: CheckSuite,
  sender: Account,
): Promise<void> => emitSuite(world, repository, suite, "rerequested", sender);

/** What a request says about a run. What is undefined stays as it is. */
export type RunChange = {
  readonly name?: string;
  readonly externalId?: string;
  readonly detailsUrl?: string;
  readonly status?: CheckRun["status"];
  readonly conclusion?: Conclusion;
  readonly startedAt?: string;
  readonly completedAt?: string;
  readonly title?: string;
  readonly summary?: string;
  readonly text?: string;
  readonly annotations: readonly Annotation[];
  readonly actions?: readonly CheckAction[];
};

const maxRunsOfOneName = 1000;

/** Creates a check run and completes it at once if it has a conclusion. */
export async function createRun(
  world: World,
  repository: Repository,
  sha: string,
  change: RunChange,
): Promise<CheckRun> {
  const { suite } = ensureSuite(world, repository, { sha, branch: null, before: null });
  const run: CheckRun = {
    id: world.nextId(),
    suite,
    name: change.name ?? "",
    externalId: "",
    detailsUrl: null,
    status: "queued",
    conclusion: null,
    startedAt: timestamp(),
    completedAt: null,
    title: null,
    summary: null,
    text: null,
    annotations: [],
    actions: [],
  };
  repository.runs.set(run.id, run);
  const sameName = [...repository.runs.values()].filter((one) => one.suite === suite && one.name === run.name);
  for (const old of sameName.slice(0, -maxRunsOfOneName)) repository.runs.delete(old.id);
  apply(run, change);
  emitRun(world, repository, run, "created", world.app.bot);
  if (run.status === "completed") await completed(world, repository, run);
  return run;
}

/** Changes a check run. Annotations are added to those it has. */
export async function updateRun(world: World, repository: Repository, run: CheckRun, change: RunChange): Promise<void> {
  const before = run.status;
  apply(run, change);
  if (before !== "completed" && run.status === "completed") await completed(world, repository, run);
}

function apply(run: CheckRun, change: RunChange): void {
  run.name = change.name ?? run.name;
  run.externalId = change.externalId ?? run.externalId;
  run.detailsUrl = change.detailsUrl ?? run.detailsUrl;
  run.startedAt = change.startedAt ?? run.startedAt;
  run.title = change.title ?? run.title;
  run.summary = change.summary ?? run.summary;
  run.text = change.text ?? run.text;
  run.actions = change.actions ?? run.actions;
  run.annotations.push(...change.annotations);
  run.suite.updatedAt = timestamp();
  // Giving a conclusion completes a run; giving another status opens it again.
  if (change.conclusion !== undefined) {
    run.status = "completed";
    run.conclusion = change.conclusion;
    run.completedAt = change.completedAt ?? timestamp();
  } else if (change.status !== undefined) {
    run.status = change.status;
    run.conclusion = null;
    run.completedAt = null;
  }
}

async function completed(world: World, repository: Repository, run: CheckRun): Promise<void> {
  emitRun(world, repository, run, "completed", world.app.bot);
  if (suiteOutcome(repository, run.suite).status === "completed")
    await emitSuite(world, repository, run.suite, "completed", world.app.bot);
}

function emitRun(world: World, repository: Repository, run: CheckRun, action: string, sender: Account): void {
  emit(world, repository, {
    event: "check_run",
    action,
    sender,
    fields: { check_run: hookedCheckRunShape(world, repository, run) },
  });
}

/** A person pressed "Re-run" on a check run. */
export const rerequestRun = (world: World, repository: Repository, run: CheckRun, sender: Account): void =>
  emitRun(world, repository, run, "rerequested", sender);

/** A person pressed one of the buttons that a check run offers. Throws if there is no such button. */
export function pressAction(
  world: World,
  repository: Repository,
  run: CheckRun,
  identifier: string,
  sender: Account,
): void {
  if (!run.actions.some((action) => action.identifier === identifier))
    throw new Error(
      `Check run ${run.id} has no action ${identifier}; it has: ${run.actions.map((a) => a.identifier).join(", ")}`,
    );
  const check_run = hookedCheckRunShape(world, repository, run);
  const fields = { check_run, requested_action: { identifier } };
  emit(world, repository, { event: "check_run", action: "requested_action", sender, fields });
}

/** The runs on a commit, oldest first. */
export const runsOn = (repository: Repository, sha: string, filter: "latest" | "all" = "latest"): CheckRun[] => {
  const runs = [...repository.runs.values()].filter((run) => run.suite.headSha === sha);
  return filter === "all" ? runs : latestRuns(runs);
};
