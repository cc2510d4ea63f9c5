import { join } from "node:path";
import { lookUp } from "../access.ts";
import { timestamp } from "../clock.ts";
import { createBareRepository } from "../git/bare-repository.ts";
import { git } from "../git/git.ts";
import { installationShape, userShape } from "../shapes/accounts.ts";
import { namedRepositoryShape } from "../shapes/repositories.ts";
import { newSettings, type Account, type Installation, type Repository, type Visibility } from "../state.ts";
import { emit, emitToApp } from "../webhooks/emit.ts";
import { accountByLogin, fullName, installationOf, type World } from "../world.ts";

export type NewRepository = {
  readonly owner: Account;
  readonly name: string;
  readonly visibility: Visibility;
  readonly defaultBranch: string;
  readonly parent: Repository | null;
  /** The git that is there already; null: one of its own is made. */
  readonly directory: string | null;
};

/** Creates an account that does not exist yet. */
export function addAccount(world: World, login: string, type: Account["type"], password: string): Account {
  if (accountByLogin(world, login) !== undefined) throw new Error(`There is an account ${login} already`);
  const account: Account = { id: world.nextId(), login, type, createdAt: timestamp(), password };
  world.accounts.set(login.toLowerCase(), account);
  return account;
}

/** Installs the app on an account, with all of its repositories. */
export function install(world: World, account: Account, by: Account): Installation {
  const { permissions } = world.app;
  const installation: Installation = {
    id: world.nextId(),
    account,
    createdAt: timestamp(),
    permissions,
    suspendedAt: null,
  };
  world.installations.set(installation.id, installation);
  emitInstallation(world, installation, "created", by);
  return installation;
}

/** Removes the app from an account. Its tokens no longer work. */
export function uninstall(world: World, installation: Installation, by: Account): void {
  emitInstallation(world, installation, "deleted", by);
  world.installations.delete(installation.id);
  for (const [text, token] of world.tokens) if (token.installation === installation) world.tokens.delete(text);
}

/** Suspends the app on an account, or ends that. While suspended it gets no events but this one, and its tokens are refused. */
export function setSuspended(world: World, installation: Installation, suspended: boolean, by: Account): void {
  installation.suspendedAt = suspended ? timestamp() : null;
  emitInstallation(world, installation, suspended ? "suspend" : "unsuspend", by);
}

function emitInstallation(world: World, installation: Installation, action: string, by: Account): void {
  const own = world.repositories.values().filter(({ owner }) => owner.id === installation.account.id);
  const fields = {
    installation: installationShape(world, installation),
    repositories: [...own].map(namedRepositoryShape),
  };
  emitToApp(world, installation, { event: "installation", action, sender: by, fields });
}

/** Creates a repository, empty or with everything its parent has. */
export async function addRepository(world: World, wanted: NewRepository, by: Account): Promise<Repository> {
  const { owner, name, parent } = wanted;
  if (lookUp(world, owner.login, name)?.formerName === false) throw new Error(`${owner.login}/${name} exists already`);
  const id = world.nextId();
  const createdAt = timestamp();
  const repository: Repository = {
    ...wanted,
    id,
    directory: wanted.directory ?? join(world.directory, `${id}.git`),
    archived: false,
    hasIssues: parent === null,
    hasWiki: false,
    createdAt,
    pushedAt: createdAt,
    roles: new Map(),
    issues: new Map(),
    labels: new Map(),
    suites: new Map(),
    settings: newSettings,
    runs: new Map(),
    advisories: [],
    releases: [],
    clones: { count: 0, uniques: 0 },
    topics: [],
  };
  if (wanted.directory === null) await createBareRepository(repository.directory, wanted.defaultBranch);
  if (parent !== null)
    await git(repository.directory, [
      "fetch",
      "--quiet",
      parent.directory,
      "+refs/heads/*:refs/heads/*",
      "+refs/tags/*:refs/tags/*",
    ]);
  world.repositories.set(id, repository);
  world.renamed.delete(fullName(repository).toLowerCase());
  emit(world, repository, { event: "repository", action: "created", sender: by, fields: {} });
  emitSelection(world, repository, "added", by);
  return repository;
}

function emitSelection(world: World, repository: Repository, action: "added" | "removed", by: Account): void {
  const installation = installationOf(world, repository);
  if (installation === undefined) return;
  const named = [namedRepositoryShape(repository)];
  const fields = {
    installation: installationShape(world, installation),
    repository_selection: "all",
    repositories_added: action === "added" ? named : [],
    repositories_removed: action === "removed" ? named : [],
    requester: userShape(world, by),
  };
  emitToApp(world, installation, { event: "installation_repositories", action, sender: by, fields });
}

/** Renames a repository. The former name is redirected, for REST and git. */
export function renameRepository(world: World, repository: Repository, name: string, by: Account): void {
  const from = repository.name;
  world.renamed.set(fullName(repository).toLowerCase(), repository);
  repository.name = name;
  emit(world, repository, {
    event: "repository",
    action: "renamed",
    sender: by,
    fields: { changes: { repository: { name: { from } } } },
  });
}

/**
 * Deletes a repository: nobody finds it any more. Pull requests from it stay, without a head, and its git stays on disk until the end,
 * as GitHub's does for months: who was being answered, or shares it, is answered from what was there.
 */
export function deleteRepository(world: World, repository: Repository, by: Account): void {
  emit(world, repository, { event: "repository", action: "deleted", sender: by, fields: {} });
  emitSelection(world, repository, "removed", by);
  world.repositories.delete(repository.id);
  for (const [name, target] of world.renamed) if (target === repository) world.renamed.delete(name);
  for (const other of world.repositories.values())
    for (const { pull } of other.issues.values()) if (pull?.headRepository === repository) pull.headRepository = null;
}

/** Archives a repository, so that nothing can be written to it, or ends that. */
export function setArchived(world: World, repository: Repository, archived: boolean, by: Account): void {
  repository.archived = archived;
  const action = archived ? "archived" : "unarchived";
  emit(world, repository, { event: "repository", action, sender: by, fields: {} });
}

/** Makes a repository public or private. */
export function setVisibility(world: World, repository: Repository, visibility: Visibility, by: Account): void {
  if (repository.visibility === visibility) return;
  const was = repository.visibility;
  repository.visibility = visibility;
  if (visibility === "public") {
    emit(world, repository, { event: "public", sender: by, fields: {} });
    emit(world, repository, { event: "repository", action: "publicized", sender: by, fields: {} });
  } else if (was === "public")
    emit(world, repository, { event: "repository", action: "privatized", sender: by, fields: {} });
}
