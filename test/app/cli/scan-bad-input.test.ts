import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, onTestFinished, test } from "vitest";
import { renamedZip, zipOf } from "../../support/archives/zip.ts";
import { keywardBin, runKeyward, runProgram, testDirectory } from "../../support/keyward-cli.ts";
import { newToken } from "../../support/tokens.ts";

const paths = (stdout: string): string[] =>
  stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => (JSON.parse(line) as { path: string }).path);
const jsonl = ["--format", "jsonl"];

test("what cannot be read is said, and the rest is scanned", async () => {
  const directory = testDirectory();
  writeFileSync(join(directory, "closed"), newToken());
  mkdirSync(join(directory, "shut"), { mode: 0 });
  writeFileSync(join(directory, "open"), newToken());
  chmodSync(join(directory, "closed"), 0);
  const run = await runKeyward(directory, ["scan", ".", ...jsonl], { withoutOverride: process.getuid?.() === 0 });
  expect(run.code).toBe(2);
  expect(paths(run.stdout)).toEqual(["open"]);
  expect(run.stderr).toContain("  closed: Permission denied.\n  shut: Permission denied.\n");
});

test("pipes and sockets are not opened, and links that go round are not followed", async () => {
  const directory = testDirectory();
  execFileSync("mkfifo", [join(directory, "pipe")]);
  const server = createServer().listen(join(directory, "socket"));
  onTestFinished(() => void server.close());
  symlinkSync(".", join(directory, "round"));
  symlinkSync("itself", join(directory, "itself"));
  writeFileSync(join(directory, "file"), newToken());
  const run = await runKeyward(directory, ["scan", ".", ...jsonl]);
  expect({ code: run.code, paths: paths(run.stdout) }).toEqual({ code: 1, paths: ["file"] });
  expect(run.stderr).toContain("2 symbolic links not followed, 2 pipes, sockets or devices not opened");
  const asked = await runKeyward(directory, ["scan", "pipe", "itself"]);
  expect(asked).toMatchObject({ code: 2, stderr: expect.stringContaining("pipe: It is a pipe, not a file.") });
  expect(asked.stderr).toContain("itself: Its symbolic links go round in a circle.");
});

test("a name that is not UTF-8 is quoted as git does, and its file is read", async () => {
  const directory = testDirectory();
  writeFileSync(Buffer.concat([Buffer.from(`${directory}/caf`), Buffer.from([0xe9])]), newToken());
  const run = await runKeyward(directory, ["scan", ".", ...jsonl]);
  expect(paths(run.stdout)).toEqual([String.raw`"caf\351"`]);
});

test("a name and a line do nothing to the terminal", async () => {
  const directory = testDirectory();
  const token = newToken();
  writeFileSync(join(directory, "a\x1b[31m\nb\u202e"), `\x1b]0;title\x07 "${token}" \u202e\n`);
  const run = await runKeyward(directory, ["scan", "."]);
  expect(run.code).toBe(1);
  expect(run.stdout).toContain("a·[31m·b·:1:");
  expect(run.stdout).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f\u202e]/);
});

test("an empty path is not the current directory", async () => {
  const directory = testDirectory();
  writeFileSync(join(directory, "file"), newToken());
  const run = await runKeyward(directory, ["scan", ""]);
  expect(run).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining('  "": The path is empty.\n') });
});

test("who stops reading the report ends the scan, and is not told of an error of ours", async () => {
  const directory = testDirectory();
  writeFileSync(join(directory, "file"), Array.from({ length: 400 }, () => `"${newToken()}"\n`).join(""));
  const scan = `"${process.execPath}" "${keywardBin}" scan file --quiet --format jsonl`;
  const run = await runProgram("sh", ["-c", `{ ${scan}; echo $? >&2; } | head -n 1`], directory);
  expect(paths(run.stdout)).toEqual(["file"]);
  expect(run.stderr).toBe("2\n");
});

test("a file that is too large is said with its size and the limit", async () => {
  const directory = testDirectory();
  writeFileSync(join(directory, "large"), "x".repeat(2000));
  writeFileSync(join(directory, "small"), newToken());
  const run = await runKeyward(directory, ["scan", ".", "--max-bytes", "1000", ...jsonl]);
  expect(run).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("large: It has 2000 bytes; files of up to 1000"),
  });
  expect(paths(run.stdout)).toEqual(["small"]);
});

