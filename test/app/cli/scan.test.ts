import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { gzipSync } from "node:zlib";
import { fillShape } from "../../../src/core/scan/shape/fill-shape.ts";
import { runKeyward, testDirectory } from "../../support/keyward-cli.ts";
import { newToken } from "../../support/tokens.ts";

const jsonl = ["--format", "jsonl"];
const linesOf = (text: string): Record<string, unknown>[] =>
  text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Record<string, unknown>);

test("nothing found: exit code 0, and standard error says what was read", async () => {
  const directory = testDirectory();
  writeFileSync(join(directory, "a.txt"), "hello\n");
  const { code, stdout, stderr } = await runKeyward(directory, ["scan"]);
  expect({ code, stdout, stderr }).toEqual({
    code: 0,
    stdout: "",
    stderr: "No credentials found in 1 file (6 bytes).\n",
  });
});

test("text for people has the line with every secret in it masked, and what to do", async () => {
  const directory = testDirectory();
  const [token, other] = [newToken(), newToken()];
  writeFileSync(join(directory, "a.js"), `\n  login("${token}", "${other}"); // ${token}\n`);
  const { code, stdout, stderr } = await runKeyward(directory, ["scan"]);
  expect(code).toBe(1);
  expect(stdout).toContain("a.js:2:10");
  expect(stdout).toContain("GitHub personal access token (classic) · high confidence, severity critical");
  expect(stdout).toMatch(/^ {4}2 \| login\("ghp_\w{4}\*{4}", "ghp_\w{4}\*{4}"\); \/\/ ghp_\w{4}\*{4}$/m);
  expect(stdout).toMatch(/^ {6}\| {8}\^{12}$/m);
  expect(stdout).toContain("Why: has the distinctive format of");
  expect(stdout).toContain("Do:  Revoke it at GitHub");
  for (const secret of [token, other]) expect(stdout + stderr).not.toContain(secret.slice(4, 20));
  expect(stdout).not.toContain("\x1b");
});

test("JSON lines: one object for each finding, in the order of paths; fields as documented", async () => {
  const directory = testDirectory();
  mkdirSync(join(directory, "b"));
  const token = newToken();
  writeFileSync(join(directory, "b", "x"), `t ${token}\n`);
  writeFileSync(join(directory, "a"), `é "${token}"\n`);
  const { code, stdout } = await runKeyward(directory, ["scan", ".", ...jsonl]);
  const [first, second] = linesOf(stdout);
  expect(code).toBe(1);
  expect(second).toMatchObject({ path: "b/x", line: 1, column: 3 });
  expect(second?.["fingerprint"]).toBe(first?.["fingerprint"]);
  expect(first).toEqual({
    path: "a",
    line: 1,
    column: 4,
    end_line: 1,
    end_column: 44,
    offset: 4,
    length: 40,
    rule: "github-personal-access-token",
    title: "GitHub personal access token (classic)",
    provider: "GitHub",
    severity: "critical",
    confidence: "high",
    score: 100,
    reasons: expect.arrayContaining([{ what: expect.stringContaining("CRC-32"), points: 20 }]) as unknown,
    mask: expect.stringMatching(/^ghp_\w{4}\*{4}$/) as unknown,
    fingerprint: expect.stringMatching(/^[0-9a-f]{32}$/) as unknown,
    via: [],
    parts: [],
    fingerprint_salt: expect.stringMatching(/^[0-9a-f]{32}$/) as unknown,
  });
  expect(stdout).not.toContain(token);
});

test("JSON: one object with findings, coverage and problems", async () => {
  const directory = testDirectory();
  writeFileSync(join(directory, "a.gz"), gzipSync(`key: ${newToken()}\n`));
  const { code, stdout } = await runKeyward(directory, ["scan", "a.gz", "missing", "--format", "json"]);
  expect(code).toBe(2);
  expect(JSON.parse(stdout)).toMatchObject({
    version: 1,
    findings: [{ path: "a.gz!/a", via: ["gzip"], line: 1 }],
    coverage: {
      complete: false,
      files: 1,
      unread: [{ path: "missing", reason: "unreadable", detail: "There is no such file." }],
    },
    problems: [],
  });
});

test("standard input is scanned, under the name it is given", async () => {
  const directory = testDirectory();
  const token = newToken();
  const named = await runKeyward(directory, ["scan", "--stdin", "--stdin-path", "x/y.py", ...jsonl], { input: token });
  expect(linesOf(named.stdout)).toMatchObject([{ path: "x/y.py", line: 1 }]);
  const dash = await runKeyward(directory, ["scan", "-", ...jsonl], { input: token });
  expect(linesOf(dash.stdout)).toMatchObject([{ path: "stdin" }]);
  const large = await runKeyward(directory, ["scan", "-", "--max-bytes", "10"], { input: token });
  expect(large).toMatchObject({ code: 2, stderr: expect.stringContaining("stdin: It has more than the 10 bytes") });
});

