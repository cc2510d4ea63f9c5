import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { git } from "./git/git.ts";
import { startLocalGithub, type LocalGithub } from "./local-github.ts";
import type { LocalRepository } from "./local-repository.ts";
import { operations } from "./openapi/description.ts";
import { allRoutes } from "./routes/all-routes.ts";
import { appClient, installationClient } from "./testing/clients.ts";
import { endFaithfully } from "./testing/faithful.ts";
import { startWorkTree, type WorkTree } from "./work-tree.ts";

let github: LocalGithub;
let repository: LocalRepository;
let tree: WorkTree;
let client: ReturnType<typeof installationClient>;
let installationId: number;
let head: string;
const at = { owner: "acme", repo: "shop" };

beforeAll(async () => {
  github = await startLocalGithub();
  installationId = github.createOrganization("acme").id;
  repository = await github.createRepository({ ...at, name: "shop" });
  tree = await startWorkTree(repository);
  await tree.commit({ message: "one", files: [["a.txt", "a\n"]] });
  head = await tree.commit({ message: "two", files: [["dir/b.txt", "b\nc\n"]] });
  await tree.push("main");
  await tree.git("checkout", "-q", "-b", "feature/x");
  await tree.commit({
    message: "three",
    files: [
      ["a.txt", null],
      ['b "q".txt', "new\n"],
      ["bin", Buffer.from([0, 1, 2])],
    ],
  });
  await tree.push("feature/x");
  await repository.openPullRequest({ head: "feature/x", title: "Three", body: "please" });
  client = installationClient(github, installationId);
});

afterAll(async () => {
  await endFaithfully(github, tree);
});

test("every described operation has a route, and every route is described", () => {
  expect(Object.keys(allRoutes).toSorted()).toEqual([...operations.keys()].toSorted());
});

describe("the app", () => {
  test("knows itself and its installations", async () => {
    const app = appClient(github);
    expect((await app.rest.apps.getAuthenticated()).data).toMatchObject({ slug: "keyward", installations_count: 1 });
    expect((await app.rest.apps.listInstallations()).data).toMatchObject([
      { id: installationId, account: { login: "acme" } },
    ]);
    expect((await app.rest.apps.getInstallation({ installation_id: installationId })).data.app_slug).toBe("keyward");
    expect((await app.rest.apps.getRepoInstallation(at)).data.id).toBe(installationId);
    expect((await app.rest.apps.getOrgInstallation({ org: "acme" })).data.id).toBe(installationId);
    await expect(app.rest.apps.getInstallation({ installation_id: 1 })).rejects.toMatchObject({ status: 404 });
  });

  test("sees the repositories of an installation", async () => {
    const { data } = await client.rest.apps.listReposAccessibleToInstallation();
    expect(data).toMatchObject({ total_count: 1, repositories: [{ full_name: "acme/shop" }] });
  });
});

