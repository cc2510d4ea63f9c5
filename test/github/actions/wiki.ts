import { rm } from "node:fs/promises";
import { join } from "node:path";
import { commitOf, createBareRepository, type RefUpdate } from "../git/bare-repository.ts";
import { fieldsOf, git, gitText } from "../git/git.ts";
import type { JsonObject } from "../json.ts";
import { repositoryPage } from "../shapes/repositories.ts";
import type { Account, Repository } from "../state.ts";
import { emit } from "../webhooks/emit.ts";
import type { World } from "../world.ts";

/** GitHub's wikis have one branch that counts. */
const branch = "refs/heads/master";

/** The bare repository of a wiki; it is made with the first page. */
export const wikiDirectory = (repository: Repository): string => repository.directory.replace(/\.git$/, ".wiki.git");

export type WikiEdit = {
  /** The file of the page: `Home.md`. */
  readonly file: string;
  readonly content: string;
  readonly message: string;
  readonly by: Account;
};

/** Writes a page, as the form on GitHub does, and gives the revision. */
export async function editWiki(world: World, repository: Repository, edit: WikiEdit): Promise<string> {
  const directory = wikiDirectory(repository);
  if (!repository.hasWiki) await createBareRepository(directory, "master");
  repository.hasWiki = true;
  const before = await commitOf(directory, branch);
  const blob = (await git(directory, ["hash-object", "-w", "--stdin"], { input: edit.content })).toString().trim();
  const index = join(directory, `index-${world.nextId()}`);
  const [name, email] = [edit.by.login, `${edit.by.login}@users.noreply.example.org`];
  const env = {
    GIT_INDEX_FILE: index,
    GIT_AUTHOR_NAME: name,
    GIT_AUTHOR_EMAIL: email,
    GIT_COMMITTER_NAME: name,
    GIT_COMMITTER_EMAIL: email,
  };
  if (before !== null) await git(directory, ["read-tree", before], { env });
  await git(directory, ["update-index", "--add", "--cacheinfo", `100644,${blob},${edit.file}`], { env });
  const tree = await gitText(directory, ["write-tree"], { env });
  const parents = before === null ? [] : ["-p", before];
  const after = await gitText(directory, ["commit-tree", tree, ...parents, "-m", edit.message], { env });
  await rm(index, { force: true });
  await git(directory, ["update-ref", branch, after]);
  await afterWikiPush(world, repository, [{ ref: branch, before: before ?? "0".repeat(40), after }], edit.by);
  return after;
}

/** Tells of the pages that a move of the wiki's branch wrote. */
export async function afterWikiPush(
  world: World,
  repository: Repository,
  updates: readonly RefUpdate[],
  sender: Account,
): Promise<void> {
  for (const { ref, before, after } of updates) {
    if (ref !== branch || /^0+$/.test(after)) continue;
    const pages = await pagesBetween(world, repository, before, after);
    if (pages.length > 0) emit(world, repository, { event: "gollum", sender, fields: { pages } });
  }
}

async function pagesBetween(
  world: World,
  repository: Repository,
  before: string,
  after: string,
): Promise<JsonObject[]> {
  const isNew = /^0+$/.test(before);
  const directory = wikiDirectory(repository);
  const args = ["-r", "--no-commit-id", "--name-status", "--no-renames", "-z"];
  const fields = fieldsOf(
    await git(directory, ["diff-tree", ...args, ...(isNew ? ["--root", after] : [before, after])]),
  );
  const pages: JsonObject[] = [];
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const [status, file = ""] = [fields[at], fields[at + 1]];
    if (status === "D") continue;
    const name = (file.split("/").at(-1) ?? "").replace(/\.[^.]+$/, "");
    pages.push({
      page_name: name,
      title: name.replaceAll("-", " "),
      summary: null,
      action: status === "A" ? "created" : "edited",
      sha: after,
      html_url: `${repositoryPage(world, repository)}/wiki/${encodeURIComponent(name)}`,
    });
  }
  return pages;
}