test("a line of 4 MB is scanned, and its frame is short", async () => {
  const directory = testDirectory();
  const half = "const a = f(1), b = g(2); ".repeat(80_000);
  writeFileSync(join(directory, "min.js"), `${half}"${newToken()}"${half}`);
  const run = await runKeyward(directory, ["scan", "min.js"]);
  expect(run.code).toBe(1);
  expect(Math.max(...run.stdout.split("\n").map(({ length }) => length))).toBeLessThan(300);
});

test("a rule that cannot be used is said with file, line and reason; the others are used; exit code 2", async () => {
  const directory = testDirectory();
  const rules = [
    "[[rules]]",
    "id = 'a'",
    "regex = '''(?=x)'''",
    "[[rules]]",
    "id = 'b'",
    "regex = '''b*'''",
    "colour = 1",
  ];
  writeFileSync(
    join(directory, "rules.toml"),
    [...rules, "[[rules]]", "id = 'c'", "regex = '''c_[0-9a-z]{9}'''"].join("\n"),
  );
  writeFileSync(join(directory, "a"), "c_q8z3k1v7x\n");
  const args = ["scan", "a", "--rules", "rules.toml", "--rules", "none.toml", "--min-confidence", "low", ...jsonl];
  const run = await runKeyward(directory, args);
  expect(run.code).toBe(2);
  expect(run.stdout).toContain('"rule":"c"');
  expect(run.stderr).toContain('rules.toml:3: error: a: regex refused at "(?=x)"');
  expect(run.stderr).toContain('rules.toml:6: error: b: regex refused at "b*": it matches the empty string');
  expect(run.stderr).toContain('rules.toml:7: error: b: unknown key "colour"');
  expect(run.stderr).toContain("none.toml:1: error: the file cannot be read. There is no such file.");
});

test("rules that would keep a backtracking engine busy for ever take linear time on four megabytes, or are refused with a reason", async () => {
  const directory = testDirectory();
  const evil = [
    "(a+)+$x",
    "(a|aa)+b",
    "(.*a){20}b",
    "(?:a{0,30}){0,30}c",
    "(?:(?:(?:a*)*)*)*d",
    "[a-z]{0,900}[a-z]{0,900}!",
    "(?i)key(?:[a-z]|[a-z]{2})+=",
  ];
  const rules = [
    ...evil.map((regex, at) => `[[rules]]\nid = 'evil-${at}'\nregex = '''${regex}'''`),
    `[[rules]]\nid = 'large'\nregex = '''${"[a-z]{1000}".repeat(8)}'''`,
    "[[rules]]\nid = 'end'\nregex = '''end_[0-9]{8}'''\npath = '''(a+)+\\.txt'''\n[[rules.allowlists]]",
    "regexTarget = 'line'\nregexes = ['''(a+)+$!''', '''(a|aa)+$!''']",
  ];
  writeFileSync(join(directory, "rules.toml"), `${rules.join("\n")}\n`);
  mkdirSync(join(directory, "texts"));
  writeFileSync(join(directory, "texts", `${"a".repeat(40)}.txt`), `${"a".repeat(4e6)}end_90817263aa`);
  writeFileSync(join(directory, "texts", `${"a".repeat(40)}b`), `key${"a".repeat(4e6)}`);
  const args = ["scan", "texts", "--rules", "rules.toml", "--no-default-rules", "--min-confidence", "low", ...jsonl];
  const run = await runKeyward(directory, args);
  expect(run.stdout.split("\n").filter((line) => line !== "")).toEqual([expect.stringContaining('"rule":"end"')]);
  expect(run.stderr).toContain("rules.toml:24: error: large: regex refused at ");
  expect(run.stderr).toContain("too large to be matched in linear time");
  expect(run.code).toBe(2);
});

