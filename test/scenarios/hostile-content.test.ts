import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { assertFaithful } from "../github/testing/faithful.ts";
import type { LocalRepository } from "../github/local-repository.ts";
import type { WorkTree } from "../github/work-tree.ts";
import { render } from "../support/rendered.ts";
import { startRepository } from "../support/scenario.ts";
import { startScene, type Scene } from "../support/scene.ts";
import { newToken } from "../support/tokens.ts";
import { verdictOn } from "../support/watch.ts";

let scene: Scene;
let repository: LocalRepository;
let tree: WorkTree;

beforeAll(async () => {
  // What is no attack takes milliseconds.
  scene = await startScene({ KEYWARD_SCAN_SECONDS: "3" });
});
afterAll(async () => {
  await scene[Symbol.asyncDispose]();
});
beforeEach(async () => {
  ({ repository, tree } = await startRepository(scene));
  await tree.git("switch", "--quiet", "--create", "topic");
  return () => tree[Symbol.asyncDispose]();
});

/** Pushes the branch and gives the verdict on its head. */
async function judge(): ReturnType<typeof verdictOn> {
  const head = await tree.git("rev-parse", "HEAD");
  await tree.push("topic");
  const run = await verdictOn(repository, head);
  await assertFaithful(scene.github);
  return run;
}

const line = (token: string): string => `token = "${token}"\n`;

describe("a file name", () => {
  it.each([
    ["with a newline", "a\nb.ts"],
    ["with quotes and pipes", 'a"b|c`d.ts'],
    ["that looks like an option", "--upload-pack=touch x"],
    ["with HTML and a mention", "<img src=x> @everyone.ts"],
    ["that is not UTF-8", Buffer.from([0x63, 0x61, 0x66, 0xe9, 0x2e, 0x74, 0x73])],
  ])("%s hides nothing", async (_, path) => {
    await tree.commit({ message: "Odd name", files: [[path, line(newToken())]] });
    const run = await judge();
    expect(run.conclusion).toBe("failure");
    expect(run.annotations).toHaveLength(1);
    const { elements, prose } = render(run.summary ?? "");
    expect(elements).not.toContain("img");
    expect(prose).not.toContain("@everyone");
  });
});

describe("what cannot be read", () => {
  it("as it is too large makes the verdict incomplete, and names it", async () => {
    const large = randomBytes(1024 * 1024);
    await tree.commit({
      message: "Large",
      files: [["assets/film.bin", Buffer.concat(Array.from({ length: 60 }, () => large))]],
    });
    const run = await judge();
    expect(run).toMatchObject({ conclusion: "action_required" });
    expect(run.summary).toContain("assets/film.bin");
  });

  it("in the time there is for one file makes the verdict incomplete, names it, and costs nobody else theirs", async () => {
    const secret = (n: number): string => `const apiKey_${n} = "${randomBytes(12).toString("base64")}";\n`;
    const hostile = Array.from({ length: 200_000 }, (_, n) => secret(n)).join("");
    await tree.commit({ message: "Slow", files: [["src/slow.ts", hostile]] });
    const run = await judge();
    expect(run).toMatchObject({ conclusion: "action_required" });
    expect(run.summary).toContain("src/slow.ts");
    expect(run.summary).toContain("more than 3 s");
    await tree.git("switch", "--quiet", "--create", "after", "main");
    await tree.commit({ message: "After", files: [["a.ts", line(newToken())]] });
    const after = await tree.git("rev-parse", "HEAD");
    await tree.push("after");
    expect(await verdictOn(repository, after)).toMatchObject({ conclusion: "failure" });
    expect((await fetch(`${scene.keyward.url}/readyz`)).status).toBe(200);
  }, 90_000);

  it("as it is an LFS pointer makes the verdict incomplete, and names it", async () => {
    const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${randomBytes(32).toString("hex")}\nsize 12345\n`;
    await tree.commit({ message: "Pointer", files: [["model.bin", pointer]] });
    const run = await judge();
    expect(run).toMatchObject({ conclusion: "action_required" });
    expect(run.summary).toContain("model.bin");
  });

  it("does not hide what was found elsewhere", async () => {
    const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${randomBytes(32).toString("hex")}\nsize 12345\n`;
    await tree.commit({
      message: "Both",
      files: [
        ["model.bin", pointer],
        ["app.ts", line(newToken())],
      ],
    });
    const run = await judge();
    expect(run).toMatchObject({ conclusion: "failure", annotations: [{ path: "app.ts" }] });
    expect(run.summary).toContain("model.bin");
  });
});

describe("what is not a file", () => {
  it("a symbolic link is read as the text it is", async () => {
    const { symlink } = await import("node:fs/promises");
    await symlink(`https://x:${newToken()}@example.org/`, `${tree.directory}/link`);
    await tree.git("add", "link");
    await tree.git("commit", "--quiet", "-m", "Link");
    expect(await judge()).toMatchObject({ conclusion: "failure", annotations: [{ path: "link" }] });
  });

  it("a submodule is counted, as its content has verdicts of its own", async () => {
    const elsewhere = "1".repeat(40);
    await tree.git("update-index", "--add", "--cacheinfo", `160000,${elsewhere},vendor/lib`);
    await tree.git("commit", "--quiet", "-m", "Submodule");
    const run = await judge();
    expect(run.conclusion).toBe("success");
    expect(run.summary).toMatch(/submodule/);
  });
});
