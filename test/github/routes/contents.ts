import { rm } from "node:fs/promises";
import { join } from "node:path";
import { afterPush } from "../actions/pushes.ts";
import { commitOf } from "../git/bare-repository.ts";
import { readCommits, revList, type GitCommit } from "../git/commits.ts";
import { changedFiles } from "../git/diffs.ts";
import { fieldsOf, git, gitMaybe, gitText } from "../git/git.ts";
import { looseEntries, looseObject, looseTreeOf, type TreeEntry } from "../git/loose-objects.ts";
import { stringIn, type JsonObject } from "../json.ts";
import { escapedPath } from "../percent-encoding.ts";
import { notFound, Refusal, type Reply } from "../refusal.ts";
import { commitShape, fileShape } from "../shapes/commits.ts";
import { repositoryPage, repositoryUrl } from "../shapes/repositories.ts";
import { lookUp } from "../access.ts";
import { inRepository, ok, type RepositoryCall, type Routes } from "./route.ts";

/** GitHub's own limits on one comparison. */
const maxComparedCommits = 250;
const maxComparedFiles = 300;

async function getCommit(call: RepositoryCall): Promise<Reply> {
  const { world, repository, params } = call;
  const sha = await commitOf(repository.directory, params["ref"] ?? "");
  const [commit] = await readCommits(repository.directory, sha === null ? [] : [sha]);
  if (commit === undefined) throw new Refusal(422, `No commit found for SHA: ${params["ref"] ?? ""}`);
  const files = await changedFiles(repository.directory, commit.parents[0] ?? null, commit.sha);
  const additions = files.reduce((sum, file) => sum + file.additions, 0);
  const deletions = files.reduce((sum, file) => sum + file.deletions, 0);
  return ok({
    ...commitShape(world, repository, commit),
    stats: { additions, deletions, total: additions + deletions },
    files: files.slice(0, maxComparedFiles).map((file) => fileShape(world, repository, commit.sha, file)),
  });
}

/** One side of a comparison: a branch, tag or commit, or `owner:branch` of a fork (whose commits are fetched). */
async function sideOf({ world, repository }: RepositoryCall, name: string): Promise<string> {
  const [owner, branch] = name.includes(":") ? name.split(":", 2) : [null, name];
  const fork = owner === null ? undefined : lookUp(world, owner ?? "", repository.name)?.repository;
  const from = fork ?? repository;
  const sha = await commitOf(from.directory, branch ?? "");
  if (sha === null) throw notFound();
  if (from !== repository) await git(repository.directory, ["fetch", "--quiet", "--no-tags", from.directory, sha]);
  return sha;
}

async function compare(call: RepositoryCall): Promise<Reply> {
  const { world, repository, params, query } = call;
  const [base = "", head = ""] = (params["basehead"] ?? "").split("...");
  const [baseSha, headSha] = [await sideOf(call, base), await sideOf(call, head)];
  const mergeBase = await gitMaybe(repository.directory, ["merge-base", baseSha, headSha]);
  if (mergeBase === null) throw notFound();
  const ahead = (await revList(repository.directory, headSha, [baseSha], ["--topo-order"])).toReversed();
  const behind = await revList(repository.directory, baseSha, [headSha]);
  const perPage = Number(query.get("per_page") ?? maxComparedCommits);
  const page = Number(query.get("page") ?? 1);
  const shown = ahead.slice((page - 1) * perPage, page * perPage);
  // git gives a commit that is named twice, as where the base is the merge base, once.
  const read = await readCommits(repository.directory, [...new Set([baseSha, mergeBase, ...shown])]);
  const commitAt = (sha: string): GitCommit | undefined => read.find((commit) => commit.sha === sha);
  const [baseCommit, mergeBaseCommit] = [commitAt(baseSha), commitAt(mergeBase)];
  const commits = shown.flatMap((sha) => commitAt(sha) ?? []);
  if (baseCommit === undefined || mergeBaseCommit === undefined) throw notFound();
  const files = page === 1 ? await changedFiles(repository.directory, mergeBase, headSha) : [];
  const url = `${repositoryPage(world, repository)}/compare/${base}...${head}`;
  const status =
    ahead.length === 0 ? (behind.length === 0 ? "identical" : "behind") : behind.length === 0 ? "ahead" : "diverged";
  return ok({
    url: `${repositoryUrl(world, repository)}/compare/${base}...${head}`,
    html_url: url,
    permalink_url: `${repositoryPage(world, repository)}/compare/${baseSha.slice(0, 12)}...${headSha.slice(0, 12)}`,
    diff_url: `${url}.diff`,
    patch_url: `${url}.patch`,
    base_commit: commitShape(world, repository, baseCommit),
    merge_base_commit: commitShape(world, repository, mergeBaseCommit),
    status,
    ahead_by: ahead.length,
    behind_by: behind.length,
    total_commits: ahead.length,
    commits: commits.map((commit) => commitShape(world, repository, commit)),
    files: files.slice(0, maxComparedFiles).map((file) => fileShape(world, repository, headSha, file)),
  });
}

