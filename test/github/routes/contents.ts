import { commitOf } from "../git/bare-repository.ts";
import { readCommits, revList } from "../git/commits.ts";
import { changedFiles } from "../git/diffs.ts";
import { fieldsOf, git, gitMaybe } from "../git/git.ts";
import type { JsonObject } from "../json.ts";
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
  const [baseCommit, mergeBaseCommit, ...commits] = await readCommits(repository.directory, [
    baseSha,
    mergeBase,
    ...shown,
  ]);
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

type TreeEntry = {
  readonly mode: string;
  readonly type: string;
  readonly sha: string;
  readonly size: number;
  readonly path: string;
};

async function entriesAt(directory: string, treeish: string, path: string): Promise<TreeEntry[]> {
  const args = ["ls-tree", "-z", "-l", "--full-tree", treeish, ...(path === "" ? [] : ["--", path])];
  return fieldsOf(await git(directory, args)).map((line) => {
    const [info = "", name = ""] = line.split("\t");
    const [mode = "", type = "", sha = "", size = "0"] = info.split(/ +/);
    return { mode, type, sha, size: Number(size) || 0, path: name };
  });
}

async function getContent(call: RepositoryCall): Promise<Reply> {
  const { repository, params, query } = call;
  const ref = query.get("ref") ?? repository.defaultBranch;
  const sha = await commitOf(repository.directory, ref);
  if (sha === null) throw notFound();
  const path = (params["path"] ?? "").replace(/^\/|\/$/g, "");
  const [entry] = path === "" ? [] : await entriesAt(repository.directory, sha, `:(literal)${path}`);
  if (path !== "" && entry === undefined) throw notFound();
  if (entry === undefined || entry.type === "tree") {
    const entries = await entriesAt(repository.directory, entry?.sha ?? `${sha}^{tree}`, "");
    return ok(
      entries.map((one) => contentShape(call, { ...one, path: path === "" ? one.path : `${path}/${one.path}` }, ref)),
    );
  }
  const shape = contentShape(call, entry, ref);
  if (entry.type === "commit") return ok({ ...shape, submodule_git_url: null });
  const bytes = await git(repository.directory, ["cat-file", "blob", entry.sha]);
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

export const contentRoutes: Routes = {
  "repos/get-commit": inRepository("contents", "read", getCommit),
  "repos/compare-commits-with-basehead": inRepository("contents", "read", compare),
  "repos/get-content": inRepository("contents", "read", getContent),
};