describe("repositories and git data", () => {
  test("are the same from files of their own as from packs", async () => {
    const packed = await github.createRepository({ owner: "acme", name: "packed" });
    await using work = await startWorkTree(packed);
    await work.commit({
      message: "one",
      files: [
        ["a.txt", "a\n"],
        ["dir/deep/b c.txt", "b\n"],
        ["dir/z", "z\n"],
      ],
    });
    await work.git("update-index", "--add", "--cacheinfo", `160000,${head},module`);
    await work.git("commit", "-q", "-m", "module");
    await work.push("main");
    const place = { owner: "acme", repo: "packed" };
    const all = async () => ({
      ref: (await client.rest.git.getRef({ ...place, ref: "heads/main" })).data,
      whole: (await client.rest.git.getTree({ ...place, tree_sha: "main", recursive: "1" })).data,
      top: (await client.rest.git.getTree({ ...place, tree_sha: "main" })).data,
      blob: (await client.rest.git.getBlob({ ...place, file_sha: await work.git("rev-parse", "HEAD:dir/z") })).data,
      file: (await client.rest.repos.getContent({ ...place, path: "dir/deep/b c.txt" })).data,
      folder: (await client.rest.repos.getContent({ ...place, path: "dir" })).data,
    });
    const loose = await all();
    await git(packed.directory, ["repack", "-adq"]);
    await git(packed.directory, ["pack-refs", "--all"]);
    expect(await all()).toEqual(loose);
    expect(loose.whole.tree.map(({ path }) => path)).toEqual(
      (await work.git("ls-tree", "-r", "-t", "--name-only", "HEAD")).split("\n"),
    );
    packed.delete();
  });

  test("a repository by name and by id", async () => {
    const { data } = await client.rest.repos.get(at);
    expect(data).toMatchObject({ id: repository.id, private: true, default_branch: "main", visibility: "private" });
    const byId = await client.request("GET /repositories/{id}", { id: repository.id });
    expect(byId.data).toEqual(data);
  });

  test("branches and commits", async () => {
    const branches = await client.rest.repos.listBranches(at);
    expect(branches.data.map(({ name }) => name)).toEqual(["feature/x", "main"]);
    expect((await client.rest.repos.getBranch({ ...at, branch: "feature/x" })).data.name).toBe("feature/x");
    expect((await client.rest.repos.listCommits(at)).data.map(({ commit }) => commit.message)).toEqual(["two", "one"]);
    const commit = await client.rest.repos.getCommit({ ...at, ref: head });
    expect(commit.data.files).toMatchObject([
      { filename: "dir/b.txt", status: "added", additions: 2, patch: "@@ -0,0 +1,2 @@\n+b\n+c" },
    ]);
  });

  test("contents of files and directories", async () => {
    const file = await client.rest.repos.getContent({ ...at, path: "dir/b.txt" });
    expect(file.data).toMatchObject({ type: "file", encoding: "base64", content: "YgpjCg==" });
    const top = await client.rest.repos.getContent({ ...at, path: "" });
    expect(top.data).toMatchObject([
      { name: "a.txt", type: "file" },
      { name: "dir", type: "dir" },
    ]);
    const dir = await client.rest.repos.getContent({ ...at, path: "dir", ref: "feature/x" });
    expect(dir.data).toMatchObject([{ path: "dir/b.txt" }]);
    await expect(client.rest.repos.getContent({ ...at, path: "no" })).rejects.toMatchObject({ status: 404 });
  });

  test("objects and refs", async () => {
    const commit = await client.rest.git.getCommit({ ...at, commit_sha: head });
    const tree = await client.rest.git.getTree({ ...at, tree_sha: commit.data.tree.sha, recursive: "1" });
    expect(tree.data.tree.map(({ path, type }) => `${type} ${path}`)).toEqual([
      "blob a.txt",
      "tree dir",
      "blob dir/b.txt",
    ]);
    const blob = await client.rest.git.getBlob({ ...at, file_sha: tree.data.tree[0]?.sha ?? "" });
    expect(blob.data).toMatchObject({ size: 2, content: "YQo=" });
    expect((await client.rest.git.getRef({ ...at, ref: "heads/main" })).data.object.sha).toBe(head);
    expect((await client.rest.git.listMatchingRefs({ ...at, ref: "heads/" })).data).toHaveLength(2);
  });

  test("a comparison", async () => {
    const { data } = await client.rest.repos.compareCommitsWithBasehead({ ...at, basehead: "main...feature/x" });
    expect(data).toMatchObject({
      status: "ahead",
      ahead_by: 1,
      behind_by: 0,
      total_commits: 1,
      base_commit: { sha: head },
    });
    expect(data.files?.map(({ filename, status }) => `${status} ${filename}`)).toEqual([
      "removed a.txt",
      'added b "q".txt',
      "added bin",
    ]);
  });

  test("a pull request with its files and commits", async () => {
    const [listed] = (await client.rest.pulls.list(at)).data;
    expect(listed).toMatchObject({
      title: "Three",
      head: { ref: "feature/x", label: "acme:feature/x" },
      base: { ref: "main" },
    });
    const pull = { ...at, pull_number: listed?.number ?? 0 };
    expect((await client.rest.pulls.get(pull)).data).toMatchObject({ commits: 1, changed_files: 3, merged: false });
    expect((await client.rest.pulls.listFiles(pull)).data).toHaveLength(3);
    expect((await client.rest.pulls.listCommits(pull)).data).toMatchObject([{ commit: { message: "three" } }]);
  });

  test("what a person may do", async () => {
    github.createUser("guest");
    const writer = await client.rest.repos.getCollaboratorPermissionLevel({ ...at, username: "developer" });
    expect(writer.data).toMatchObject({ permission: "write", role_name: "write", user: { login: "developer" } });
    const guest = await client.rest.repos.getCollaboratorPermissionLevel({ ...at, username: "guest" });
    expect(guest.data.permission).toBe("none");
  });

  test("limits, meta and users", async () => {
    expect((await client.rest.rateLimit.get()).data.rate.limit).toBe(5000);
    expect((await client.rest.meta.get()).data.hooks).toBeDefined();
    expect((await client.rest.users.getByUsername({ username: "developer" })).data.type).toBe("User");
  });
});