/** What stands at a path of a commit or tree, or all that stands in it. */
async function entriesAt(directory: string, treeish: string, path: string): Promise<TreeEntry[]> {
  const loose = await looseEntriesAt(directory, treeish, path);
  if (loose !== null) return loose;
  const args = ["ls-tree", "-z", "-l", "--full-tree", treeish, ...(path === "" ? [] : ["--", `:(literal)${path}`])];
  return fieldsOf(await git(directory, args)).map((line) => {
    const [info = "", name = ""] = line.split("\t");
    const [mode = "", type = "", sha = "", size = "0"] = info.split(/ +/);
    return { mode, type, sha, size: Number(size) || 0, path: name };
  });
}

async function looseEntriesAt(directory: string, treeish: string, path: string): Promise<TreeEntry[] | null> {
  const tree = await looseTreeOf(directory, treeish);
  const entries = tree === null ? null : await looseEntries(directory, tree, false);
  if (entries === null || path === "") return entries;
  const [name = "", ...below] = path.split("/");
  const found = entries.find((entry) => entry.path === name);
  if (found === undefined || below.length === 0) return found === undefined ? [] : [found];
  if (found.type !== "tree") return [];
  const inside = await looseEntriesAt(directory, found.sha, below.join("/"));
  return inside === null ? null : inside.map((entry) => ({ ...entry, path: `${name}/${entry.path}` }));
}

async function getContent(call: RepositoryCall): Promise<Reply> {
  const { repository, params, query } = call;
  const ref = query.get("ref") ?? repository.defaultBranch;
  const sha = await commitOf(repository.directory, ref);
  if (sha === null) throw notFound();
  const path = (params["path"] ?? "").replace(/^\/|\/$/g, "");
  const [entry] = path === "" ? [] : await entriesAt(repository.directory, sha, path);
  if (path !== "" && entry === undefined) throw notFound();
  if (entry === undefined || entry.type === "tree") {
    const entries = await entriesAt(repository.directory, entry?.sha ?? sha, "");
    return ok(
      entries.map((one) => contentShape(call, { ...one, path: path === "" ? one.path : `${path}/${one.path}` }, ref)),
    );
  }
  const shape = contentShape(call, entry, ref);
  if (entry.type === "commit") return ok({ ...shape, submodule_git_url: null });
  const bytes =
    (await looseObject(repository.directory, entry.sha))?.bytes ??
    (await git(repository.directory, ["cat-file", "blob", entry.sha]));
  if (entry.mode === "120000") return ok({ ...shape, target: bytes.toString("utf8") });
  return ok({ ...shape, encoding: "base64", content: bytes.toString("base64").replace(/.{60}/g, "$&\n") });
}

