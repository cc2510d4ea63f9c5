import {
  createRun,
  requestSuite,
  rerequestRun,
  rerequestSuite,
  runsOn,
  updateRun,
  type RunChange,
} from "../actions/checks.ts";
import { commitOf } from "../git/bare-repository.ts";
import { readCommits } from "../git/commits.ts";
import { objectIn, stringIn, type JsonObject } from "../json.ts";
import { notFound, Refusal, type Reply } from "../refusal.ts";
import { annotationShape, checkRunShape, fullCheckSuiteShape, latestRuns } from "../shapes/checks.ts";
import type { Annotation, CheckAction, CheckRun, CheckSuite, Conclusion } from "../state.ts";
import { paged } from "./paging.ts";
import { inRepository, ok, type RepositoryCall, type Routes } from "./route.ts";

/** What a request body says about a run. Undefined fields are left out, so that they change nothing. */
function toChange(body: JsonObject): RunChange {
  const output = objectIn(body, "output");
  const texts = {
    name: stringIn(body, "name"),
    externalId: stringIn(body, "external_id"),
    detailsUrl: stringIn(body, "details_url"),
    status: stringIn(body, "status") as CheckRun["status"] | undefined,
    conclusion: stringIn(body, "conclusion") as Conclusion | undefined,
    startedAt: stringIn(body, "started_at"),
    completedAt: stringIn(body, "completed_at"),
    title: stringIn(output, "title"),
    summary: stringIn(output, "summary"),
    text: stringIn(output, "text"),
  };
  const actions = body["actions"] as readonly CheckAction[] | undefined;
  const given = (output["annotations"] ?? []) as readonly Partial<Annotation>[];
  const annotations = given.map((one): Annotation => ({ ...emptyAnnotation, ...one }));
  const defined = Object.fromEntries(Object.entries(texts).filter(([, value]) => value !== undefined));
  return { ...(defined as Partial<RunChange>), annotations, ...(actions === undefined ? {} : { actions }) };
}

const emptyAnnotation: Annotation = {
  path: "",
  start_line: 1,
  end_line: 1,
  start_column: null,
  end_column: null,
  annotation_level: "notice",
  title: null,
  message: "",
  raw_details: null,
};

function runById({ repository, params }: RepositoryCall): CheckRun {
  const run = repository.runs.get(Number(params["check_run_id"]));
  if (run === undefined) throw notFound();
  return run;
}

function suiteById({ repository, params }: RepositoryCall): CheckSuite {
  const suite = repository.suites.get(Number(params["check_suite_id"]));
  if (suite === undefined) throw notFound();
  return suite;
}

async function shaOf({ repository, params }: RepositoryCall): Promise<string> {
  const name = params["ref"] ?? "";
  const sha = await commitOf(repository.directory, name);
  if (sha === null) throw new Refusal(422, `No commit found for SHA: ${name}`);
  return sha;
}

/** The commit that a request names in full. */
async function headSha({ repository, body }: RepositoryCall): Promise<string> {
  const wanted = stringIn(body, "head_sha") ?? "";
  const sha = /^[0-9a-f]{40}$/.test(wanted) ? await commitOf(repository.directory, wanted) : null;
  if (sha === null) throw new Refusal(422, `No commit found for SHA: ${wanted}`);
  return sha;
}

async function create(call: RepositoryCall): Promise<Reply> {
  const sha = await headSha(call);
  const run = await createRun(call.world, call.repository, sha, toChange(call.body));
  return ok(checkRunShape(call.world, call.repository, run), 201);
}

function listRuns(call: RepositoryCall, runs: readonly CheckRun[]): Reply {
  const { world, repository, query } = call;
  const [name, status, app] = [query.get("check_name"), query.get("status"), query.get("app_id")];
  const wanted = (query.get("filter") === "all" ? runs : latestRuns(runs)).filter(
    (run) =>
      (name === null || run.name === name) &&
      (status === null || run.status === status) &&
      (app === null || app === String(world.app.id)),
  );
  return paged(
    call,
    wanted.toReversed(),
    (run) => checkRunShape(world, repository, run),
    (check_runs, total_count) => ({ total_count, check_runs }),
  );
}

async function suiteReply(call: RepositoryCall, suite: CheckSuite, status = 200): Promise<Reply> {
  const [head] = await readCommits(call.repository.directory, [suite.headSha]);
  if (head === undefined) throw notFound();
  return ok(fullCheckSuiteShape(call.world, call.repository, suite, head), status);
}

async function listSuites(call: RepositoryCall): Promise<Reply> {
  const { world, repository, query } = call;
  const sha = await shaOf(call);
  const isOurs = [null, String(world.app.id)].includes(query.get("app_id"));
  const suites = [...repository.suites.values()].filter((suite) => isOurs && suite.headSha === sha);
  const [head] = await readCommits(repository.directory, [sha]);
  return paged(
    call,
    head === undefined ? [] : suites.map((suite) => fullCheckSuiteShape(world, repository, suite, head)),
    (shape) => shape,
    (check_suites, total_count) => ({ total_count, check_suites }),
  );
}

export const checkRoutes: Routes = {
  "checks/create": inRepository("checks", "write", create),
  "checks/update": inRepository("checks", "write", async (call) => {
    const run = runById(call);
    await updateRun(call.world, call.repository, run, toChange(call.body));
    return ok(checkRunShape(call.world, call.repository, run));
  }),
  "checks/get": inRepository("checks", "read", (call) => ok(checkRunShape(call.world, call.repository, runById(call)))),
  "checks/list-annotations": inRepository("checks", "read", (call) => {
    const run = runById(call);
    return paged(call, run.annotations, (one) => annotationShape(call.world, call.repository, run, one));
  }),
  "checks/list-for-ref": inRepository("checks", "read", async (call) =>
    listRuns(call, runsOn(call.repository, await shaOf(call), "all")),
  ),
  "checks/list-for-suite": inRepository("checks", "read", (call) => {
    const suite = suiteById(call);
    return listRuns(
      call,
      [...call.repository.runs.values()].filter((run) => run.suite === suite),
    );
  }),
  "checks/rerequest-run": inRepository("checks", "write", (call) => {
    rerequestRun(call.world, call.repository, runById(call), call.bot);
    return ok({}, 201);
  }),
  "checks/create-suite": inRepository("checks", "write", async (call) => {
    const head = { sha: await headSha(call), branch: null, before: null };
    const { suite, isNew } = await requestSuite(call.world, call.repository, head, call.bot);
    return suiteReply(call, suite, isNew ? 201 : 200);
  }),
  "checks/get-suite": inRepository("checks", "read", (call) => suiteReply(call, suiteById(call))),
  "checks/list-suites-for-ref": inRepository("checks", "read", listSuites),
  "checks/rerequest-suite": inRepository("checks", "write", async (call) => {
    await rerequestSuite(call.world, call.repository, suiteById(call), call.bot);
    return ok({}, 201);
  }),
};
