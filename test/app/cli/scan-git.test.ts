import { randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, inject, test } from "vitest";
import { type CliRun, keywardBin, runKeyward, runProgram, testDirectory } from "../../support/keyward-cli.ts";
import { newToken } from "../../support/tokens.ts";

let directory = "";
const git = async (...args: readonly string[]): Promise<CliRun> => {
  const identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.test"];
  return runProgram("git", [...identity, ...args], directory);
};
const write = (path: string, text: string): void => {
  mkdirSync(join(directory, path, ".."), { recursive: true });
  writeFileSync(join(directory, path), text);
};
const found = ({ stdout }: CliRun): string[] =>
  stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as { path: string; line: number })
    .map(({ path, line }) => `${path}:${line}`);
const jsonl = ["--format", "jsonl"];

beforeEach(async () => {
  directory = testDirectory();
  await git("init", "--quiet", "--initial-branch=main");
  write("README", "hello\n");
  await git("add", ".");
  await git("commit", "--quiet", "-m", "first");
});

describe("--staged", () => {
  test("takes what would be committed, not what lies in the working tree", async () => {
    write("staged", `${newToken()}\n`);
    write("with space/é", `\n${newToken()}\n`);
    await git("add", ".");
    write("staged", "clean again\n");
    write("untracked", `${newToken()}\n`);
    const run = await runKeyward(directory, ["scan", "--staged", ...jsonl]);
    expect(run.code).toBe(1);
    expect(found(run)).toEqual(["staged:1", "with space/é:2"]);
  });

  test("works before the first commit, from a subdirectory, and for some paths only", async () => {
    rmSync(join(directory, ".git"), { recursive: true });
    await git("init", "--quiet");
    write("sub/a", `${newToken()}\n`);
    write("b", `${newToken()}\n`);
    await git("add", ".");
    const all = await runKeyward(join(directory, "sub"), ["scan", "--staged", ...jsonl]);
    expect(found(all)).toEqual(["../b:1", "a:1"]);
    expect(found(await runKeyward(directory, ["scan", "--staged", "sub", ...jsonl]))).toEqual(["sub/a:1"]);
  });

  test("as a pre-commit hook it stops a commit, also one that brings its own index, and lets a clean one pass", async () => {
    const hook = join(directory, ".git", "hooks", "pre-commit");
    mkdirSync(join(hook, ".."), { recursive: true });
    writeFileSync(hook, `#!/bin/sh\nexec "${process.execPath}" "${keywardBin}" scan --staged --quiet\n`);
    chmodSync(hook, 0o755);
    const token = newToken();
    write("README", `token: ${token}\n`);
    const stopped = await git("commit", "--quiet", "-a", "-m", "leak");
    expect(stopped.code).toBe(1);
    expect(stopped.stdout + stopped.stderr).toContain("README:1:8");
    expect(stopped.stdout + stopped.stderr).not.toContain(token);
    write("README", "no token\n");
    expect(await git("commit", "--quiet", "-a", "-m", "clean")).toMatchObject({ code: 0, stdout: "", stderr: "" });
  });

  test("a merge conflict is said", async () => {
    await git("checkout", "--quiet", "-b", "side");
    write("README", "side\n");
    await git("commit", "--quiet", "-a", "-m", "side");
    await git("checkout", "--quiet", "main");
    write("README", "main\n");
    await git("commit", "--quiet", "-a", "-m", "main");
    await git("merge", "side");
    const run = await runKeyward(directory, ["scan", "--staged"]);
    expect(run).toMatchObject({ code: 2, stderr: expect.stringContaining("README: It has a merge conflict") });
  });
});

