import { roleOf } from "../access.ts";
import { refsUnder } from "../git/bare-repository.ts";
import { stringsIn, type JsonObject } from "../json.ts";
import { notFound, type Reply } from "../refusal.ts";
import { nodeId, userShape } from "../shapes/accounts.ts";
import { oneIssueShape } from "../shapes/issues.ts";
import { repositoryUrl } from "../shapes/repositories.ts";
import { changeIssue } from "../actions/issues.ts";
import { timestamp } from "../clock.ts";
import type { Account, AuditEntry } from "../state.ts";
import { accountByLogin } from "../world.ts";
import { issueByNumber, issuesOrPulls } from "./issue-calls.ts";
import { paged, pageUrl } from "./paging.ts";
import { asInstallation, inRepository, ok, type InstallationCall, type RepositoryCall, type Routes } from "./route.ts";

/** Who has a role there; owners of the account are not listed by name here. */
const collaborators = ({ world, repository }: RepositoryCall): Account[] =>
  [...world.accounts.values()].filter((account) => account.type === "User" && repository.roles.has(account.id));

function listCollaborators(call: RepositoryCall): Reply {
  const { world, repository } = call;
  return paged(call, collaborators(call), (account) => ({
    ...userShape(world, account),
    role_name: roleOf(repository, account) ?? "",
  }));
}

const canBeAssigned = (call: RepositoryCall, login: string): Account | undefined => {
  const account = accountByLogin(call.world, login);
  return account !== undefined && collaborators(call).includes(account) ? account : undefined;
};

/** Whoever cannot be assigned is left out without a word, as GitHub does. */
function addAssignees(call: RepositoryCall): Reply {
  const { world, repository, body, bot } = call;
  const issue = issueByNumber(call);
  const wanted = (stringsIn(body, "assignees") ?? []).flatMap((login) => canBeAssigned(call, login) ?? []);
  changeIssue(world, repository, issue, { assignees: [...new Set([...issue.assignees, ...wanted])] }, bot);
  return ok(oneIssueShape(world, repository, issue), 201);
}

async function listTags(call: RepositoryCall): Promise<Reply> {
  const { world, repository } = call;
  const url = repositoryUrl(world, repository);
  const tags = await refsUnder(repository.directory, "refs/tags/");
  return paged(call, tags, ({ ref, sha }) => {
    const name = ref.slice("refs/tags/".length);
    return {
      name,
      node_id: nodeId("REF", repository.id),
      commit: { sha, url: `${url}/commits/${sha}` },
      zipball_url: `${url}/zipball/${ref}`,
      tarball_url: `${url}/tarball/${ref}`,
    };
  });
}

function clones({ repository }: RepositoryCall): Reply {
  const { count, uniques, days } = repository.clones;
  const today = { day: timestamp().slice(0, 10), count, uniques };
  return ok({
    count,
    uniques,
    clones: (days ?? (count === 0 ? [] : [today])).map(({ day, ...counted }) => ({
      timestamp: `${day}T00:00:00Z`,
      ...counted,
    })),
  });
}

/** Told to apps of organizations on Enterprise Cloud alone. Understands `repo:`, `action:` and `created:>=`. */
function auditLog(call: InstallationCall): Reply {
  const { world, params, query, token } = call;
  const account = accountByLogin(world, params["org"] ?? "");
  const log = account === undefined ? undefined : world.organizations.get(account.id)?.auditLog;
  if (log === undefined || token.permissions["organization_administration"] === undefined) throw notFound();
  const wanted = askedOf(query);
  const found = log
    .map((entry, index) => ({ ...entry, id: entry.id ?? String(index) }))
    .filter(wanted)
    .toSorted((a, b) => a.at.localeCompare(b.at));
  const ordered = query.get("order") === "asc" ? found : found.toReversed();
  const perPage = Number(query.get("per_page") ?? 30);
  const after = query.get("after");
  const from = after === null ? 0 : ordered.findIndex(({ id }) => `after-${id}` === after) + 1;
  const page = ordered.slice(from, from + perPage);
  const next = pageUrl(call, { after: `after-${page.at(-1)?.id ?? ""}` });
  return {
    status: 200,
    body: page.map((entry) => auditShape(entry, params["org"] ?? "")),
    headers: from + perPage < ordered.length ? { link: `<${next}>; rel="next"` } : {},
  };
}

/** Of several qualifiers of one kind either counts; a category stands for its actions. */
function askedOf(query: URLSearchParams): (entry: AuditEntry) => boolean {
  const phrases = (query.get("phrase") ?? "").split(" ");
  const of = (name: string): readonly string[] =>
    phrases.filter((phrase) => phrase.startsWith(name)).map((phrase) => phrase.slice(name.length));
  const [repos, actions, [since = ""]] = [of("repo:"), of("action:"), of("created:>=")];
  const include = query.get("include") ?? "web";
  return ({ repo, action, at }) =>
    (include === "all" || (include === "git") === action.startsWith("git.")) &&
    (repos.length === 0 || repos.includes(repo)) &&
    (actions.length === 0 || actions.some((one) => action === one || action.startsWith(`${one}.`))) &&
    at >= since;
}

/** A field that says nothing is not there. */
function auditShape(entry: AuditEntry & { readonly id: string }, org: string): JsonObject {
  const { id, actor, action, repo, at, country, hashedToken, accessType, userAgent, isPublic, isUnnamed } = entry;
  return {
    ...(isUnnamed === true ? {} : { _document_id: id }),
    "@timestamp": Date.parse(at),
    action,
    repo,
    org,
    ...(actor === undefined ? {} : { actor }),
    ...(country === undefined ? {} : { actor_location: { country_code: country } }),
    ...(hashedToken === undefined ? {} : { hashed_token: hashedToken }),
    ...(accessType === undefined ? {} : { programmatic_access_type: accessType }),
    ...(userAgent === undefined ? {} : { user_agent: userAgent }),
    ...(isPublic === undefined ? {} : { repository_public: isPublic }),
  };
}

/** Who is concerned by what happens in a repository, and what leads out of it. */
export const surroundingRoutes: Routes = {
  "issues/add-assignees": inRepository(issuesOrPulls, "write", addAssignees),
  "issues/check-user-can-be-assigned": inRepository("metadata", "read", (call) => {
    if (canBeAssigned(call, call.params["assignee"] ?? "") === undefined) throw notFound();
    return { status: 204 };
  }),
  "repos/get-clones": inRepository("administration", "read", clones),
  "repos/list-collaborators": inRepository("metadata", "read", listCollaborators),
  "repos/list-tags": inRepository("contents", "read", listTags),
  "orgs/get-audit-log": asInstallation(auditLog),
};
