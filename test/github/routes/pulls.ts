import { countsOf, pullCommits, pullFiles } from "../actions/pull-contents.ts";
import { readCommits } from "../git/commits.ts";
import { notFound, type Reply } from "../refusal.ts";
import { commitShape, fileShape } from "../shapes/commits.ts";
import { isPull, pullShape, simplePullShape, type PullIssue } from "../shapes/pulls.ts";
import { paged } from "./paging.ts";
import { inRepository, ok, type RepositoryCall, type Routes } from "./route.ts";

/** GitHub lists at most this many files, and this many commits, of a pull request. */
const maxFiles = 3000;
const maxCommits = 250;

function pullByNumber({ repository, params }: RepositoryCall): PullIssue {
  const issue = repository.issues.get(Number(params["pull_number"]));
  if (issue === undefined || !isPull(issue)) throw notFound();
  return issue;
}

function list(call: RepositoryCall): Reply {
  const { world, repository, query } = call;
  const state = query.get("state") ?? "open";
  const [head, base] = [query.get("head"), query.get("base")];
  const direction = (query.get("direction") ?? (query.has("sort") ? "asc" : "desc")) === "asc" ? 1 : -1;
  const wanted = [...repository.issues.values()]
    .filter(isPull)
    .filter(
      ({ pull, state: actual }) =>
        (state === "all" || actual === state) &&
        (head === null || pull.headLabel === head) &&
        (base === null || pull.baseRef === base),
    )
    .sort((a, b) => direction * (a.number - b.number));
  return paged(call, wanted, (issue) => simplePullShape(world, repository, issue));
}

export const pullRoutes: Routes = {
  "pulls/get": inRepository("pull_requests", "read", async (call) => {
    const issue = pullByNumber(call);
    return ok(pullShape(call.world, call.repository, issue, await countsOf(call.repository, issue.pull)));
  }),
  "pulls/list": inRepository("pull_requests", "read", list),
  "pulls/list-files": inRepository("pull_requests", "read", async (call) => {
    const { pull } = pullByNumber(call);
    const files = (await pullFiles(call.repository, pull)).slice(0, maxFiles);
    return paged(call, files, (file) => fileShape(call.world, call.repository, pull.headSha, file));
  }),
  "pulls/list-commits": inRepository("pull_requests", "read", async (call) => {
    const { pull } = pullByNumber(call);
    const shas = (await pullCommits(call.repository, pull)).slice(0, maxCommits);
    const commits = await readCommits(call.repository.directory, shas);
    return paged(call, commits, (commit) => commitShape(call.world, call.repository, commit));
  }),
};
