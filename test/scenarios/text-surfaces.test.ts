import { afterAll, beforeAll, expect, it, vi } from "vitest";
import type { LocalRepository } from "../github/local-repository.ts";
import { assertFaithful } from "../github/testing/faithful.ts";
import type { WorkTree } from "../github/work-tree.ts";
import { startRepository } from "../support/scenario.ts";
import { startScene, type Scene } from "../support/scene.ts";
import { newToken } from "../support/tokens.ts";
import { until } from "../support/watch.ts";

// GitHub is written to once a second at most.
vi.setConfig({ testTimeout: 120_000 });

let scene: Scene;
let repository: LocalRepository;
let tree: WorkTree;

beforeAll(async () => {
  scene = await startScene();
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
