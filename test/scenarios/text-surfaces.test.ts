import { afterAll, beforeAll, expect, it } from "vitest";
import { readManifest } from "../github/app-manifest.ts";
import type { LocalRepository } from "../github/local-repository.ts";
import { assertFaithful } from "../github/testing/faithful.ts";
import { startWorkTree, type WorkTree } from "../github/work-tree.ts";
import { startRepository } from "../support/scenario.ts";
import { startScene, type Scene } from "../support/scene.ts";
import { newToken } from "../support/tokens.ts";
import { until, verdictOn } from "../support/watch.ts";

let scene: Scene;
let repository: LocalRepository;
let tree: WorkTree;

beforeAll(async () => {
  // As an owner grants it who wants masks in release notes and wikis, but not in reviews.
  scene = await startScene({}, { permissions: { ...readManifest().permissions, contents: "write" } });
  ({ repository, tree } = await startRepository(scene));
});
afterAll(async () => {
  await tree[Symbol.asyncDispose]();
  await scene[Symbol.asyncDispose]();
});

/** The issues that Keyward filed here. */
const incidents = (at = repository) => at.issues().filter(({ author }) => author.login.endsWith("[bot]"));

/** The incident whose issue names a place in these words. */
const incidentAt = (place: string, at = repository) =>
  until(`the incident of ${place}`, () => incidents(at).find(({ body }) => (body ?? "").includes(place)));

it("a token in the message of an annotated tag is an incident", async () => {
  const token = newToken();
  await tree.git("tag", "--annotate", "v1", "-m", `The first\n\nwith ${token}`);
  await tree.push("v1");
  const incident = await incidentAt("the message of tag `v1`");
  expect(JSON.stringify(incident)).not.toContain(token);
  await assertFaithful(scene.github);
});

/** A pull request of a branch of its own. */
async function openPull(branch: string, wanted: { readonly title: string; readonly body?: string }) {
  await tree.git("switch", "--quiet", "--create", branch, "main");
  await tree.commit({ message: "Work", files: [[`${branch}.txt`, "work\n"]] });
  await tree.push(branch);
  return (await repository.openPullRequest({ head: branch, ...wanted })).number;
}

it("a token in the title or body of an issue or a pull request is an incident", async () => {
  const [inTitle, inBody, inPull] = [newToken(), newToken(), newToken()];
  const titled = repository.openIssue({ title: `Cannot log in with ${inTitle}` }).number;
  const { number } = repository.openIssue({ title: "Cannot log in", body: `I use\n\n    ${inBody}\n` });
  const pull = await openPull("with-body", { title: "Work", body: `Try ${inPull}` });
  await incidentAt(`the title of issue ${titled}`);
  const incident = await incidentAt(`the body of issue ${number}`);
  await incidentAt(`the body of pull request ${pull}`);
  for (const token of [inTitle, inBody, inPull]) expect(JSON.stringify(incidents())).not.toContain(token);
  expect(incident.body).not.toContain("in the commits of this repository");
  await assertFaithful(scene.github);
});

it("a token in a comment, a review, a comment on a line, or a release is an incident", async () => {
  const number = await openPull("talk", { title: "Talk" });
  repository.comment(number, `It fails with ${newToken()}`);
  repository.review(number, `Do not use ${newToken()}`);
  repository.commentOnLine(number, { path: "talk.txt", line: 1, body: `Here: ${newToken()}` });
  repository.publishRelease({ tag: "v2", name: "Two", body: `Uses ${newToken()}` });
  for (const place of [
    `a comment on ${number}`,
    `a review of pull request ${number}`,
    `a review comment on pull request ${number}`,
    "the notes of release `v2`",
  ])
    await incidentAt(place);
  await assertFaithful(scene.github);
});

it("a text of somebody who has no role here is read too, and one that is edited is read again", async () => {
  scene.github.createUser("stranger");
  const { number } = repository.openIssue({ title: "Question", body: "How?", author: "stranger" });
  const comment = repository.comment(number, "Like this", "stranger");
  repository.editComment(number, comment, `Like this: ${newToken()}`, "stranger");
  await incidentAt(`a comment on ${number}`);
  await repository.edit(number, { body: `How, with ${newToken()}?` });
  await incidentAt(`the body of issue ${number}`);
  await assertFaithful(scene.github);
});

it("told of twice it is one incident", async () => {
  const { number } = repository.openIssue({ title: "Twice", body: newToken() });
  await incidentAt(`the body of issue ${number}`);
  const before = incidents().length;
  const told = scene.github.deliveries.filter(
    ({ event, payload }) => event === "issues" && JSON.stringify(payload).includes(`"number":${number},`),
  );
  for (const { id } of told) await scene.github.redeliver(id);
  await scene.github.idle();
  const other = repository.openIssue({ title: "The next one", body: newToken() }).number;
  await incidentAt(`the body of issue ${other}`);
  expect(incidents().length).toBe(before + 1);
  await assertFaithful(scene.github);
});

it("of a text in a public repository nothing is said in public", async () => {
  const open = await startRepository(scene, "public");
  const token = newToken();
  open.repository.openIssue({ title: "Help", body: token });
  const issue = await until("the incident", () => incidents(open.repository)[0]);
  expect(issue.title).toBe("Keyward: something here needs a maintainer");
  expect(JSON.stringify([issue.title, issue.body])).not.toMatch(/ghp_|body of issue/);
  await open.tree[Symbol.asyncDispose]();
  await assertFaithful(scene.github);
});

