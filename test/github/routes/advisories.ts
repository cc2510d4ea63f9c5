import { timestamp } from "../clock.ts";
import { stringIn, textOf, type JsonObject } from "../json.ts";
import { invalid, notFound, type Reply } from "../refusal.ts";
import { teamShape, userShape } from "../shapes/accounts.ts";
import { repositoryPage, repositoryUrl } from "../shapes/repositories.ts";
import type { Account, Advisory } from "../state.ts";
import { accountByLogin } from "../world.ts";
import { paged } from "./paging.ts";
import { inRepository, ok, type RepositoryCall, type Routes } from "./route.ts";

function shapeOf({ world, repository }: RepositoryCall, advisory: Advisory): JsonObject {
  const { ghsaId, state, closedAt } = advisory;
  return {
    ghsa_id: ghsaId,
    cve_id: null,
    url: `${repositoryUrl(world, repository)}/security-advisories/${ghsaId}`,
    html_url: `${repositoryPage(world, repository)}/security/advisories/${ghsaId}`,
    summary: advisory.summary,
    description: advisory.description,
    severity: advisory.severity,
    author: userShape(world, world.app.bot),
    publisher: null,
    identifiers: [{ type: "GHSA", value: ghsaId }],
    state,
    created_at: advisory.createdAt,
    updated_at: advisory.updatedAt,
    published_at: null,
    closed_at: closedAt,
    withdrawn_at: null,
    submission: null,
    vulnerabilities: [],
    cvss: null,
    cwes: null,
    cwe_ids: null,
    credits: null,
    credits_detailed: null,
    collaborating_users: advisory.collaboratingUsers.map((one) => userShape(world, one)),
    collaborating_teams: advisory.collaboratingTeams.map((slug) => teamShape(world, repository.owner.login, slug)),
    private_fork: null,
  };
}

function create(call: RepositoryCall): Reply {
  const { world, repository, body } = call;
  const letters = world
    .nextId()
    .toString(8)
    .padStart(12, "0")
    .replaceAll(/[0-7]/g, (digit) => "cfghjmpq"[Number(digit)] ?? "c");
  const advisory: Advisory = {
    ghsaId: `GHSA-${letters.slice(0, 4)}-${letters.slice(4, 8)}-${letters.slice(8, 12)}`,
    summary: textOf(body["summary"]),
    description: textOf(body["description"]),
    severity: (stringIn(body, "severity") ?? null) as Advisory["severity"],
    state: "draft",
    createdAt: timestamp(),
    updatedAt: timestamp(),
    closedAt: null,
    collaboratingUsers: [],
    collaboratingTeams: [],
  };
  repository.advisories.push(advisory);
  return ok(shapeOf(call, advisory), 201);
}

function byId({ repository, params }: RepositoryCall): Advisory {
  const advisory = repository.advisories.find(({ ghsaId }) => ghsaId === params["ghsa_id"]);
  if (advisory === undefined) throw notFound();
  return advisory;
}

function update(call: RepositoryCall): Reply {
  const advisory = byId(call);
  advisory.summary = stringIn(call.body, "summary") ?? advisory.summary;
  advisory.description = stringIn(call.body, "description") ?? advisory.description;
  const state = stringIn(call.body, "state");
  if (state === "draft" || state === "closed") {
    advisory.state = state;
    advisory.closedAt = state === "closed" ? timestamp() : null;
  }
  const { collaborating_users: users, collaborating_teams: teams } = call.body;
  if (Array.isArray(users)) advisory.collaboratingUsers = users.map((login) => accountOf(call, textOf(login)));
  if (Array.isArray(teams)) advisory.collaboratingTeams = teams.map((slug) => teamOf(call, textOf(slug)));
  advisory.updatedAt = timestamp();
  return ok(shapeOf(call, advisory));
}

const unknownName = (field: string, name: string) =>
  invalid("RepositoryAdvisory", field, "invalid", `${name} could not be found`);

function accountOf({ world }: RepositoryCall, login: string): Account {
  const account = accountByLogin(world, login);
  if (account === undefined) throw unknownName("collaborating_users", login);
  return account;
}

function teamOf({ world, repository }: RepositoryCall, slug: string): string {
  if (!world.teams.has(`${repository.owner.login}/${slug}`.toLowerCase()))
    throw unknownName("collaborating_teams", slug);
  return slug;
}

function list(call: RepositoryCall): Reply {
  const state = call.query.get("state");
  const wanted = call.repository.advisories.filter((one) => state === null || one.state === state).toReversed();
  return paged(call, wanted, (advisory) => shapeOf(call, advisory));
}

export const advisoryRoutes: Routes = {
  "security-advisories/create-repository-advisory": inRepository("repository_advisories", "write", create),
  "security-advisories/get-repository-advisory": inRepository("repository_advisories", "read", (call) =>
    ok(shapeOf(call, byId(call))),
  ),
  "security-advisories/list-repository-advisories": inRepository("repository_advisories", "read", list),
  "security-advisories/update-repository-advisory": inRepository("repository_advisories", "write", update),
};
