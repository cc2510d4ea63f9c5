import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LocalRepository } from "../github/local-repository.ts";
import { assertFaithful } from "../github/testing/faithful.ts";
import type { WorkTree } from "../github/work-tree.ts";
import { startRepository } from "../support/scenario.ts";
import { startScene, type Scene } from "../support/scene.ts";
import { newToken } from "../support/tokens.ts";
import { until, verdictOn } from "../support/watch.ts";

let scene: Scene;
let repository: LocalRepository;
let tree: WorkTree;
/** It is on the default branch, in src/app.ts, and has an incident. */
const token = newToken();
const app = (rest = ""): string => `const github = connect("${token}");\n${rest}`;
const incidents = () => repository.issues().filter((issue) => issue.pull === null);

beforeAll(async () => {
  scene = await startScene();
  ({ repository, tree } = await startRepository(scene));
  const leak = await tree.commit({ message: "Connect", files: [["src/app.ts", app()]] });
  await tree.push("main");
  await verdictOn(repository, leak);
  await until("the incident", () => incidents().length === 1);
});
afterAll(async () => {
  await assertFaithful(scene.github);
  await scene[Symbol.asyncDispose]();
});

/** What is said of a branch that starts from the default one. */
async function judged(branch: string, work: () => Promise<unknown>, base = "main") {
  await tree.git("switch", "--quiet", "--create", branch, base);
  await work();
  const head = await tree.git("rev-parse", "HEAD");
  await tree.push(branch);
  return verdictOn(repository, head);
}

describe("a credential that is on the default branch already", () => {
  it("does not fail a change that leaves its line alone: it is counted, with its incident, and not annotated", async () => {
    const run = await judged("edit", () =>
      tree.commit({ message: "More", files: [["src/app.ts", app("start();\n")]] }),
    );
    expect(run).toMatchObject({ conclusion: "success", title: "No new credentials in 1 commit", annotations: [] });
    const number = incidents()[0]?.number;
    expect(run.summary).toMatch(
      new RegExp(`1 credential was there before this change and does not block it: \\[#${number}\\]`),
    );
    await repository.openPullRequest({ head: "edit", title: "More" });
    await scene.github.idle();
    expect(await verdictOn(repository, await tree.git("rev-parse", "edit"))).toMatchObject({ conclusion: "success" });
    expect(incidents()).toHaveLength(1);
    expect(incidents()[0]?.body).not.toContain(await tree.git("rev-parse", "edit"));
  });

  it("does not fail a change that moves its file or its line", async () => {
    const moved = await judged("move-file", async () => {
      await tree.git("mv", "src/app.ts", "src/start.ts");
      await tree.git("commit", "--quiet", "-m", "Rename");
    });
    const line = await judged("move-line", () =>
      tree.commit({
        message: "Split",
        files: [
          ["src/app.ts", "start();\n"],
          ["src/github.ts", app()],
        ],
      }),
    );
    expect([moved.conclusion, line.conclusion]).toEqual(["success", "success"]);
  });

  it("fails a change that copies it to one more place", async () => {
    const copied = await judged("copy", () => tree.commit({ message: "Copy", files: [["src/other.ts", app()]] }));
    expect(copied).toMatchObject({ conclusion: "failure", annotations: [{ path: "src/other.ts" }] });
    const twice = await judged("twice", () => tree.commit({ message: "Twice", files: [["src/app.ts", app(app())]] }));
    expect(twice).toMatchObject({ conclusion: "failure" });
  });

  it("does not hide a new one beside it", async () => {
    const other = newToken();
    const run = await judged("beside", () =>
      tree.commit({ message: "Another", files: [["src/app.ts", app(`connect("${other}");\n`)]] }),
    );
    expect(run).toMatchObject({ conclusion: "failure", annotations: [{ path: "src/app.ts", start_line: 2 }] });
    expect(run.summary).toContain("1 credential was there before");
  });

  it("does not fail a branch that merges the default one after it came there", async () => {
    const start = await tree.git("rev-parse", "main~1");
    const first = await judged(
      "merging",
      () => tree.commit({ message: "Docs", files: [["docs.md", "Docs\n"]] }),
      start,
    );
    expect(first.conclusion).toBe("success");
    await tree.git("merge", "--quiet", "--no-ff", "-m", "Merge main", "main");
    await tree.push("merging");
    const run = await verdictOn(repository, await tree.git("rev-parse", "HEAD"));
    expect(run).toMatchObject({ conclusion: "success" });
  });

  it("fails a change that brings it back after it was taken away", async () => {
    await tree.git("switch", "--quiet", "main");
    const away = await tree.commit({ message: "Take it away", files: [["src/app.ts", "start();\n"]] });
    await tree.push("main");
    expect(await verdictOn(repository, away)).toMatchObject({ conclusion: "success" });
    const run = await judged("back", () => tree.commit({ message: "Bring it back", files: [["src/app.ts", app()]] }));
    expect(run).toMatchObject({ conclusion: "failure" });
  });
});

describe("a credential from before Keyward looked", () => {
  it("gets its incident with the first change that touches its file, and does not fail it", async () => {
    ({ repository, tree } = await startRepository(scene));
    const unseen = scene.github.faults.add({ kind: "never-sent", operation: "webhook/push" });
    const old = newToken();
    const text = `const github = connect("${old}");\n`;
    const before = await tree.commit({ message: "Long ago", files: [["old.ts", text]] });
    await tree.push("main");
    await scene.github.idle();
    unseen.remove();
    const run = await judged("touch", () =>
      tree.commit({ message: "Touch", files: [["old.ts", `${text}start();\n`]] }),
    );
    expect(run).toMatchObject({ conclusion: "success" });
    const issue = await until("the incident", () => incidents()[0]);
    expect(issue.body).toContain(`/blob/${before}/old.ts`);
  });
});
