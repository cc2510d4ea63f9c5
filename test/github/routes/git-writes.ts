import { afterPush } from "../actions/pushes.ts";
import { refsUnder } from "../git/bare-repository.ts";
import { readCommits } from "../git/commits.ts";
import { git, gitMaybe, gitText } from "../git/git.ts";
import { isObject, objectIn, stringIn, stringsIn, type JsonObject } from "../json.ts";
import { notFound, Refusal, type Reply } from "../refusal.ts";
import { gitCommitShape } from "../shapes/commits.ts";
import { repositoryUrl } from "../shapes/repositories.ts";
import { inRepository, ok, type RepositoryCall, type Routes } from "./route.ts";

type Entry = { readonly path: string; readonly mode: string; readonly sha: string };

/** A tree made of another and some files. */
async function createTree(call: RepositoryCall): Promise<Reply> {
  const { world, repository, body, token } = call;
  const { directory } = repository;
  const given = body["tree"];
  const wanted = Array.isArray(given) ? given.filter(isObject) : [];
  // Without this permission no app writes to workflows.
  const writesWorkflows = wanted.some((one) => (stringIn(one, "path") ?? "").startsWith(".github/workflows/"));
  if (writesWorkflows && token.permissions["workflows"] !== "write")
    throw new Refusal(403, "Resource not accessible by integration");
  const entries: Entry[] = [];
  for (const one of wanted) {
    const content = stringIn(one, "content");
    const sha =
      content === undefined
        ? (stringIn(one, "sha") ?? "")
        : (await git(directory, ["hash-object", "-w", "--stdin"], { input: content })).toString().trim();
    entries.push({ path: stringIn(one, "path") ?? "", mode: stringIn(one, "mode") ?? "100644", sha });
  }
  const base = stringIn(body, "base_tree");
  const index = { GIT_INDEX_FILE: `${directory}/local-github-index-${world.nextId()}` };
  if (base !== undefined) await git(directory, ["read-tree", base], { env: index });
  const lines = entries.map(({ mode, sha, path }) => `${mode} ${sha}\t${path}\0`).join("");
  await git(directory, ["update-index", "-z", "--index-info"], { env: index, input: lines });
  const sha = await gitText(directory, ["write-tree"], { env: index });
  const url = `${repositoryUrl(world, repository)}/git`;
  const tree = entries.map((entry): JsonObject => ({ ...entry, type: "blob", url: `${url}/blobs/${entry.sha}` }));
  return ok({ sha, url: `${url}/trees/${sha}`, tree, truncated: false }, 201);
}

async function createCommit(call: RepositoryCall): Promise<Reply> {
  const { world, repository, body, bot } = call;
  const { directory } = repository;
  const parents = stringsIn(body, "parents") ?? [];
  const tree = stringIn(body, "tree") ?? "";
  for (const sha of [tree, ...parents])
    if ((await gitMaybe(directory, ["cat-file", "-t", sha])) === null) throw new Refusal(422, "Object does not exist");
  const author = objectIn(body, "author");
  const name = stringIn(author, "name") ?? bot.login;
  const email = stringIn(author, "email") ?? `${bot.login}@users.noreply.example.org`;
  const date = stringIn(author, "date");
  const env = {
    GIT_AUTHOR_NAME: name,
    GIT_AUTHOR_EMAIL: email,
    GIT_COMMITTER_NAME: name,
    GIT_COMMITTER_EMAIL: email,
    ...(date === undefined ? {} : { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date }),
  };
  const args = ["commit-tree", tree, ...parents.flatMap((sha) => ["-p", sha]), "-F", "-"];
  const sha = await gitText(directory, args, { env, input: stringIn(body, "message") ?? "" });
  const [commit] = await readCommits(directory, [sha]);
  if (commit === undefined) throw notFound();
  return ok(gitCommitShape(world, repository, commit), 201);
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
  const url = `${repositoryUrl(world, repository)}/git`;
  return ok({
    ref,
    node_id: "REF",
    url: `${url}/${ref}`,
    object: { sha: after, type: "commit", url: `${url}/commits/${after}` },
  });
}

export const gitWriteRoutes: Routes = {
  "git/create-tree": inRepository("contents", "write", createTree),
  "git/create-commit": inRepository("contents", "write", createCommit),
  "git/update-ref": inRepository("contents", "write", updateRef),
};
