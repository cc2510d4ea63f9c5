import { afterAll, beforeAll, expect, it } from "vitest";
import type { LocalRepository } from "../github/local-repository.ts";
import { assertFaithful } from "../github/testing/faithful.ts";
import { startRepository } from "../support/scenario.ts";
import { startScene, type Scene } from "../support/scene.ts";
import { newToken } from "../support/tokens.ts";
import { until, verdictOn } from "../support/watch.ts";

let scene: Scene;

beforeAll(async () => {
  scene = await startScene();
});
afterAll(() => scene[Symbol.asyncDispose]());

const line = (token: string): string => `const github = connect("${token}");\n`;
const issuesOf = (repository: LocalRepository) => repository.issues().filter((issue) => issue.pull === null);

/** The issue once it fits; its comments are what was told so far. */
const issueThat = (
  repository: LocalRepository,
  what: string,
  fits: (issue: ReturnType<typeof issuesOf>[number]) => boolean,
) => until(what, () => issuesOf(repository).find(fits));

async function leak(visibility: "private" | "public" = "private") {
  const { repository, tree } = await startRepository(scene, visibility);
  repository.setRole("developer", "maintain");
  const token = newToken();
  await tree.git("switch", "--quiet", "--create", "topic");
  const head = await tree.commit({
    message: "Connect",
    files: [
      ["src/app.ts", line(token)],
      [".github/CODEOWNERS", "*.ts @developer\n"],
    ],
  });
  await tree.push("topic");
  const issue = await issueThat(
    repository,
    "the incident",
    (one) => (one.body ?? "").includes("### Who could see it") || visibility === "public",
  );
  return { repository, tree, token, issue, head };
}

const concluded = (repository: LocalRepository, head: string, conclusion: string) =>
  until(`the check to conclude ${conclusion}`, () =>
    repository.checkRuns(head).some((run) => run.name === "Keyward" && run.conclusion === conclusion),
  );

it("a leak is filed with all that is known, and closed by attestation; by hand alone it is not", async () => {
  const { repository, issue, token, head } = await leak();
  await concluded(repository, head, "failure");
  const { number } = issue;
  const filled = await issueThat(repository, "what was found out", ({ body }) =>
    (body ?? "").includes("its collaborators"),
  );
  expect(filled.body).toContain("| Collaborators | 1 |");
  expect(filled.body).toContain("unknown: the audit log is open to apps of GitHub Enterprise Cloud alone");
  expect(filled.body).toContain("| On the default branch | no |");
  // Committed by an account that can be assigned: CODEOWNERS counts on the default branch only.
  expect(filled.body).toContain("@developer (who committed it)");
  await issueThat(repository, "the assignee", ({ assignees }) => assignees.some(({ login }) => login === "developer"));

  await repository.close(number);
  const back = await issueThat(
    repository,
    "the issue open again",
    ({ state, comments }) => state === "open" && comments.length > 0,
  );
  expect(back.comments[0]?.body).toContain("This is open again, as nothing shows yet");

  const id = repository.comment(number, "/keyward attest seen refused by the API");
  const closed = await issueThat(
    repository,
    "the end",
    ({ state, comments }) => state === "closed" && comments.length >= 3,
  );
  expect(closed.body).toContain("- [x] The old one is dead");
  await concluded(repository, head, "success");
  expect(closed.comments.find((one) => one.id === id)?.reactions).toMatchObject([{ content: "+1" }]);
  expect(JSON.stringify([closed.title, closed.body, closed.comments.map(({ body }) => body)])).not.toContain(token);
  await assertFaithful(scene.github);
});

it("a secret that is pushed again opens its incident again, and blocks again where it was dead", async () => {
  const { repository, tree, token, issue, head } = await leak();
  repository.comment(issue.number, "/keyward attest dead");
  await issueThat(repository, "the end", ({ state }) => state === "closed");
  await concluded(repository, head, "success");
  await tree.git("switch", "--quiet", "--create", "again", "main");
  await tree.commit({ message: "Again", files: [["again.ts", line(token)]] });
  await tree.push("again");
  const again = await issueThat(
    repository,
    "the incident open again",
    ({ state, comments }) =>
      state === "open" && comments.some(({ body }) => body.includes("pushed again after it was dead")),
  );
  expect(again.number).toBe(issue.number);
  await concluded(repository, head, "failure");
  expect(again.body).toContain("again.ts");
  await assertFaithful(scene.github);
});

it("the same commit brought back opens its incident again; what only looks at it again, or builds on it, does not", async () => {
  const { repository, tree, issue } = await leak();
  const { number } = issue;
  const leaked = await tree.git("rev-parse", "topic");
  const attest = async (times: number): Promise<void> => {
    repository.comment(number, "/keyward attest dead");
    const said = times === 1 ? "again once" : `again ${times} times`;
    await issueThat(
      repository,
      "the end",
      ({ state, body }) => state === "closed" && (times === 0 || (body ?? "").includes(said)),
    );
  };
  const openAgain = (times: string) =>
    issueThat(repository, `open again ${times}`, ({ state, body }) => state === "open" && (body ?? "").includes(times));
  await attest(0);

  const more = await tree.commit({ message: "More", files: [["more.ts", "\n"]] });
  await tree.push("topic");
  await verdictOn(repository, more);
  await repository.rerequestCheckSuite(repository.checkRuns(leaked)[0]?.suite.id ?? 0);
  await tree.git("push", "--quiet", "origin", `${leaked}:refs/heads/other`);
  const other = await openAgain("opened again once");
  expect(other.body).toContain("| Pushed to | `topic`, `other` |");
  await attest(1);

  // GitHub dates pushes by the second.
  const second = Math.floor(Date.now() / 1000);
  await until("the next second", () => Math.floor(Date.now() / 1000) > second);
  await tree.git("push", "--quiet", "--force", "origin", "main:topic");
  await tree.git("push", "--quiet", "--force", "origin", `${leaked}:refs/heads/topic`);
  await openAgain("opened again 2 times");
  await assertFaithful(scene.github);
});

it("a public place hears of nothing, whatever is asked there", async () => {
  const { repository, issue, token } = await leak("public");
  repository.comment(issue.number, "/keyward export");
  const answered = await issueThat(repository, "the answer", ({ comments }) => comments.length >= 2);
  const said = [answered.title, answered.body, ...answered.comments.slice(1).map(({ body }) => body)].join("\n");
  expect(said).toContain("Everyone can read this");
  expect(said).not.toMatch(/src\/app|ghp_|GitHub personal|[0-9a-f]{32}\b/);
  expect(said).not.toContain(token);
  await assertFaithful(scene.github);
});

it("in working hours, with other clocks: what keyward.yml says holds", async () => {
  const { repository, tree } = await startRepository(scene);
  await tree.git("switch", "--quiet", "main");
  await tree.commit({
    message: "Configure",
    files: [
      [
        ".github/keyward.yml",
        "incidents:\n  class-rules:\n    - { class: low, paths: ['/sandbox/'] }\n  fallback-owners: ['@acme/security']\n",
      ],
    ],
  });
  await tree.push("main");
  await tree.git("switch", "--quiet", "--create", "topic");
  await tree.commit({ message: "Connect", files: [["sandbox/a.ts", line(newToken())]] });
  await tree.push("topic");
  const issue = await issueThat(repository, "the incident", ({ body }) => (body ?? "").includes("| Class | low |"));
  expect(issue.body).toMatch(/has to be contained by/);
  await assertFaithful(scene.github);
});
