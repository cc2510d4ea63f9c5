import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { zipOf } from "../../support/archives/zip.ts";
import { keywardBin, runKeyward, runProgram, testDirectory } from "../../support/keyward-cli.ts";
import { fillShape } from "../../../src/core/scan/shape/fill-shape.ts";
import { newToken } from "../../support/tokens.ts";

test("rules list shows every rule, for people and for machines", async () => {
  const directory = testDirectory();
  const text = await runKeyward(directory, ["rules", "list"]);
  expect(text.stdout).toMatch(
    /^github-personal-access-token +critical +GitHub +GitHub personal access token \(classic\)$/m,
  );
  const json = await runKeyward(directory, ["rules", "list", "--json"]);
  expect((JSON.parse(json.stdout) as unknown[]).length).toBe(text.stdout.trimEnd().split("\n").length);
});

test("rules show prints one rule with made-up examples, and knows what a misspelt one could be", async () => {
  const directory = testDirectory();
  const { code, stdout } = await runKeyward(directory, ["rules", "show", "npm-access-token"]);
  expect(code).toBe(0);
  expect(stdout).toContain(String.raw`regex:       \b(npm_[A-Za-z0-9]{36})\b`);
  expect(stdout).toMatch(/^ {2}npm_\w{36}$/m);
  const provider = await runKeyward(directory, ["rules", "show", "stripe"]);
  expect(provider).toMatchObject({ code: 2, stderr: expect.stringMatching(/with that in it: stripe-\S+, stripe-/) });
  const typo = await runKeyward(directory, ["rules", "show", "npm-acces-token"]);
  expect(typo).toMatchObject({ code: 2, stderr: expect.stringContaining('did you mean "npm-access-token"?') });
});

const rule = (shape: string): string =>
  `[[rules]]\nid = "acme-key"\nregex = '''\\bacme_[0-9a-z]{20}\\b'''\nkeywords = ["acme_"]\nexamples = ['${shape}']\nnearMisses = ['acme_{digits:4}']\n`;

test("rules test tries a file's rules on their examples", async () => {
  const directory = testDirectory();
  writeFileSync(join(directory, "good.toml"), rule("acme_{alnumlower:20}"));
  const good = await runKeyward(directory, ["rules", "test", "good.toml"]);
  expect(good).toMatchObject({ code: 0, stdout: "1 rules tested, 0 failed.\n" });
  writeFileSync(join(directory, "bad.toml"), rule("acme_{alnumlower:19}"));
  const bad = await runKeyward(directory, ["rules", "test", "bad.toml"]);
  expect(bad.code).toBe(1);
  expect(bad.stdout).toContain("acme-key: expected one finding by this rule, found none\n  in acme_{alnumlower:19}");
});

test("rules check says what is wrong with a file", async () => {
  const directory = testDirectory();
  writeFileSync(join(directory, "r.toml"), "[[rules]]\nid = 'a'\nregex = '''(?!x)'''\n");
  const run = await runKeyward(directory, ["rules", "check", "r.toml"]);
  expect(run).toMatchObject({ code: 2, stdout: "0 rules can be used; 1 errors, 0 warnings.\n" });
  expect(run.stderr).toMatch(/^r\.toml:3: error: a: regex refused/);
});

test("explain shows every part of the judgement, also of what is not reported, and no secret", async () => {
  const directory = testDirectory();
  const token = newToken();
  const wrong = `${token.slice(0, -1)}${token.endsWith("0") ? "1" : "0"}`;
  writeFileSync(join(directory, "a:b.txt"), `x\nlog(1, "${wrong}")\n`);
  const { code, stdout } = await runKeyward(directory, ["explain", "a:b.txt:2"]);
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /^2:9 {2}GitHub personal access token \(classic\) \(github-personal-access-token\): ghp_\w{4}\*{4}$/m,
  );
  expect(stdout).toMatch(/^ +\+80 {2}has the distinctive format/m);
  expect(stdout).toMatch(/^ +−25 {2}its CRC-32 checksum is wrong$/m);
  expect(stdout).toMatch(/^ +55 {2}of 100: medium confidence; reported/m);
  expect(stdout).not.toContain(wrong.slice(4, 20));
  const rules = "[[rules]]\nid = 'picky'\nregex = '''ghp_\\w{36}'''\n[[rules.allowlists]]\nregexes = ['''ghp''']\n";
  writeFileSync(join(directory, "r.toml"), rules);
  const more = await runKeyward(directory, ["explain", "a:b.txt:2", "--rules", "r.toml", "--json"]);
  expect(JSON.parse(more.stdout)).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ rule: "picky", rejected: "an allowlist or filter excuses it" }),
      expect.objectContaining({ rule: "github-personal-access-token", rejected: null }),
    ]),
  );
  expect(await runKeyward(directory, ["explain", "a:b.txt"])).toMatchObject({ code: 2 });
  expect(await runKeyward(directory, ["explain", "none:1"])).toMatchObject({ code: 2 });
});

