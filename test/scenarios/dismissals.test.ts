import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { assertFaithful } from "../github/testing/faithful.ts";
import { checkThat, lineWith, say, startRedPullRequest } from "../support/red-pull-request.ts";
import { startRepository } from "../support/scenario.ts";
import { startScene, type Scene } from "../support/scene.ts";
import { letDismissalsEnd } from "../support/stored-state.ts";
import { newToken } from "../support/tokens.ts";
import { until, verdictOn } from "../support/watch.ts";

let scene: Scene;

beforeAll(async () => {
  scene = await startScene();
  scene.github.createUser("mona");
});
afterAll(() => scene[Symbol.asyncDispose]());

describe("a dismissal", () => {
  it("asked for by who leaked it waits for another, survives a rebase and a move, and not a new secret", async () => {
    const { repository, tree, head, number } = await startRedPullRequest(scene, [["src/app.ts", lineWith(newToken())]]);
    const asked = await say(scene, repository, number, "/keyward dismiss test-credential of the sandbox", "developer");
    expect(asked.content).toBe("+1");
    const shown = await until("the request in the check", () => {
      const [run] = repository.checkRuns(head);
      return run?.summary?.includes("asks to dismiss it as test credential") && run;
    });
    expect(shown.conclusion).toBe("failure");

    repository.setRole("developer", "maintain");
    expect((await say(scene, repository, number, "/keyward allow", "developer")).content).toBe("confused");
    expect(repository.checkRuns(head)[0]?.conclusion).toBe("failure");
    expect((await say(scene, repository, number, "/keyward allow", "mona")).content).toBe("+1");
    const green = await checkThat(repository, head, "success");
    expect(green.title).toBe("Nothing that blocks in 1 commit; 1 dismissed");
    expect(green.text).toContain("dismissed as test credential by `mona`, for good: of the sandbox");
    await until("the incident is dismissed", () => repository.issues()[0]?.state === "closed");

    await tree.git("switch", "--quiet", "main");
    await tree.commit({ message: "Meanwhile", files: [["other.ts", "export {};\n"]] });
    await tree.push("main");
    await tree.git("switch", "--quiet", "topic");
    await tree.git("rebase", "--quiet", "main");
    await tree.git("mv", "src/app.ts", "src/moved.ts");
    await tree.git("commit", "--quiet", "--amend", "--message", "Moved");
    const rebased = await tree.git("rev-parse", "HEAD");
    await tree.push("--force", "topic");
    expect(await verdictOn(repository, rebased)).toMatchObject({ conclusion: "success" });

    const other = await tree.commit({ message: "Another", files: [["src/moved.ts", lineWith(newToken())]] });
    await tree.push("topic");
    const red = await verdictOn(repository, other);
    expect(red).toMatchObject({ conclusion: "failure", title: expect.stringContaining("1 credential found") });
    await assertFaithful(scene.github);
  });

  it("by who may is at once; taken back, the check is red again by itself and the incident open", async () => {
    const { repository, head, number } = await startRedPullRequest(scene, [["src/app.ts", lineWith(newToken())]]);
    await say(scene, repository, number, "/keyward dismiss 30d false-positive", "mona");
    await checkThat(repository, head, "success");
    await until("the incident is dismissed", () => repository.issues()[0]?.state === "closed");
    await say(scene, repository, number, "/keyward reopen it is real after all", "mona");
    await checkThat(repository, head, "failure");
    await until("the incident is open", () => repository.issues()[0]?.state === "open");

    const [issue] = repository.issues();
    await say(scene, repository, issue?.number ?? 0, "/keyward dismiss revoked", "mona");
    await checkThat(repository, head, "success");
    await until("the issue is closed with it", () => repository.issues()[0]?.state === "closed");
    await repository.reopen(issue?.number ?? 0, "mona");
    await checkThat(repository, head, "failure");
    await assertFaithful(scene.github);
  });
});

it("a dismissal whose time is over ends by itself: the check is red and the incident open again", async () => {
  const { repository, head, number } = await startRedPullRequest(scene, [["src/app.ts", lineWith(newToken())]]);
  await say(scene, repository, number, "/keyward dismiss 1h test-credential", "mona");
  await checkThat(repository, head, "success");
  await until("the incident is dismissed", () => repository.issues()[0]?.state === "closed");
  await scene.whileStopped(letDismissalsEnd);
  await checkThat(repository, head, "failure");
  await until("the incident is open", () => repository.issues()[0]?.state === "open");
  await assertFaithful(scene.github);
});

describe("the configuration", () => {
  it("of the default branch suppresses by the fingerprint that the check shows; that of the change does not", async () => {
    const { repository, tree, head, number } = await startRedPullRequest(scene, [["src/app.ts", lineWith(newToken())]]);
    const [, fingerprint = ""] = /`([0-9a-f]{32})`/.exec(repository.checkRuns(head)[0]?.summary ?? "") ?? [];
    const says = `suppressions:\n  - { fingerprint: ${fingerprint}, reason: test-credential, note: of the sandbox }\n`;
    const own = await tree.commit({ message: "Hide it", files: [[".github/keyward.yml", says]] });
    await tree.push("topic");
    expect(await verdictOn(repository, own)).toMatchObject({ conclusion: "failure" });
    await tree.git("switch", "--quiet", "main");
    await tree.commit({ message: "Allow it", files: [[".github/keyward.yml", says]] });
    await tree.push("main");
    const green = await checkThat(repository, own, "success");
    expect(green.text).toContain("dismissed as test credential by the configuration, for good: of the sandbox");
    expect((await say(scene, repository, number, "/keyward reopen it is real", "mona")).content).toBe("confused");
    await assertFaithful(scene.github);
  });
});

describe("keyward:allow on a line", () => {
  it("that the base branch has counts; on one that the change adds it does not", async () => {
    const { repository, tree } = await startRepository(scene);
    const marked = (token: string): string => `const github = connect("${token}"); // keyward:allow\n`;
    const old = marked(newToken());
    // From before Keyward was there.
    scene.github.setWebhook(null);
    await tree.commit({ message: "A fixture", files: [["src/fixture.ts", old]] });
    await tree.push("main");
    await scene.github.idle();
    scene.github.setWebhook(scene.keyward.webhookUrl);

    await tree.git("switch", "--quiet", "--create", "edit");
    const edited = await tree.commit({ message: "Edit", files: [["src/fixture.ts", `// more\n${old}`]] });
    await tree.push("edit");
    const green = await verdictOn(repository, edited);
    expect(green.conclusion).toBe("success");
    expect(green.summary).toContain("1 of them marked `keyward:allow` there.");

    const added = await tree.commit({ message: "Add", files: [["src/other.ts", marked(newToken())]] });
    await tree.push("edit");
    const red = await verdictOn(repository, added);
    expect(red).toMatchObject({ conclusion: "failure", annotations: [{ path: "src/other.ts" }] });
    expect(red.annotations[0]?.message).toContain("It counts on lines that the base branch has already.");
    await until("the incident", () => repository.issues().length > 0);
    expect(repository.issues().map(({ body }) => body?.includes("src/other.ts"))).toEqual([true]);
    await assertFaithful(scene.github);
  });
});
