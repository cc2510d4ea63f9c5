import { execFileSync } from "node:child_process";
import { appendFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { findPlainRepository } from "../../../src/adapters/git/plain-repository.ts";

let top = "";
const environment = { PATH: process.env["PATH"], HOME: "/nonexistent" };
const git = (cwd: string, ...args: readonly string[]): string =>
  execFileSync("git", args, {
    cwd,
    env: environment,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
const asGitSays = (cwd: string): readonly string[] =>
  git(cwd, "rev-parse", "--path-format=absolute", "--git-dir", "--git-path", "objects", "--show-toplevel")
    .trim()
    .split("\n");
const found = (directory: string, more: NodeJS.ProcessEnv = {}): readonly string[] | null => {
  const places = findPlainRepository(directory, { ...environment, ...more });
  return places === null ? null : [places.gitDir, places.objects, places.top];
};

beforeEach(() => {
  top = realpathSync(mkdtempSync(join(tmpdir(), "keyward-plain-")));
  onTestFinished(() => rmSync(top, { recursive: true, force: true }));
  git(top, "init", "--quiet");
  mkdirSync(join(top, "sub/deep"), { recursive: true });
});

describe("what git says without being asked", () => {
  test("at the top, below it, and through a link", () => {
    symlinkSync(join(top, "sub"), join(top, "link"));
    for (const at of [top, join(top, "sub/deep"), join(top, "link/deep")]) expect(found(at)).toEqual(asGitSays(at));
  });

  test("as hooks ask it", () => {
    expect(found(top, { GIT_INDEX_FILE: ".git/index", GIT_PREFIX: "", GIT_AUTHOR_DATE: "@0 +0000" })).toEqual(
      asGitSays(top),
    );
  });

  test("by people who have set how git reaches a server", () => {
    expect(found(top, { GIT_SSL_CAINFO: "/etc/ca.pem", GIT_SSH_COMMAND: "ssh -4" })).toEqual(asGitSays(top));
  });
});

describe("git is asked where it could say something else:", () => {
  test.each(["GIT_DIR", "GIT_WORK_TREE", "GIT_OBJECT_DIRECTORY", "GIT_CEILING_DIRECTORIES", "GIT_CONFIG_COUNT"])(
    "%s is set",
    (name) => expect(found(top, { [name]: top })).toBeNull(),
  );

  test.each([
    ["the files are elsewhere", "[core]\n\tworktree = ../elsewhere\n"],
    ["it has no files", "[core]\n\tbare\n"],
    ["its settings include others", "[include]\n\tpath = more\n"],
    ["it has extensions", "[extensions]\n\trelativeWorktrees = true\n"],
  ])("%s", (_, text) => {
    appendFileSync(join(top, ".git/config"), text);
    expect(found(top)).toBeNull();
  });

  test("it is a linked work tree, a submodule, bare, or inside of its own directory", () => {
    git(top, "-c", "user.name=a", "-c", "user.email=a@b.test", "commit", "--quiet", "--allow-empty", "-m", "x");
    git(top, "worktree", "add", "--quiet", join(top, "tree"));
    git(top, "init", "--quiet", "--bare", join(top, "bare"));
    for (const at of ["tree", "bare", ".git", ".git/objects"]) expect(found(join(top, at))).toBeNull();
  });

  test("something that only looks like one stands in between, or there is none", () => {
    writeFileSync(join(top, "sub/.git"), "gitdir: nowhere\n");
    expect(found(join(top, "sub/deep"))).toBeNull();
    rmSync(join(top, ".git/HEAD"));
    expect(found(top)).toBeNull();
    expect(found("/")).toBeNull();
    expect(found(join(top, "not there"))).toBeNull();
  });

  test.runIf(process.getuid?.() === 0)("it is somebody else's", () => {
    execFileSync("chown", ["65534", top]);
    expect(found(top)).toBeNull();
    expect(() => asGitSays(top)).toThrow(/rev-parse/);
  });
});
