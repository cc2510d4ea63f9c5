import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { assertFaithful } from "../github/testing/faithful.ts";
import type { LocalRepository } from "../github/local-repository.ts";
import type { WorkTree } from "../github/work-tree.ts";
import { startRepository } from "../support/scenario.ts";
import { startScene, type Scene } from "../support/scene.ts";
import { newToken } from "../support/tokens.ts";
import { until, verdictOn } from "../support/watch.ts";

// GitHub is written to once a second at most.
vi.setConfig({ testTimeout: 120_000 });

let scene: Scene;

beforeAll(async () => {
  scene = await startScene();
  scene.github.createUser("mona");
});
afterAll(() => scene[Symbol.asyncDispose]());

const line = (token: string): string => `const github = connect("${token}");\n`;

type Leak = {
  readonly repository: LocalRepository;
  readonly tree: WorkTree;
  readonly head: string;
  readonly number: number;
};

/** A pull request by `developer`, who may write, that holds these files; `mona` maintains. */
async function pullRequestWith(...files: [string, string][]): Promise<Leak> {
  const { repository, tree } = await startRepository(scene);
  repository.setRole("mona", "maintain");
  await tree.git("switch", "--quiet", "--create", "topic");
  const head = await tree.commit({ message: "Connect", files });
  await tree.push("topic");
  const { number } = await repository.openPullRequest({ head: "topic", title: "Connect" });
  await judged(head, number);
  expect(await verdictOn(repository, head)).toMatchObject({ conclusion: "failure" });
  return { repository, tree, head, number };
}

/** Waits until both questions about a head, its push and its pull request, were answered so many times. */
const judged = (head: string, number: number, times = 1) =>
  until("the judgements", () =>
    ["push:", `pull-request:${number}:`].every(
      (scope) => scene.keyward.output().split(`"head":"${head}","scope":"${scope}`).length > times,
    ),
  );

const checkThat = (repository: LocalRepository, sha: string, conclusion: string) =>
  until(`${conclusion} on ${sha.slice(0, 7)}`, () => {
    const [run] = repository.checkRuns(sha);
    return run?.conclusion === conclusion && run;
  });

/** Writes a comment and waits for its answer: the reaction, and the words if there are any. */
async function say(repository: LocalRepository, number: number, text: string, by: string) {
  const id = repository.comment(number, text, by);
  const comment = () => repository.comments(number).find((one) => one.id === id);
  const { content } = await until(`an answer to ${text}`, () => comment()?.reactions[0]);
  await scene.github.idle();
  const words = (): string | undefined =>
    repository.comments(number).find(({ body }) => body.startsWith(`<!-- keyward:answer:${id} -->`))?.body;
  return { content, words };
}

describe("a dismissal", () => {
  it("asked for by who leaked it waits for another, survives a rebase and a move, and not a new secret", async () => {
    const { repository, tree, head, number } = await pullRequestWith(["src/app.ts", line(newToken())]);
    const asked = await say(repository, number, "/keyward dismiss test-credential of the sandbox", "developer");
    expect(asked.content).toBe("+1");
    const shown = await until("the request in the check", () => {
      const [run] = repository.checkRuns(head);
      return run?.summary?.includes("asks to dismiss it as test credential") && run;
    });
    expect(shown.conclusion).toBe("failure");

    repository.setRole("developer", "maintain");
    expect((await say(repository, number, "/keyward allow", "developer")).content).toBe("confused");
    expect(repository.checkRuns(head)[0]?.conclusion).toBe("failure");
    expect((await say(repository, number, "/keyward allow", "mona")).content).toBe("+1");
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

    const other = await tree.commit({ message: "Another", files: [["src/moved.ts", line(newToken())]] });
    await tree.push("topic");
    const red = await verdictOn(repository, other);
    expect(red).toMatchObject({ conclusion: "failure", title: expect.stringContaining("1 credential found") });
    await assertFaithful(scene.github);
  });

  it("by who may is at once; taken back, the check is red again by itself and the incident open", async () => {
    const { repository, head, number } = await pullRequestWith(["src/app.ts", line(newToken())]);
    await say(repository, number, "/keyward dismiss 30d false-positive", "mona");
    await checkThat(repository, head, "success");
    await until("the incident is dismissed", () => repository.issues()[0]?.state === "closed");
    await say(repository, number, "/keyward reopen it is real after all", "mona");
    await checkThat(repository, head, "failure");
    await until("the incident is open", () => repository.issues()[0]?.state === "open");

    const [issue] = repository.issues();
    await say(repository, issue?.number ?? 0, "/keyward dismiss revoked", "mona");
    await checkThat(repository, head, "success");
    await repository.reopen(issue?.number ?? 0, "mona");
    await checkThat(repository, head, "failure");
    await assertFaithful(scene.github);
  });
});