describe("check runs", () => {
  test("are created, gather annotations, and are completed by their conclusion", async () => {
    const run = await client.rest.checks.create({ ...at, name: "Keyward", head_sha: head, status: "in_progress" });
    expect(run.data).toMatchObject({
      status: "in_progress",
      conclusion: null,
      app: { id: github.app.id },
      pull_requests: [],
    });
    const one = { path: "dir/b.txt", start_line: 1, end_line: 1, annotation_level: "failure" as const, message: "key" };
    const output = { title: "Found", summary: "One key", annotations: [one] };
    const check = { ...at, check_run_id: run.data.id };
    await client.rest.checks.update({ ...check, output });
    const done = await client.rest.checks.update({
      ...check,
      conclusion: "failure",
      output: { ...output, annotations: [one, one] },
    });
    expect(done.data).toMatchObject({ status: "completed", conclusion: "failure", output: { annotations_count: 3 } });
    expect((await client.rest.checks.listAnnotations({ ...check, per_page: 2 })).data).toHaveLength(2);
    expect(repository.checkRuns(head)).toMatchObject([
      { name: "Keyward", conclusion: "failure", annotations: [{}, {}, {}] },
    ]);
  });

  test("are listed by name, app, status, newest first; `latest` has one of each name", async () => {
    const older = await client.rest.checks.create({ ...at, name: "Listed", head_sha: head });
    const newer = await client.rest.checks.create({ ...at, name: "Listed", head_sha: head });
    const list = { ...at, ref: "main", check_name: "Listed", app_id: github.app.id };
    expect((await client.rest.checks.listForRef(list)).data.check_runs.map(({ id }) => id)).toEqual([newer.data.id]);
    const all = await client.rest.checks.listForRef({ ...list, filter: "all" });
    expect(all.data.check_runs.map(({ id }) => id)).toEqual([newer.data.id, older.data.id]);
    expect((await client.rest.checks.listForRef({ ...list, app_id: 1 })).data.total_count).toBe(0);
    const [suite] = (await client.rest.checks.listSuitesForRef({ ...at, ref: head })).data.check_suites;
    const suite_id = { ...at, check_suite_id: suite?.id ?? 0 };
    expect((await client.rest.checks.getSuite(suite_id)).data.head_sha).toBe(head);
    expect((await client.rest.checks.listForSuite({ ...suite_id, check_name: "Listed" })).data.total_count).toBe(1);
  });
});

