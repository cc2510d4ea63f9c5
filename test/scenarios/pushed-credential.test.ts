import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { assertFaithful } from "../github/testing/faithful.ts";
import type { LocalRepository } from "../github/local-repository.ts";
import type { WorkTree } from "../github/work-tree.ts";
import { startRepository } from "../support/scenario.ts";
import { startScene, type Scene } from "../support/scene.ts";
import { newToken } from "../support/tokens.ts";
import { until, verdictOn } from "../support/watch.ts";

let scene: Scene;
let repository: LocalRepository;
let tree: WorkTree;

beforeAll(async () => {
  scene = await startScene();
});
afterAll(async () => {
  await scene[Symbol.asyncDispose]();
});

const line = (token: string): string => `const github = connect("${token}");\n`;
const incidentIssues = () => repository.issues().filter((issue) => issue.pull === null);

describe("a credential that is pushed", () => {
  it("on a branch fails the check on the head, with an annotation on its line, and files an incident", async () => {
    ({ repository, tree } = await startRepository(scene));
    await tree.git("switch", "--quiet", "--create", "topic");
    const head = await tree.commit({ message: "Connect", files: [["src/app.ts", `\n\n${line(newToken())}`]] });
    await tree.push("topic");
    const run = await verdictOn(repository, head);
    expect(run).toMatchObject({ name: "Keyward", conclusion: "failure", title: "1 credential found in 1 commit" });
    expect(run.annotations).toMatchObject([{ path: "src/app.ts", start_line: 3, annotation_level: "failure" }]);
    expect(run.summary).toMatch(/Read 1 commit, 1 file/);
    const issue = await until("the incident", () => incidentIssues()[0]);
    expect(issue.title).toContain("GitHub personal access token");
    expect(issue.body).toContain(`/blob/${head}/src/app.ts`);
    await assertFaithful(scene.github);
  });

  it("twice is one incident with two places", async () => {
    ({ repository, tree } = await startRepository(scene));
    const token = newToken();
    await tree.git("switch", "--quiet", "--create", "one");
    const first = await tree.commit({ message: "One", files: [["one.ts", line(token)]] });
    await tree.push("one");
    await verdictOn(repository, first);
    await until("the incident", () => incidentIssues().length === 1);
    await tree.git("switch", "--quiet", "--create", "two", "main");
    const second = await tree.commit({ message: "Two", files: [["two.ts", line(token)]] });
    await tree.push("two");
    await verdictOn(repository, second);
    const body = await until("the second place", () => {
      const text = incidentIssues()[0]?.body ?? "";
      return text.includes("two.ts") && text;
    });
    expect(body).toContain("one.ts");
    expect(incidentIssues()).toHaveLength(1);
    await assertFaithful(scene.github);
  });

  it("to a public repository is not advertised in its issues", async () => {
    ({ repository, tree } = await startRepository(scene, "public"));
    const head = await tree.commit({ message: "Connect", files: [["src/app.ts", line(newToken())]] });
    await tree.push("main");
    expect(await verdictOn(repository, head)).toMatchObject({ conclusion: "failure" });
    const issue = await until("the incident", () => incidentIssues()[0]);
    const text = `${issue.title}\n${issue.body}`;
    expect(text).not.toMatch(/src\/app\.ts|ghp_|GitHub personal access token|\b[0-9a-f]{32}\b/);
    await assertFaithful(scene.github);
  });
});

describe("a clean change", () => {
  it("passes, saying what was read", async () => {
    ({ repository, tree } = await startRepository(scene));
    await tree.git("switch", "--quiet", "--create", "topic");
    const head = await tree.commit({
      message: "Docs",
      files: [
        ["docs/a.md", "a\n"],
        ["docs/b.md", "b\n"],
      ],
    });
    await tree.push("topic");
    const run = await verdictOn(repository, head);
    expect(run).toMatchObject({ conclusion: "success", annotations: [] });
    expect(run.summary).toMatch(/Read 1 commit, 2 files/);
    await repository.openPullRequest({ head: "topic", title: "Docs" });
    await scene.github.idle();
    expect(await verdictOn(repository, head)).toMatchObject({ conclusion: "success" });
    await assertFaithful(scene.github);
  });
});