describe("the configuration", () => {
  it("of the default branch suppresses by the fingerprint that the check shows; that of the change does not", async () => {
    const { repository, tree, head, number } = await pullRequestWith(["src/app.ts", line(newToken())]);
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
    expect((await say(repository, number, "/keyward reopen it is real", "mona")).content).toBe("confused");
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

describe("a button", () => {
  it("False positive asks for everything that blocks, Request exception for a time, and the check says so", async () => {
    const { repository, head } = await pullRequestWith(["a.ts", line(newToken())], ["b.ts", line(newToken())]);
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
    const { repository, head, number } = await pullRequestWith(["a.ts", line(newToken())], ["b.ts", line(newToken())]);
    const words = async (text: string, by = "mona"): Promise<string> => {
      const { words: said } = await say(repository, number, text, by);
      return until(`words for ${text}`, said);
    };
    expect(await words("/keyward help")).toContain("/keyward rescan");
    expect(await words("/keyward status")).toContain("**2 credentials block this change** (1 commit read).");
    expect(await words("/keyward frobnicate")).toContain("`/keyward help` lists them");
    expect(await words("/keyward rotated")).toContain("is for the issue of an incident");
    expect(await words("/keyward dismiss revoked")).toContain("There are 2: say which");
    expect(await words("/keyward dismiss all revoked", "developer")).toContain("Asked for: `");
    expect((await say(repository, number, "/keyward deny all no, they are real", "mona")).content).toBe("+1");
    const runs = repository.checkRuns(head, "all").length;
    expect((await say(repository, number, "/keyward rescan", "developer")).content).toBe("+1");
    await until("another run", () => repository.checkRuns(head, "all").length > runs);
    await assertFaithful(scene.github);
  });
});

describe("the comment on a pull request", () => {
  const own = (repository: LocalRepository, number: number) =>
    repository.comments(number).filter(({ body }) => body.startsWith("<!-- keyward:pull-request -->"));

  it("is not there unless it is wanted; then it is one, kept up to date, and says nothing much in public", async () => {
    const { repository, tree } = await startRepository(scene, "public");
    repository.setRole("mona", "maintain");
    await tree.git("switch", "--quiet", "--create", "topic");
    const head = await tree.commit({ message: "Connect", files: [["src/app.ts", line(newToken())]] });
    await tree.push("topic");
    const { number } = await repository.openPullRequest({ head: "topic", title: "Connect" });
    await judged(head, number);
    expect(await verdictOn(repository, head)).toMatchObject({ conclusion: "failure" });
    await scene.github.idle();
    expect(own(repository, number)).toEqual([]);

    await tree.git("switch", "--quiet", "main");
    const wanted = "comments: { pull-requests: true }\n";
    const base = await tree.commit({ message: "Comment", files: [[".github/keyward.yml", wanted]] });
    await tree.push("main");
    await verdictOn(repository, base);
    await say(repository, number, "/keyward rescan", "developer");
    await judged(head, number, 2);
    const { body } = await until("the comment", () => own(repository, number)[0]);
    expect(body).toContain("**1 credential blocks this change** (1 commit read).");
    expect(body).not.toMatch(/src\/app|ghp_|GitHub|[0-9a-f]{8}/);
    await say(repository, number, "/keyward dismiss test-credential", "mona");
    await until("what is dismissed", () => own(repository, number)[0]?.body.includes("1 credential is dismissed."));
    expect(own(repository, number)).toHaveLength(1);
    await assertFaithful(scene.github);
  });
});

it("one secret in forty files is a few annotations, the last of which speaks for the others, and one table", async () => {
  const { repository, tree } = await startRepository(scene);
  const token = newToken();
  await tree.git("switch", "--quiet", "--create", "topic");
  const paths = Array.from({ length: 40 }, (_, index) => `src/${index}.ts`);
  const head = await tree.commit({ message: "Everywhere", files: paths.map((path) => [path, line(token)]) });
  await tree.push("topic");
  const run = await verdictOn(repository, head);
  expect(run.title).toBe("1 credential found in 1 commit");
  expect(run.annotations).toHaveLength(4);
  expect(run.annotations.at(-1)?.title).toContain("here and in 36 more places");
  for (const path of paths) expect(run.text).toContain(`\`${path}:1\``);
  await assertFaithful(scene.github);
});
