import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { assertFaithful } from "../github/testing/faithful.ts";
import type { LocalRepository } from "../github/local-repository.ts";
import { checkThat, judged, lineWith, say, startRedPullRequest } from "../support/red-pull-request.ts";
import { startRepository } from "../support/scenario.ts";
import { startScene, type Scene } from "../support/scene.ts";
import { newToken } from "../support/tokens.ts";
import { until, verdictOn } from "../support/watch.ts";

let scene: Scene;

beforeAll(async () => {
  scene = await startScene();
  scene.github.createUser("mona");
});
afterAll(() => scene[Symbol.asyncDispose]());

describe("a button", () => {
  it("False positive asks for everything that blocks, Request exception for a time, and the check says so", async () => {
    const { repository, head } = await startRedPullRequest(scene, [
      ["a.ts", lineWith(newToken())],
      ["b.ts", lineWith(newToken())],
    ]);
    const [run] = repository.checkRuns(head);
    expect(run?.actions.map(({ identifier }) => identifier)).toEqual(["false-positive", "request-exception"]);
    repository.pressCheckRunAction(run?.id ?? 0, "request-exception", "mona");
    const asked = await until("the requests", () => {
      const [now] = repository.checkRuns(head);
      return now?.summary?.match(/`mona` asks to dismiss it as accepted risk until/g)?.length === 2 && now;
    });
    expect(asked.conclusion).toBe("failure");
    repository.pressCheckRunAction(asked.id, "false-positive", "mona");
    const green = await checkThat(repository, head, "success");
    expect(green).toMatchObject({ title: "Nothing that blocks in 1 commit; 2 dismissed", actions: [] });
    await assertFaithful(scene.github);
  });

  it("Retry looks again at what could not be read", async () => {
    const { repository, tree } = await startRepository(scene);
    await tree.git("switch", "--quiet", "--create", "topic");
    const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${"a".repeat(64)}\nsize 12345\n`;
    const head = await tree.commit({ message: "Large", files: [["large.bin", pointer]] });
    await tree.push("topic");
    const run = await verdictOn(repository, head);
    expect(run).toMatchObject({ conclusion: "action_required", actions: [{ identifier: "retry" }] });
    repository.pressCheckRunAction(run.id, "retry");
    await until("another run", () => repository.checkRuns(head, "all").length === 2);
    expect(await verdictOn(repository, head)).toMatchObject({ conclusion: "action_required" });
    await assertFaithful(scene.github);
  });
});

describe("a command in a pull request", () => {
  it("is answered: help, status, rescan, one that is unknown, and one that names nothing in particular", async () => {
    const { repository, head, number } = await startRedPullRequest(scene, [
      ["a.ts", lineWith(newToken())],
      ["b.ts", lineWith(newToken())],
    ]);
    const words = async (text: string, by = "mona"): Promise<string> => {
      const { words: said } = await say(scene, repository, number, text, by);
      return until(`words for ${text}`, said);
    };
    expect(await words("/keyward help")).toContain("/keyward rescan");
    expect(await words("/keyward status")).toContain("**2 credentials block this change** (1 commit read).");
    expect(await words("/keyward frobnicate")).toContain("`/keyward help` lists them");
    expect(await words("/keyward rotated")).toContain("is for the issue of an incident");
    expect(await words("/keyward dismiss revoked")).toContain("There are 2: say which");
    expect(await words("/keyward dismiss all revoked", "developer")).toContain("Asked for: `");
    expect((await say(scene, repository, number, "/keyward deny all no, they are real", "mona")).content).toBe("+1");
    const runs = repository.checkRuns(head, "all").length;
    expect((await say(scene, repository, number, "/keyward rescan", "developer")).content).toBe("+1");
    await until("another run", () => repository.checkRuns(head, "all").length > runs);
    await assertFaithful(scene.github);
  });
});

