import { afterPush } from "../actions/pushes.ts";
import { commitOf, refNamed, refsUnder, type Ref } from "../git/bare-repository.ts";
import { readCommits } from "../git/commits.ts";
import { fieldsOf, git, gitMaybe, zeroSha } from "../git/git.ts";
import { looseEntries, looseObject, looseTreeOf, type TreeEntry } from "../git/loose-objects.ts";
import { stringIn, type JsonObject } from "../json.ts";
import { notFound, Refusal, type Reply } from "../refusal.ts";
import { nodeId } from "../shapes/accounts.ts";
import { gitCommitShape } from "../shapes/commits.ts";
import { repositoryUrl } from "../shapes/repositories.ts";
import { paged } from "./paging.ts";
import { inRepository, ok, type RepositoryCall, type Routes } from "./route.ts";

/** Larger blobs and longer trees are not given over this API. */
const maxBlobBytes = 100 * 1024 * 1024;
const maxTreeEntries = 100_000;

async function typeOf({ repository }: RepositoryCall, sha: string): Promise<string> {
  const type = /^[0-9a-f]{40}$/.test(sha) ? await gitMaybe(repository.directory, ["cat-file", "-t", sha]) : null;
  if (type === null) throw notFound();
  return type;
}

async function blobOf(call: RepositoryCall, sha: string): Promise<Buffer> {
  const { directory } = call.repository;
  const object = await looseObject(directory, sha);
  if ((object?.type ?? (await typeOf(call, sha))) !== "blob") throw notFound();
  return object?.bytes ?? git(directory, ["cat-file", "blob", sha]);
}

async function getBlob(call: RepositoryCall): Promise<Reply> {
  const sha = call.params["file_sha"] ?? "";
  const bytes = await blobOf(call, sha);
  const size = bytes.length;
  if (size > maxBlobBytes)
    throw new Refusal(
      403,
      "The requested blob is too large to fetch via the API, but you can always clone the repository",
      [{ resource: "Blob", field: "data", code: "too_large" }],
    );
  return ok({
    sha,
    node_id: nodeId("B", call.repository.id),
    size,
    url: `${repositoryUrl(call.world, call.repository)}/git/blobs/${sha}`,
    content: bytes.toString("base64").replace(/.{60}/g, "$&\n"),
    encoding: "base64",
  });
}

async function getCommit(call: RepositoryCall): Promise<Reply> {
  const sha = call.params["commit_sha"] ?? "";
  if ((await typeOf(call, sha)) !== "commit") throw notFound();
  const [commit] = await readCommits(call.repository.directory, [sha]);
  if (commit === undefined) throw notFound();
  return ok(gitCommitShape(call.world, call.repository, commit));
}

async function getTree(call: RepositoryCall): Promise<Reply> {
  const { world, repository, params, query } = call;
  const { directory } = repository;
  const name = params["tree_sha"] ?? "";
  const sha =
    (await looseTreeOf(directory, (await commitOf(directory, name)) ?? name)) ??
    (await gitMaybe(directory, ["rev-parse", "--verify", "--quiet", "--end-of-options", `${name}^{tree}`]));
  if (sha === null) throw notFound();
  const recursive = query.has("recursive");
  const entries = (await looseEntries(directory, sha, recursive)) ?? (await listedEntries(directory, sha, recursive));
  const url = `${repositoryUrl(world, repository)}/git`;
  const tree = entries.slice(0, maxTreeEntries).map(({ path, mode, type, sha: entry, size }): JsonObject => {
    const place: JsonObject = { path, mode, type, sha: entry };
    if (type === "blob") return { ...place, size, url: `${url}/blobs/${entry}` };
    return type === "tree" ? { ...place, url: `${url}/trees/${entry}` } : place;
  });
  return ok({ sha, url: `${url}/trees/${sha}`, tree, truncated: entries.length > maxTreeEntries });
}

async function listedEntries(directory: string, sha: string, recursive: boolean): Promise<TreeEntry[]> {
  const options = recursive ? ["-r", "-t"] : [];
  return fieldsOf(await git(directory, ["ls-tree", "-z", "-l", ...options, sha])).map((line) => {
    const tab = line.indexOf("\t");
    const [mode = "", type = "", entry = "", size = "0"] = line.slice(0, tab).split(/ +/);
    return { mode, type, sha: entry, size: Number(size) || 0, path: line.slice(tab + 1) };
  });
}