describe("allowlists that name commits", () => {
  const rules = async (more = ""): Promise<void> => {
    const sha = (await git("rev-parse", "HEAD")).stdout.trim();
    write("rules.toml", `[[allowlists]]\ncommits = ["${sha.toUpperCase()}"]\n${more}`);
  };
  const scan = (...from: readonly string[]): Promise<CliRun> =>
    runKeyward(directory, ["scan", ...from, "--rules", "rules.toml", ...jsonl]);

  test("excuse what these bring, in new commits and in a history, and nothing of others or on the disk", async () => {
    await git("tag", "before");
    write("old", `${newToken()}\n`);
    await git("add", ".");
    await git("commit", "--quiet", "-m", "old");
    await rules();
    write("new", `${newToken()}\n`);
    await git("add", "new");
    await git("commit", "--quiet", "-m", "new");
    for (const from of [["--since", "before"], ["--history"], ["--history"]])
      expect(found(await scan(...from)), from.join(" ")).toEqual(["new:1"]);
    expect(found(await scan("old"))).toEqual(["old:1"]);
    await git("repack", "-adq");
    expect(found(await scan("--history"))).toEqual(["new:1"]);
  });

  test("excuse with `condition` AND only what their other tests hit too", async () => {
    await git("tag", "before");
    write("a", `${newToken()}\n`);
    write("b", `${newToken()}\n`);
    await git("add", ".");
    await git("commit", "--quiet", "-m", "both");
    await rules(`condition = "AND"\npaths = ["^a$"]\n`);
    expect(found(await scan("--since", "before"))).toEqual(["b:1"]);
    await rules(`condition = "AND"\nregexes = ["ghp_"]\nregexTarget = "line"\n`);
    expect(found(await scan("--since", "before"))).toEqual(["a:1", "b:1"]);
    await rules(`targetRules = ["npm-access-token"]\n`);
    expect(found(await scan("--since", "before"))).toEqual(["a:1", "b:1"]);
  });
});

describe("--since", () => {
  test("finds what a later commit took away, in the commit that brought it", async () => {
    await git("tag", "before");
    write("dir/config", `x\nkey: ${newToken()}\n`);
    await git("add", ".");
    await git("commit", "--quiet", "-m", "leak");
    const sha = (await git("rev-parse", "HEAD")).stdout.trim();
    await git("rm", "--quiet", "dir/config");
    await git("commit", "--quiet", "-m", "gone");
    const run = await runKeyward(directory, ["scan", "--since", "before", ...jsonl]);
    expect(run.code).toBe(1);
    expect(JSON.parse(run.stdout)).toMatchObject({ path: "dir/config", line: 2, commit: sha });
    expect(await runKeyward(directory, ["scan", "--since", "HEAD~1"])).toMatchObject({ code: 0 });
  });

  test("a name that is no commit, and a place that is no repository, are said", async () => {
    const unknown = await runKeyward(directory, ["scan", "--since", "nowhere"]);
    expect(unknown).toMatchObject({ code: 2, stderr: 'keyward: There is no commit "nowhere" in this repository.\n' });
    const outside = testDirectory();
    const none = await runKeyward(outside, ["scan", "--staged"], {
      env: { GIT_CEILING_DIRECTORIES: join(outside, "..") },
    });
    expect(none).toMatchObject({ code: 2, stderr: expect.stringContaining("not a git repository") });
  });
});

