import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { assertFaithful } from "../github/testing/faithful.ts";
import { startRepository } from "../support/scenario.ts";
import { startScene, type Scene } from "../support/scene.ts";
import { newToken } from "../support/tokens.ts";
import { until, verdictOn } from "../support/watch.ts";

let scene: Scene;

beforeAll(async () => {
  scene = await startScene();
});
afterAll(async () => {
  await scene[Symbol.asyncDispose]();
});

const line = (token: string): string => `const github = connect("${token}");\n`;

describe("a check", () => {
  it("that somebody asks for again is run again, alone or with all checks of the commit", async () => {
    const { repository, tree } = await startRepository(scene);
    await tree.git("switch", "--quiet", "--create", "topic");
    const head = await tree.commit({ message: "Connect", files: [["app.ts", line(newToken())]] });
    await tree.push("topic");
    const first = await verdictOn(repository, head);
    repository.rerequestCheckRun(first.id);
    await until("the second run", () => repository.checkRuns(head, "all").length === 2);
    const second = await verdictOn(repository, head);
    expect(second).toMatchObject({ conclusion: "failure", title: first.title });
    await repository.rerequestCheckSuite(second.suite.id);
    await until("the third run", () => repository.checkRuns(head, "all").length === 3);
    expect(await verdictOn(repository, head)).toMatchObject({ conclusion: "failure" });
    await assertFaithful(scene.github);
  });
});

describe("a message of a commit", () => {
  it("that holds a credential blocks as a file does, and the incident names the commit", async () => {
    const { repository, tree } = await startRepository(scene);
    await tree.git("switch", "--quiet", "--create", "topic");
    const head = await tree.commit({ message: `Use ${newToken()}`, files: [["app.ts", "export {};\n"]] });
    await tree.push("topic");
    const run = await verdictOn(repository, head);
    expect(run).toMatchObject({ conclusion: "failure", title: "1 credential found in 1 commit", annotations: [] });
    expect(run.summary).toContain("the message of");
    const body = await until("the incident", () => repository.issues().find(({ pull }) => pull === null)?.body);
    expect(body).toContain(`/commit/${head}`);
    await assertFaithful(scene.github);
  });
});

describe("a tag", () => {
  it("on commits that no branch has is judged as a branch is", async () => {
    const { repository, tree } = await startRepository(scene);
    await tree.git("switch", "--quiet", "--detach");
    const head = await tree.commit({ message: "Release", files: [["release.ts", line(newToken())]] });
    await tree.git("tag", "v1");
    await tree.push("refs/tags/v1");
    expect(await verdictOn(repository, head)).toMatchObject({ conclusion: "failure" });
    await assertFaithful(scene.github);
  });
});