function contentShape({ world, repository }: RepositoryCall, entry: TreeEntry, ref: string): JsonObject {
  const path = escapedPath(entry.path);
  const self = `${repositoryUrl(world, repository)}/contents/${path}?ref=${encodeURIComponent(ref)}`;
  const kind = entry.type === "tree" ? "trees" : "blobs";
  const git = `${repositoryUrl(world, repository)}/git/${kind}/${entry.sha}`;
  const html = `${repositoryPage(world, repository)}/${entry.type === "tree" ? "tree" : "blob"}/${ref}/${path}`;
  const types: Readonly<Record<string, string>> = { tree: "dir", commit: "submodule" };
  return {
    type: entry.mode === "120000" ? "symlink" : (types[entry.type] ?? "file"),
    name: entry.path.split("/").at(-1) ?? "",
    path: entry.path,
    sha: entry.sha,
    size: entry.size,
    url: self,
    html_url: html,
    git_url: git,
    download_url: entry.type === "blob" ? `${repositoryPage(world, repository)}/raw/${ref}/${path}` : null,
    _links: { self, git, html },
  };
}

/** Commits one file on a branch, on top of what is there. */
async function putContent(call: RepositoryCall): Promise<Reply> {
  const { world, repository, params, body, bot, token } = call;
  const { directory } = repository;
  const [path, branch] = [params["path"] ?? "", stringIn(body, "branch") ?? repository.defaultBranch];
  // Without this permission no app writes to workflows.
  if (path.startsWith(".github/workflows/") && token.permissions["workflows"] !== "write")
    throw new Refusal(403, "Resource not accessible by integration");
  const before = await commitOf(directory, `refs/heads/${branch}`);
  if (before === null) throw new Refusal(404, `Branch ${branch} not found`);
  const [known] = await entriesAt(directory, before, path);
  if ((known?.sha ?? undefined) !== stringIn(body, "sha")) throw new Refusal(409, `${path} does not match`);
  const input = Buffer.from(stringIn(body, "content") ?? "", "base64");
  const blob = (await git(directory, ["hash-object", "-w", "--stdin"], { input })).toString().trim();
  const index = join(directory, `index-${world.nextId()}`);
  const author = { NAME: bot.login, EMAIL: `${bot.login}@users.noreply.example.org` };
  const env = {
    GIT_INDEX_FILE: index,
    GIT_AUTHOR_NAME: author.NAME,
    GIT_AUTHOR_EMAIL: author.EMAIL,
    GIT_COMMITTER_NAME: author.NAME,
    GIT_COMMITTER_EMAIL: author.EMAIL,
  };
  await git(directory, ["read-tree", before], { env });
  await git(directory, ["update-index", "--add", "--cacheinfo", `100644,${blob},${path}`], { env });
  const tree = await gitText(directory, ["write-tree"], { env });
  const message = stringIn(body, "message") ?? "";
  const after = await gitText(directory, ["commit-tree", tree, "-p", before, "-m", message], { env });
  await rm(index, { force: true });
  const ref = `refs/heads/${branch}`;
  await git(directory, ["update-ref", ref, after, before]);
  await afterPush(world, repository, [{ ref, before, after }], bot);
  const [commit] = await readCommits(directory, [after]);
  const [entry] = await entriesAt(directory, after, path);
  if (commit === undefined || entry === undefined) throw notFound();
  return ok(
    { content: contentShape(call, entry, branch), commit: writtenCommit(call, commit) },
    known === undefined ? 201 : 200,
  );
}

function writtenCommit({ world, repository }: RepositoryCall, commit: GitCommit): JsonObject {
  const { sha, message, author, committer, tree, parents } = commit;
  const url = `${repositoryUrl(world, repository)}/git`;
  return {
    sha,
    node_id: "",
    url: `${url}/commits/${sha}`,
    html_url: `${repositoryPage(world, repository)}/commit/${sha}`,
    author: { ...author },
    committer: { ...committer },
    message,
    tree: { sha: tree, url: `${url}/trees/${tree}` },
    parents: parents.map((parent) => ({ sha: parent, url: `${url}/commits/${parent}`, html_url: "" })),
    verification: { verified: false, reason: "unsigned", signature: null, payload: null, verified_at: null },
  };
}

export const contentRoutes: Routes = {
  "repos/get-commit": inRepository("contents", "read", getCommit),
  "repos/compare-commits-with-basehead": inRepository("contents", "read", compare),
  "repos/get-content": inRepository("contents", "read", getContent),
  "repos/create-or-update-file-contents": inRepository("contents", "write", putContent),
};