test("without a single rule that can be used nothing is scanned, and that is no pass", async () => {
  const directory = testDirectory();
  writeFileSync(join(directory, "rules.toml"), "[rules]\nid = 'a'\nregex = '''x'''\n");
  const run = await runKeyward(directory, ["scan", ".", "--rules", "rules.toml", "--no-default-rules"]);
  expect(run).toMatchObject({ code: 2, stdout: "" });
  expect(run.stderr).toBe(
    "rules.toml:1: error: expected [[rules]], one for each rule; found one [rules] table\n" +
      "keyward: there is no rule to scan by, so nothing was scanned\n",
  );
});

test("a hostile archive is said, and what is beside it is scanned", async () => {
  const directory = testDirectory();
  writeFileSync(join(directory, "broken.zip"), Buffer.concat([Buffer.from("PK\x03\x04"), Buffer.alloc(100, 1)]));
  writeFileSync(join(directory, "file"), newToken());
  const run = await runKeyward(directory, ["scan", ".", ...jsonl]);
  expect({ code: run.code, paths: paths(run.stdout) }).toEqual({ code: 2, paths: ["file"] });
  expect(run.stderr).toContain("broken.zip: ");
  const closed = await runKeyward(directory, ["scan", ".", "--no-archives", ...jsonl]);
  expect(closed.code).toBe(1);
});

test("a pointer of Git LFS is told as not read, on the disk and in what is staged", async () => {
  const directory = testDirectory();
  const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${"0".repeat(64)}\nsize 5242880\n`;
  writeFileSync(join(directory, "large.bin"), pointer);
  execFileSync("git", ["init", "--quiet"], { cwd: directory });
  execFileSync("git", ["add", "."], { cwd: directory });
  for (const args of [["large.bin"], ["--staged"]]) {
    const run = await runKeyward(directory, ["scan", ...args]);
    expect(run).toMatchObject({ code: 2, stderr: expect.stringContaining("large.bin: Git LFS holds the content") });
  }
});

test("a bomb and a nest without end are cut, said with their place, and what is beside them is found", async () => {
  const directory = testDirectory();
  const token = newToken();
  writeFileSync(join(directory, "bomb.zip"), await zipOf({ "zeros.bin": Buffer.alloc(40_000_000), "key.txt": token }));
  let nest: Buffer = Buffer.from("nothing of note");
  for (let level = 0; level < 1000; level++) nest = gzipSync(nest, { level: 0 });
  writeFileSync(join(directory, "nest.gz"), nest);
  const climbing = renamedZip(await zipOf({ nnnnnnnnnn: newToken() }), "nnnnnnnnnn", "../../a/bc");
  writeFileSync(join(directory, "climbing.zip"), climbing);
  const run = await runKeyward(directory, ["scan", ".", ...jsonl]);
  expect(run.code).toBe(2);
  expect(paths(run.stdout)).toEqual(["bomb.zip!/key.txt", "climbing.zip!/%2E%2E/%2E%2E/a/bc"]);
  expect(run.stderr).toContain("bomb.zip!/zeros.bin: Unpacks to more than ");
  expect(run.stderr).toContain("nest.gz: More than 8 containers inside each other.");
});

test("bytes that are no UTF-8 hide nothing, and cost nothing", async () => {
  const directory = testDirectory();
  const torn = Buffer.from([0xff, 0xc3, 0x28, 0xe2, 0x82, 0x0a]);
  writeFileSync(join(directory, "torn.txt"), Buffer.concat([torn, Buffer.from(newToken()), torn]));
  const run = await runKeyward(directory, ["scan", ".", ...jsonl]);
  expect({ code: run.code, stdout: run.stdout }).toMatchObject({ code: 1, stdout: expect.stringMatching(/"line":2,/) });
});

// The system says of such files that they are empty, and gives content all the same: as if each were written to while it is read.
test.runIf(process.platform === "linux")(
  "a file that is not the same after it was read is said, by each format",
  async () => {
    const directory = testDirectory();
    writeFileSync(join(directory, "open"), newToken());
    for (const format of ["text", "jsonl", "json", "sarif"]) {
      const run = await runKeyward(directory, ["scan", "open", "/proc/self/status", "--format", format]);
      expect(run.code).toBe(2);
      expect(run.stderr).toContain("/proc/self/status: It changed while it was read; scan again when it is at rest.");
      expect(run.stdout).toContain("open");
    }
  },
);