const refShape = ({ world, repository }: RepositoryCall, { ref, sha, type }: Ref): JsonObject => ({
  ref,
  node_id: nodeId("REF", repository.id),
  url: `${repositoryUrl(world, repository)}/git/${ref}`,
  object: { sha, type, url: `${repositoryUrl(world, repository)}/git/${type}s/${sha}` },
});

async function createRef(call: RepositoryCall): Promise<Reply> {
  const [ref, sha] = [stringIn(call.body, "ref") ?? "", stringIn(call.body, "sha") ?? ""];
  const { directory } = call.repository;
  if (!/^refs\/.+\/.+|^refs\/heads\/./.test(ref) || (await gitMaybe(directory, ["check-ref-format", ref])) === null)
    throw new Refusal(422, "Reference name must start with 'refs/' and contain at least two slashes.");
  if ((await refsUnder(directory, ref)).some((known) => known.ref === ref))
    throw new Refusal(422, "Reference already exists");
  if (!/^[0-9a-f]{40}$/.test(sha) || (await gitMaybe(directory, ["cat-file", "-t", sha])) === null)
    throw new Refusal(422, "Object does not exist");
  await git(directory, ["update-ref", ref, sha, zeroSha]);
  await afterPush(call.world, call.repository, [{ ref, before: zeroSha, after: sha }], call.bot);
  return ok(refShape(call, { ref, sha, type: await typeOf(call, sha) }), 201);
}

async function updateRef(call: RepositoryCall): Promise<Reply> {
  const { world, repository, params, body, bot } = call;
  const { directory } = repository;
  const ref = `refs/${params["ref"] ?? ""}`;
  const after = stringIn(body, "sha") ?? "";
  const before = (await refsUnder(directory, ref)).find((one) => one.ref === ref)?.sha;
  if (before === undefined) throw new Refusal(422, "Reference does not exist");
  if ((await gitMaybe(directory, ["cat-file", "-t", after])) === null) throw new Refusal(422, "Object does not exist");
  const forward = await gitMaybe(directory, ["merge-base", "--is-ancestor", before, after]);
  if (forward === null && body["force"] !== true) throw new Refusal(422, "Update is not a fast forward");
  await git(directory, ["update-ref", ref, after, before]);
  await afterPush(world, repository, [{ ref, before, after }], bot);
  return ok(refShape(call, { ref, sha: after, type: "commit" }));
}

async function deleteRef({ world, repository, params, bot }: RepositoryCall): Promise<Reply> {
  const ref = `refs/${params["ref"] ?? ""}`;
  const found = (await refsUnder(repository.directory, ref)).find((one) => one.ref === ref);
  if (found === undefined) throw new Refusal(422, "Reference does not exist");
  await git(repository.directory, ["update-ref", "-d", ref, found.sha]);
  await afterPush(world, repository, [{ ref, before: found.sha, after: zeroSha }], bot);
  return { status: 204 };
}

export const gitDataRoutes: Routes = {
  "git/get-blob": inRepository("contents", "read", getBlob),
  "git/get-commit": inRepository("contents", "read", getCommit),
  "git/get-tree": inRepository("contents", "read", getTree),
  "git/get-ref": inRepository("contents", "read", async (call) => {
    const found = await refNamed(call.repository.directory, `refs/${call.params["ref"] ?? ""}`);
    if (found === null) throw notFound();
    return ok(refShape(call, found));
  }),
  "git/list-matching-refs": inRepository("contents", "read", async (call) => {
    const prefix = `refs/${call.params["ref"] ?? ""}`;
    const found = (await refsUnder(call.repository.directory, "refs/")).filter(({ ref }) => ref.startsWith(prefix));
    return paged(call, found, (ref) => refShape(call, ref));
  }),
  "git/create-ref": inRepository("contents", "write", createRef),
  "git/update-ref": inRepository("contents", "write", updateRef),
  "git/delete-ref": inRepository("contents", "write", deleteRef),
};