test.each(["json", "jsonl"])(
  "what a report (%s) has is not reported again, anywhere, and something new is",
  async (format) => {
    const directory = testDirectory();
    writeFileSync(join(directory, "a.js"), `"${newToken()}"\n`);
    const before = await runKeyward(directory, ["scan", "a.js", "--format", format]);
    writeFileSync(join(directory, "known"), before.stdout);
    const elsewhere = { env: { XDG_CONFIG_HOME: join(directory, "other") } };
    const same = await runKeyward(directory, ["scan", "a.js", "--baseline", "known"], elsewhere);
    expect(same).toMatchObject({ code: 0, stdout: "", stderr: expect.stringContaining("1 in the baseline") });
    writeFileSync(join(directory, "a.js"), `\n${readFileSync(join(directory, "a.js"), "utf8")}"${newToken()}"\n`);
    const more = await runKeyward(directory, ["scan", "a.js", "--baseline", "known", ...jsonl], elsewhere);
    expect(linesOf(more.stdout)).toMatchObject([{ line: 3 }]);
  },
);

test("a baseline that is none is said, and nothing is scanned", async () => {
  const directory = testDirectory();
  writeFileSync(join(directory, "known"), "{}\n");
  const { code, stderr } = await runKeyward(directory, ["scan", ".", "--baseline", "known"]);
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: "keyward: known: line 1 is not of a report by keyward scan --format json or jsonl\n",
  });
});

test("paths are left out as in a .gitignore", async () => {
  const directory = testDirectory();
  for (const path of ["vendor/a", "src/vendor/b", "src/c.min.js", "src/d"]) {
    mkdirSync(join(directory, path, ".."), { recursive: true });
    writeFileSync(join(directory, path), `${newToken()}\n`);
  }
  const { stdout } = await runKeyward(directory, ["scan", ...jsonl, "--exclude", "/vendor/", "--exclude", "*.min.js"]);
  expect(linesOf(stdout).map(({ path }) => path)).toEqual(["src/d", "src/vendor/b"]);
});

test("a configuration file sets what the command line does not", async () => {
  const directory = testDirectory();
  mkdirSync(join(directory, "conf"));
  const config = join(directory, "conf", "scan.toml");
  writeFileSync(join(directory, "conf", "rules.toml"), "[[rules]]\nid = 'mine'\nregex = '''mine_[a-z]{8}'''\n");
  writeFileSync(config, "rules = ['rules.toml']\ndefaultRules = false\nminConfidence = 'low'\nexclude = ['conf/']\n");
  writeFileSync(join(directory, "a"), `mine_qzkvwxjt ${newToken()}\n`);
  const { stdout } = await runKeyward(directory, ["scan", "--config", "conf/scan.toml", ...jsonl]);
  expect(linesOf(stdout)).toMatchObject([{ rule: "mine", path: "a" }]);
  writeFileSync(config, "[x]\nminConfidense = 'low'\n");
  const bad = await runKeyward(directory, ["scan", "--config", "conf/scan.toml"]);
  expect(bad).toMatchObject({ code: 2, stdout: "" });
  expect(bad.stderr).toMatch(/^keyward: conf\/scan\.toml:1: error: unknown key "x"; allowed here: minConfidence, /);
});

test("a gitleaks file that starts from the default rules may leave out and excuse what detectors find", async () => {
  const directory = testDirectory();
  const inherited = `[extend]\nuseDefault = true\ndisabledRules = ["generic-password"]\n`;
  const excuse = `[[rules]]\nid = "generic-api-key"\n[[rules.allowlists]]\npaths = ["^known"]\n`;
  writeFileSync(join(directory, "ours.toml"), `${inherited}${excuse}`);
  const keys = fillShape('api_key = "{alnum:32}"\n', 4);
  writeFileSync(join(directory, "known.py"), keys);
  writeFileSync(join(directory, "other.py"), `${keys}${fillShape('password = "{alnum:32}"\n', 5)}`);
  const { stdout, stderr } = await runKeyward(directory, ["scan", ...jsonl, "--quiet", "--rules", "ours.toml"]);
  expect(stderr).toBe("");
  expect(linesOf(stdout)).toMatchObject([{ path: "other.py", rule: "generic-api-key" }]);
});

test("wrong words are told apart from findings by exit code 2", async () => {
  const directory = testDirectory();
  const tries = [
    ["--nonsense"],
    ["--format", "xml"],
    ["--min-confidence", "huge"],
    ["--max-bytes", "0"],
    ["--staged", "--since", "x"],
  ];
  const runs = await Promise.all(tries.map((args) => runKeyward(directory, ["scan", ...args])));
  expect(runs.map(({ code, stdout }) => [code, stdout])).toEqual(tries.map(() => [2, ""]));
});

test("many files are scanned by threads, and the report is the same", async () => {
  const directory = testDirectory();
  const tokens = Array.from({ length: 150 }, newToken);
  for (const [index, token] of tokens.entries()) {
    writeFileSync(join(directory, `f${String(index).padStart(3, "0")}`), index % 10 === 0 ? `k = ${token}\n` : "x\n");
  }
  const { code, stdout, stderr } = await runKeyward(directory, ["scan", ".", ...jsonl]);
  expect(code).toBe(1);
  const expected = Array.from({ length: 15 }, (_, index) => `f${String(index * 10).padStart(3, "0")}`);
  expect(linesOf(stdout).map(({ path }) => path)).toEqual(expected);
  expect(stderr).toContain("15 credentials found in 150 files");
});