describe("the comment on a pull request", () => {
  const own = (repository: LocalRepository, number: number) =>
    repository.comments(number).filter(({ body }) => body.startsWith("<!-- keyward:pull-request -->"));

  it("is not there unless it is wanted; then it is one, kept up to date, and says nothing much in public", async () => {
    const { repository, tree, head, number } = await startRedPullRequest(
      scene,
      [["src/app.ts", lineWith(newToken())]],
      "public",
    );
    await scene.github.idle();
    expect(own(repository, number)).toEqual([]);

    await tree.git("switch", "--quiet", "main");
    const wanted = "comments: { pull-requests: true }\n";
    const base = await tree.commit({ message: "Comment", files: [[".github/keyward.yml", wanted]] });
    await tree.push("main");
    await verdictOn(repository, base);
    await say(scene, repository, number, "/keyward rescan", "developer");
    await judged(scene, head, number, 2);
    const { body } = await until("the comment", () => own(repository, number)[0]);
    expect(body).toContain("**1 credential blocks this change** (1 commit read).");
    expect(body).not.toMatch(/src\/app|ghp_|GitHub|[0-9a-f]{8}/);
    await say(scene, repository, number, "/keyward dismiss test-credential", "mona");
    await until("what is dismissed", () => own(repository, number)[0]?.body.includes("1 credential is dismissed."));
    expect(own(repository, number)).toHaveLength(1);
    await assertFaithful(scene.github);
  });

  it("is one, and says the newest, when GitHub's answers are lost after it was written and after it was changed", async () => {
    const { repository, tree } = await startRepository(scene);
    const wanted = "comments: { pull-requests: true }\n";
    const base = await tree.commit({ message: "Comment", files: [[".github/keyward.yml", wanted]] });
    await tree.push("main");
    await verdictOn(repository, base);
    await tree.git("switch", "--quiet", "--create", "topic");
    const head = await tree.commit({ message: "Leak", files: [["a.ts", lineWith(newToken())]] });
    await tree.push("topic");
    await verdictOn(repository, head);
    await until("the incident", () => repository.issues().length === 1);
    await scene.github.idle();
    // The pull request's own comments: it is the second of the numbers, after the incident.
    const lost = [/\/issues\/2\/comments$/, /\/issues\/comments\/\d+$/].map((path, at) =>
      scene.github.faults.add({ kind: "bad-gateway-after", method: at === 0 ? "POST" : "PATCH", path, times: 1 }),
    );
    const { number } = await repository.openPullRequest({ head: "topic", title: "Topic" });
    await until("the comment", () => own(repository, number)[0]?.body.includes("1 credential blocks this change"));
    await tree.commit({ message: "Another", files: [["b.ts", lineWith(newToken())]] });
    await tree.push("topic");
    await until("what is new", () => own(repository, number)[0]?.body.includes("2 credentials block this change"));
    await until("both answers lost", () => lost.every(({ hits }) => hits() === 1));
    await scene.github.idle();
    expect(own(repository, number)).toHaveLength(1);
    scene.github.faults.clear();
    await assertFaithful(scene.github);
  });
});

it("one secret in forty files is a few annotations, the last of which speaks for the others, and one table", async () => {
  const { repository, tree } = await startRepository(scene);
  const token = newToken();
  await tree.git("switch", "--quiet", "--create", "topic");
  const paths = Array.from({ length: 40 }, (_, index) => `src/${index}.ts`);
  const head = await tree.commit({ message: "Everywhere", files: paths.map((path) => [path, lineWith(token)]) });
  await tree.push("topic");
  const run = await verdictOn(repository, head);
  expect(run.title).toBe("1 credential found in 1 commit");
  expect(run.annotations).toHaveLength(4);
  expect(run.annotations.at(-1)?.title).toContain("here and in 36 more places");
  for (const path of paths) expect(run.text).toContain(`\`${path}:1\``);
  await assertFaithful(scene.github);
});