describe("--history", () => {
  test("finds what no branch has any more, on every ref, in messages of commits and tags too", async () => {
    write("gone", `${newToken()}\n`);
    await git("add", ".");
    await git("commit", "--quiet", "-m", "leak");
    const leak = (await git("rev-parse", "HEAD")).stdout.trim();
    await git("rm", "--quiet", "gone");
    await git("commit", "--quiet", "-m", `use ${newToken()}`);
    const told = (await git("rev-parse", "HEAD")).stdout.trim();
    await git("checkout", "--quiet", "-b", "side");
    write("side", `\n${newToken()}\n`);
    await git("add", ".");
    await git("commit", "--quiet", "-m", "side");
    const side = (await git("rev-parse", "HEAD")).stdout.trim();
    await git("tag", "-a", "v1", "-m", `with ${newToken()}`);
    const tag = (await git("rev-parse", "v1")).stdout.trim();
    await git("checkout", "--quiet", "main");
    await git("branch", "--quiet", "-D", "side");
    const run = await runKeyward(directory, ["scan", "--history", ...jsonl]);
    const places = run.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { path: string; commit: string });
    expect(places.map(({ path, commit }) => [path, commit])).toEqual([
      ["gone", leak],
      ["side", side],
      ["(commit message)", told],
      ["(tag message)", tag],
    ]);
    expect(run.code).toBe(1);
    expect(found(await runKeyward(directory, ["scan", "--history", "side", ...jsonl]))).toEqual(["side:2"]);
  });

  test("--dangling adds what no ref leads to: a commit that was thrown away, a blob that never was in one", async () => {
    write("README", `${newToken()}\n`);
    await git("commit", "--quiet", "-a", "-m", `lost ${newToken()}`);
    const lost = (await git("rev-parse", "HEAD")).stdout.trim();
    await git("reset", "--quiet", "--hard", "HEAD~1");
    write("staged", `x\n${newToken()}\n`);
    await git("add", "staged");
    const blob = (await git("rev-parse", ":staged")).stdout.trim();
    await git("rm", "--quiet", "--cached", "staged");
    expect(await runKeyward(directory, ["scan", "--history"])).toMatchObject({ code: 0 });
    const run = await runKeyward(directory, ["scan", "--history", "--dangling", ...jsonl]);
    expect(run.code).toBe(1);
    expect(found(run).toSorted()).toEqual(["(commit message):1", `(dangling)/${blob}:2`, "README:1"]);
    expect(run.stdout).toContain(lost);
    expect(run.stdout).toContain('"ref_count":0');
    expect(await runKeyward(directory, ["scan", "--dangling"])).toMatchObject({ code: 2 });
  });

  test("what was clean is not read again by the same rules, and what was found is found again", async () => {
    const lines = "a line of some length that stays\n".repeat(40);
    for (let at = 0; at < 12; at++) {
      write("file", at === 5 ? `${lines}${at}\n${newToken()}\n` : `${lines}${at}\n`);
      await git("add", ".");
      await git("commit", "--quiet", "-m", "next");
    }
    await git("repack", "-adfq");
    const cache = join(inject("runDirectory"), "cache", "keyward");
    const lists = (): readonly string[] =>
      readdirSync(cache).filter((name) => name.endsWith(".clean") && !before.has(name));
    mkdirSync(cache, { recursive: true });
    const before = new Set(readdirSync(cache));
    const scan = (...flags: readonly string[]): Promise<CliRun> =>
      runKeyward(directory, ["scan", "--history", ...jsonl, ...flags]);
    const first = await scan();
    expect(found(first)).toHaveLength(1);
    const [list = ""] = lists().map((name) => join(cache, name));
    // One record of 16 bytes for each blob but the one with a finding: README, and the other versions of the file.
    expect(statSync(list).size).toBe(16 * (1 + 11));
    expect(await scan()).toEqual(first);
    expect(statSync(list).size).toBe(16 * 12);
    // A record that was cut off, or that says something about another object, is worth nothing.
    const records = readFileSync(list);
    records.copyWithin(0, 16, 20);
    writeFileSync(list, Buffer.concat([records, Buffer.from("cut")]));
    expect(await scan()).toEqual(first);
    expect(await scan("--no-cache")).toEqual(first);
    expect(lists()).toHaveLength(1);
    expect(await scan("--min-confidence", "low")).toMatchObject({ code: 1 });
    expect(lists()).toHaveLength(2);
  });

  test("of a shallow clone is not all of it, and says so", async () => {
    write("README", "again\n");
    await git("commit", "--quiet", "-a", "-m", "second");
    const clone = testDirectory();
    await runProgram("git", ["clone", "--quiet", "--depth=1", `file://${directory}`, "."], clone);
    const run = await runKeyward(clone, ["scan", "--history"]);
    expect(run).toMatchObject({ code: 2, stderr: expect.stringContaining("git fetch --unshallow") });
  });

  test("says of each commit who wrote it and when, and which refs lead to it", async () => {
    write("gone", `${newToken()}\n`);
    await git("add", ".");
    await git("commit", "--quiet", "-m", "leak", "--author=Bob <bob@example.test>", "--date=2024-05-01T10:00:00Z");
    await git("branch", "side");
    await git("commit", "--quiet", "--allow-empty", "-m", "next");
    await git("checkout", "--quiet", "--detach", "HEAD~2");
    await git("tag", "-a", "v1", "-m", `with ${newToken()}`);
    const run = await runKeyward(directory, ["scan", "--history", ...jsonl]);
    const [leak, tag] = run.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
    expect(leak).toMatchObject({
      author: "Bob",
      email: "bob@example.test",
      date: "2024-05-01T10:00:00.000Z",
      refs: ["refs/heads/main", "refs/heads/side"],
      ref_count: 2,
    });
    expect(tag).toMatchObject({ author: "Ada", refs: ["refs/tags/v1"], ref_count: 1 });
    const text = await runKeyward(directory, ["scan", "--history"]);
    expect(text.stdout).toContain("by Bob <bob@example.test>, 2024-05-01; reached from main, side\n");
  });

  test("what cannot be read is told: a damaged object, one that is too large, one that a partial clone has not", async () => {
    const token = newToken();
    write("damaged", `${randomBytes(3000).toString("hex")}\n`);
    write("large", "large\n".repeat(5000));
    write("found", `${token}\n`);
    await git("add", ".");
    await git("commit", "--quiet", "-m", "next");
    const partial = testDirectory();
    await git("config", "uploadpack.allowFilter", "true");
    await runProgram(
      "git",
      ["clone", "--quiet", "--no-checkout", "--filter=blob:none", `file://${directory}`, "."],
      partial,
    );
    const notThere = await runKeyward(partial, ["scan", "--history"]);
    expect(notThere).toMatchObject({ code: 2, stderr: expect.stringContaining("git fetch --refetch") });
    await git("repack", "-adfq");
    const tooLarge = await runKeyward(directory, ["scan", "--history", "--max-bytes", "20000", ...jsonl]);
    expect(tooLarge).toMatchObject({ code: 2, stderr: expect.stringContaining("large in commit") });
    expect(found(tooLarge)).toEqual(["found:1"]);
    const packs = join(directory, ".git/objects/pack");
    const pack = join(packs, readdirSync(packs).find((name) => name.endsWith(".pack")) ?? "");
    const sha = (await git("rev-parse", "HEAD:damaged")).stdout.trim();
    const listed = await git("verify-pack", "-v", pack);
    const offset = Number(new RegExp(`^${sha} blob +\\d+ \\d+ (\\d+)`, "m").exec(listed.stdout)?.[1]);
    const bytes = readFileSync(pack);
    bytes.fill(0x55, offset + 100, offset + 200);
    chmodSync(pack, 0o644);
    writeFileSync(pack, bytes);
    const damaged = await runKeyward(directory, ["scan", "--history", ...jsonl]);
    expect(damaged).toMatchObject({ code: 2, stderr: expect.stringContaining("damaged in commit") });
    expect(damaged.stderr).toContain("git fsck");
    expect(found(damaged)).toEqual(["found:1"]);
  });

  test("of a repository without a work tree", async () => {
    write("gone", `${newToken()}\n`);
    await git("add", ".");
    await git("commit", "--quiet", "-m", "leak");
    const bare = testDirectory();
    await runProgram("git", ["clone", "--quiet", "--bare", directory, "."], bare);
    const run = await runKeyward(bare, ["scan", "--history", ...jsonl]);
    expect(run.code).toBe(1);
    expect(found(run)).toEqual(["gone:1"]);
  });

  test("of a repository without a commit is empty", async () => {
    const empty = testDirectory();
    await runProgram("git", ["init", "--quiet"], empty);
    expect(await runKeyward(empty, ["scan", "--history"])).toMatchObject({ code: 0 });
  });
});

test("--respect-gitignore leaves out what git ignores, not what it tracks; .git is never walked", async () => {
  for (const path of ["kept", "ignored", "tracked", "nested/a", ".git/hooks/x"]) write(path, `${newToken()}\n`);
  await git("add", "tracked");
  write(".gitignore", "ignored\ntracked\n");
  const all = await runKeyward(directory, ["scan", ...jsonl]);
  expect(found(all)).toEqual(["ignored:1", "kept:1", "nested/a:1", "tracked:1"]);
  const some = await runKeyward(directory, ["scan", "--respect-gitignore", ...jsonl]);
  expect(found(some).toSorted()).toEqual(["kept:1", "nested/a:1", "tracked:1"]);
});