test("npx and npm run take paths from where the person stands", async () => {
  const root = dirname(dirname(keywardBin));
  const inside = fileURLToPath(new URL("../../../dist/standing-test", import.meta.url));
  mkdirSync(inside, { recursive: true });
  writeFileSync(join(inside, "a.txt"), newToken());
  expect(inside.startsWith(root)).toBe(true);
  for (const command of [
    ["npx", "--no-install", "keyward"],
    ["npm", "run", "-s", "keyward", "--"],
  ]) {
    const [program, ...args] = [...command, "scan", "a.txt", "--format", "jsonl"];
    const run = await runProgram(program, args, inside);
    expect(run.stdout, run.stderr).toMatch(/^\{"path":"a\.txt","line":1,/);
    expect(run.code).toBe(1);
  }
});

test("rules says what it knows instead of a word it does not", async () => {
  const run = await runKeyward(testDirectory(), ["rules", "lst"]);
  expect(run).toMatchObject({
    code: 2,
    stdout: "",
    stderr: 'keyward: there is no "rules lst"; there are list, show, test and check\n',
  });
});

test("rules show tells the parts of a credential, and how near they must be", async () => {
  const directory = testDirectory();
  const text = await runKeyward(directory, ["rules", "show", "twilio-auth-token"]);
  expect(text.stdout).toContain("parts:       twilio-account-sid (needed, within 10 lines)");
  const json = await runKeyward(directory, ["rules", "show", "twilio-auth-token", "--json"]);
  const required = [{ id: "twilio-account-sid", within_lines: 10, within_columns: null, optional: false }];
  expect(JSON.parse(json.stdout)).toMatchObject({ required });
});

test("rules test and rules check speak to machines too", async () => {
  const directory = testDirectory();
  writeFileSync(join(directory, "bad.toml"), `${rule("acme_{alnumlower:19}")}colour = 1\n`);
  const tested = await runKeyward(directory, ["rules", "test", "bad.toml", "--json"]);
  expect(tested.code).toBe(2);
  expect(JSON.parse(tested.stdout)).toEqual({
    tested: 1,
    failures: [
      {
        rule: "acme-key",
        shape: "acme_{alnumlower:19}",
        message: "expected one finding by this rule, found none",
      },
    ],
    without_examples: [],
  });
  const checked = await runKeyward(directory, ["rules", "check", "bad.toml", "--json"]);
  expect(JSON.parse(checked.stdout)).toMatchObject({
    rules: 1,
    problems: [{ severity: "error", file: "bad.toml", line: 7, rule: "acme-key" }],
  });
});

test("explain says when there is no such line", async () => {
  const directory = testDirectory();
  writeFileSync(join(directory, "a.txt"), "one\ntwo");
  const run = await runKeyward(directory, ["explain", "a.txt:3"]);
  expect(run).toMatchObject({ code: 2, stderr: "keyward: a.txt has 2 lines\n" });
  expect(await runKeyward(directory, ["explain", "a.txt:0"])).toMatchObject({ code: 2 });
});

test("explain takes standard input for the file, and the settings of a scan", async () => {
  const directory = testDirectory();
  const input = `x\nk = '${fillShape("{hex:40}", 3)}'\n`;
  writeFileSync(join(directory, "scan.toml"), "defaultRules = false\ngeneric = false\nentropy = { hex = 3.0 }\n");
  const args = ["explain", "--stdin", "src/a.py:2", "--config", "scan.toml"];
  const run = await runKeyward(directory, args, { input });
  expect(run).toMatchObject({ code: 0, stdout: expect.stringContaining("(entropy-hex)") });
  expect(run.stdout).toContain("50  of 100: medium confidence; reported");
  const zip = await zipOf({ "c.yml": `k: ${newToken()}\n` });
  const inside = await runKeyward(directory, ["explain", "--stdin", "a.zip!/c.yml:1"], { input: zip });
  expect(inside).toMatchObject({ code: 0, stdout: expect.stringContaining("github-personal-access-token") });
  writeFileSync(join(directory, "scan.toml"), "colour = 1\n");
  expect(await runKeyward(directory, args, { input })).toMatchObject({ code: 2, stdout: "" });
});

test("explain looks into containers, by the path that a finding has", async () => {
  const directory = testDirectory();
  const inner = await zipOf({ "config.yml": `\nkey: ${newToken()}\n` });
  writeFileSync(join(directory, "app.zip"), await zipOf({ "lib/inner.jar": inner }));
  const run = await runKeyward(directory, ["explain", "app.zip!/lib/inner.jar!/config.yml:2"]);
  expect(run).toMatchObject({ code: 0, stdout: expect.stringContaining("github-personal-access-token") });
  const missing = await runKeyward(directory, ["explain", "app.zip!/other.yml:2"]);
  expect(missing).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("app.zip!/other.yml: nothing in the container has that path"),
  });
  writeFileSync(join(directory, "plain.txt"), "x\n");
  const plain = await runKeyward(directory, ["explain", "plain.txt!/a:1"]);
  expect(plain).toMatchObject({ code: 2, stderr: expect.stringContaining("it is no archive, document or database") });
});
