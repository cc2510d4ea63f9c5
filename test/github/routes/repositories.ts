import { roleOf } from "../access.ts";
import { commitOf, refsUnder } from "../git/bare-repository.ts";
import { readCommits } from "../git/commits.ts";
import { gitText } from "../git/git.ts";
import type { JsonObject } from "../json.ts";
import { notFound, Refusal, type Reply } from "../refusal.ts";
import { userShape } from "../shapes/accounts.ts";
import { commitShape } from "../shapes/commits.ts";
import { fullRepositoryShape, repositoryUrl } from "../shapes/repositories.ts";
import type { Role } from "../state.ts";
import { accountByLogin } from "../world.ts";
import { paged } from "./paging.ts";
import { inRepository, ok, type RepositoryCall, type Routes } from "./route.ts";

/** What protects it is told only to those who may see its settings. */
function getRepository({ world, repository, token }: RepositoryCall): Reply {
  const shape = fullRepositoryShape(world, repository);
  if (token.permissions["administration"] === undefined) return ok(shape);
  const { secretScanning, pushProtection } = repository.settings;
  const status = (on: boolean): JsonObject => ({ status: on ? "enabled" : "disabled" });
  return ok({
    ...shape,
    security_and_analysis: {
      secret_scanning: status(secretScanning),
      secret_scanning_push_protection: status(pushProtection),
    },
  });
}

async function getBranch(call: RepositoryCall): Promise<Reply> {
  const { world, repository, params } = call;
  const name = params["branch"] ?? "";
  const sha = await commitOf(repository.directory, `refs/heads/${name}`);
  const [commit] = await readCommits(repository.directory, sha === null ? [] : [sha]);
  if (commit === undefined) throw new Refusal(404, "Branch not found");
  const self = `${repositoryUrl(world, repository)}/branches/${name}`;
  return ok({
    name,
    commit: commitShape(world, repository, commit),
    _links: { self, html: `${world.url}/${repository.owner.login}/${repository.name}/tree/${name}` },
    protected: false,
    protection: { enabled: false, required_status_checks: { enforcement_level: "off", contexts: [], checks: [] } },
    protection_url: `${self}/protection`,
  });
}

async function listBranches(call: RepositoryCall): Promise<Reply> {
  const { world, repository } = call;
  const branches = call.query.get("protected") === "true" ? [] : await refsUnder(repository.directory, "refs/heads/");
  return paged(call, branches, ({ ref, sha }) => ({
    name: ref.slice("refs/heads/".length),
    commit: { sha, url: `${repositoryUrl(world, repository)}/commits/${sha}` },
    protected: false,
  }));
}

async function listCommits(call: RepositoryCall): Promise<Reply> {
  const { world, repository, query } = call;
  const from = query.get("sha") ?? repository.defaultBranch;
  const head =
    (await commitOf(repository.directory, `refs/heads/${from}`)) ?? (await commitOf(repository.directory, from));
  if (head === null)
    throw (await refsUnder(repository.directory, "refs/heads/")).length === 0
      ? new Refusal(409, "Git Repository is empty.")
      : notFound();
  const path = query.get("path");
  const filters = ["since", "until"].flatMap((name) => (query.has(name) ? [`--${name}=${query.get(name)}`] : []));
  const args = ["rev-list", ...filters, head, ...(path === null ? [] : ["--", path])];
  const shas = (await gitText(repository.directory, args)).split("\n").filter((sha) => sha !== "");
  const commits = await readCommits(repository.directory, shas);
  return paged(call, commits, (commit) => commitShape(world, repository, commit));
}

function permissionOf(call: RepositoryCall): Reply {
  const { world, repository, params } = call;
  const account = accountByLogin(world, params["username"] ?? "");
  if (account === undefined) throw notFound();
  const role = roleOf(repository, account);
  const atLeast = (...names: Role[]): boolean => role !== null && names.includes(role);
  const permissions: JsonObject = {
    pull: role !== null,
    triage: atLeast("triage", "write", "maintain", "admin"),
    push: atLeast("write", "maintain", "admin"),
    maintain: atLeast("maintain", "admin"),
    admin: atLeast("admin"),
  };
  // The old field knows four words only.
  const permission = role === "maintain" ? "write" : role === "triage" ? "read" : (role ?? "none");
  const role_name = role ?? "";
  return ok({ permission, role_name, user: { ...userShape(world, account), permissions, role_name } });
}

export const repositoryRoutes: Routes = {
  "repos/get": inRepository("metadata", "read", getRepository),
  "repos/get-branch": inRepository("contents", "read", getBranch),
  "repos/list-branches": inRepository("contents", "read", listBranches),
  "repos/list-commits": inRepository("contents", "read", listCommits),
  "repos/get-collaborator-permission-level": inRepository("metadata", "read", permissionOf),
};