/** A repository that has asked for masks from its first commit on: what is configured may be half a minute old. */
async function startMasking(name: string) {
  const masking = await scene.github.createRepository({ owner: "acme", name });
  const clone = await startWorkTree(masking);
  const first = await clone.commit({ message: "Start", files: [[".github/keyward.yml", "redact: true\n"]] });
  await clone.push("main");
  await verdictOn(masking, first);
  return { repository: masking, tree: clone };
}

it("where keyward.yml asks for it, the secret is masked, once, and the incident says what GitHub keeps", async () => {
  const { tree: clone, repository: at } = await startMasking("masked");
  const token = newToken();
  const before = `## Steps\r\n\r\n1. set \`TOKEN=${token}\`\r\n2. see “it” fail ✗\r\n`;
  const { number } = at.openIssue({ title: "It fails", body: before });
  const comment = at.comment(number, `with ${token} too`);

  const incident = await until("what GitHub keeps, said", () =>
    incidents(at).find(
      ({ comments }) => comments.filter(({ body }) => body.includes("Delete revision from history")).length === 2,
    ),
  );
  const issue = at.issues().find((one) => one.number === number);
  expect(issue?.body?.replace(/ghp_\w{1,4}\*{4}/, token)).toBe(before);
  expect(issue?.comments.find(({ id }) => id === comment)?.body).toMatch(/^with ghp_\w{1,4}\*{4} too$/);
  await until("the places in the issue", () => incidents(at)[0]?.body?.match(/; replaced by a mask/g)?.length === 2);
  expect(incident.body).toContain("### Earlier versions");

  // What its own edits are told as, and the first delivery again, make no further edit and no further incident.
  const edits = () => scene.github.requests.filter(({ method, path }) => method === "PATCH" && path.includes(at.name));
  const toText = () => edits().filter(({ path }) => path.endsWith(`/issues/${number}`) || path.includes("/comments/"));
  const opened = scene.github.deliveries.find(
    ({ event, action, repositoryId }) => event === "issues" && action === "opened" && repositoryId === at.id,
  );
  if (opened) await scene.github.redeliver(opened.id);
  const last = at.openIssue({ title: "Another", body: newToken() }).number;
  await until("the last one masked", () =>
    at
      .issues()
      .find((one) => one.number === last)
      ?.body?.includes("****"),
  );
  expect(toText()).toHaveLength(2);
  await until("its incident", () => incidents(at).length === 2);
  expect(JSON.stringify(at.issues())).not.toContain(token);
  await clone[Symbol.asyncDispose]();
  await assertFaithful(scene.github);
});

it("release notes and wiki pages are masked too; what the app may not edit stays, and the incident says what it takes", async () => {
  const { tree: clone, repository: at } = await startMasking("masked-by-halves");
  await clone.git("switch", "--quiet", "--create", "topic");
  await clone.commit({ message: "Work", files: [["a.txt", "a\n"]] });
  await clone.push("topic");
  const pull = await at.openPullRequest({ head: "topic", title: "Work" });
  const id = at.publishRelease({ tag: "v1", body: `Uses ${newToken()}` });
  at.review(pull.number, `Why not ${newToken()}?`);
  const token = newToken();
  const revision = await at.editWiki("Home.md", `Log in with ${token}\n`);

  await until("the notes masked", () =>
    /^Uses ghp_\w{1,4}\*{4}$/.test(at.releases().find((one) => one.id === id)?.body ?? ""),
  );
  await until("that the wiki keeps it, said", () =>
    incidents(at).some(({ comments }) => comments.some(({ body }) => body.includes("wiki’s own git repository"))),
  );
  expect(await at.wikiPage("Home.md")).toMatch(/^Log in with ghp_\w{1,4}\*{4}$/);
  expect(await at.wikiPage("Home.md", revision)).toContain(token);
  expect(await at.wikiPage("Home.md", "master~1")).toContain(token);
  await until("why the review is not masked, said", () =>
    incidents(at).some(({ comments }) =>
      comments.some(({ body }) =>
        /could not take the secret out of a review.*pull.{1,2}requests.{1,6} write/.test(body),
      ),
    ),
  );
  await clone[Symbol.asyncDispose]();
  await assertFaithful(scene.github);
});

it("a token on a wiki page is an incident, also one that a later revision took away before anybody looked", async () => {
  const [token, gone] = [newToken(), newToken()];
  await repository.editWiki("Home.md", `Welcome\n\nLog in with ${token}\n`);
  await incidentAt("wiki page `Home`");
  scene.github.setWebhook(null);
  await repository.editWiki("guides/Set-up.md", `key: ${gone}\n`);
  await repository.editWiki("guides/Set-up.md", "key: ask somebody\n");
  scene.github.setWebhook(scene.keyward.webhookUrl);
  await repository.editWiki("Home.md", `Welcome back\n\nLog in with ${token}\n`);
  await incidentAt("wiki page `Set-up`");
  // The page that still holds the first one is no new place of it.
  const [home] = incidents().filter(({ body }) => body?.includes("wiki page `Home`"));
  expect(home?.body?.match(/wiki page `Home`/g)).toHaveLength(1);
  await assertFaithful(scene.github);
});
