import { countsOf, pullCommits, pullFiles } from "../actions/pull-contents.ts";
import type { IssueChange } from "../actions/issues.ts";
import { changePull, openPull } from "../actions/pulls.ts";
import { commitOf } from "../git/bare-repository.ts";
import { readCommits } from "../git/commits.ts";
import { stringIn, textOf } from "../json.ts";
import { notFound, Refusal, type Reply } from "../refusal.ts";
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

async function create(call: RepositoryCall): Promise<Reply> {
  const { world, repository, body, bot } = call;
  const [branch = "", base = ""] = [stringIn(body, "head")?.split(":").at(-1), stringIn(body, "base")];
  const [head, target] = await Promise.all(
    [branch, base].map((name) => commitOf(repository.directory, `refs/heads/${name}`)),
  );
  const refuse = (message: string): Refusal =>
    new Refusal(422, "Validation Failed", [{ resource: "PullRequest", code: "custom", message }]);
  if (head === null || target === null) throw refuse("head and base have to be branches");
  if (head === target) throw refuse(`No commits between ${base} and ${branch}`);
  const label = `${repository.owner.login}:${branch}`;
  const there = [...repository.issues.values()].some(
    (one) => isPull(one) && one.state === "open" && one.pull.headLabel === label && one.pull.baseRef === base,
  );
  if (there) throw refuse(`A pull request already exists for ${label}.`);
  const issue = await openPull(world, repository, {
    head: { repository, branch },
    base,
    title: textOf(body["title"]),
    body: stringIn(body, "body") ?? null,
    author: bot,
    draft: body["draft"] === true,
  });
  return ok(pullShape(world, repository, issue, await countsOf(repository, issue.pull)), 201);
}

async function update(call: RepositoryCall): Promise<Reply> {
  const { world, repository, body, bot } = call;
  const issue = pullByNumber(call);
  const state = stringIn(body, "state");
  const [title, text] = [stringIn(body, "title"), stringIn(body, "body")];
  const change: IssueChange = {
    ...(title === undefined ? {} : { title }),
    ...(text === undefined ? {} : { body: text }),
    ...(state === "open" || state === "closed" ? { state } : {}),
  };
  await changePull(world, repository, issue, change, bot);
  return ok(pullShape(world, repository, issue, await countsOf(repository, issue.pull)));
}

export const pullRoutes: Routes = {
  "pulls/create": inRepository("pull_requests", "write", create),
  "pulls/update": inRepository("pull_requests", "write", update),
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