describe("issues", () => {
  test("are the bot's, found by creator, label and state", async () => {
    const made = await client.rest.issues.create({ ...at, title: "Key", body: "b", labels: ["keyward", "incident"] });
    expect(made.data).toMatchObject({
      user: { login: "keyward[bot]", type: "Bot" },
      performed_via_github_app: { slug: "keyward" },
    });
    repository.openIssue({ title: "A person's", body: "hello" });
    const find = { ...at, creator: "keyward[bot]", labels: "keyward,incident" };
    expect((await client.rest.issues.listForRepo(find)).data.map(({ number }) => number)).toEqual([made.data.number]);
    await client.rest.issues.update({
      ...at,
      issue_number: made.data.number,
      state: "closed",
      state_reason: "completed",
    });
    expect((await client.rest.issues.listForRepo(find)).data).toEqual([]);
    expect((await client.rest.issues.listForRepo({ ...find, state: "all" })).data).toHaveLength(1);
    const again = await client.rest.issues.get({ ...at, issue_number: made.data.number });
    expect(again.data).toMatchObject({
      state: "closed",
      state_reason: "completed",
      closed_by: { login: "keyward[bot]" },
    });
  });

  test("have comments and labels", async () => {
    const { number: issue_number } = repository.openIssue({ title: "Talk" });
    const issue = { ...at, issue_number };
    const comment = await client.rest.issues.createComment({ ...issue, body: "one" });
    await client.rest.issues.updateComment({ ...at, comment_id: comment.data.id, body: "uno" });
    repository.comment(issue_number, "two");
    expect((await client.rest.issues.listComments(issue)).data.map(({ body }) => body)).toEqual(["uno", "two"]);
    expect((await client.rest.issues.getComment({ ...at, comment_id: comment.data.id })).data.body).toBe("uno");
    await client.rest.issues.deleteComment({ ...at, comment_id: comment.data.id });
    await client.rest.issues.createLabel({ ...at, name: "later", color: "ff0000", description: "not now" });
    await client.rest.issues.addLabels({ ...issue, labels: ["later", "made on the way"] });
    await client.rest.issues.removeLabel({ ...issue, name: "later" });
    expect((await client.rest.issues.listLabelsOnIssue(issue)).data).toMatchObject([{ name: "made on the way" }]);
    expect((await client.rest.issues.getLabel({ ...at, name: "later" })).data.color).toBe("ff0000");
    expect((await client.rest.issues.listLabelsForRepo(at)).data.length).toBeGreaterThan(1);
  });

  test("and the texts of reviews and releases are read, and written where that is allowed", async () => {
    const open = (await client.rest.pulls.list(at)).data[0]?.number ?? 0;
    const review = { ...at, pull_number: open, review_id: repository.review(open, "Looks fine") };
    expect((await client.rest.pulls.getReview(review)).data.body).toBe("Looks fine");
    const comment_id = repository.commentOnLine(open, { path: "a.txt", line: 1, body: "Why?" });
    expect((await client.rest.pulls.getReviewComment({ ...at, comment_id })).data).toMatchObject({ body: "Why?" });
    const release_id = repository.publishRelease({ tag: "v1", name: "One", body: "First" });
    expect((await client.rest.repos.getRelease({ ...at, release_id })).data).toMatchObject({ name: "One" });
    expect((await client.rest.repos.listReleases(at)).data.map(({ tag_name }) => tag_name)).toEqual(["v1"]);
    const body = "other";
    await expect(client.rest.pulls.updateReview({ ...review, body })).rejects.toMatchObject({ status: 403 });
    await expect(client.rest.pulls.updateReviewComment({ ...at, comment_id, body })).rejects.toMatchObject({
      status: 403,
    });
    await expect(client.rest.repos.updateRelease({ ...at, release_id, body })).rejects.toMatchObject({ status: 403 });
  });

  test("are paged with Link headers", async () => {
    for (let n = 0; n < 5; n++) repository.openIssue({ title: `page ${n}` });
    const first = await client.rest.issues.listForRepo({ ...at, creator: "developer", per_page: 2 });
    expect(first.headers.link).toContain('rel="next"');
    const all = await client.paginate(client.rest.issues.listForRepo, { ...at, creator: "developer", per_page: 2 });
    expect(all.length).toBeGreaterThanOrEqual(5);
    expect(new Set(all.map(({ number }) => number)).size).toBe(all.length);
  });
});
