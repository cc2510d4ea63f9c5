import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { zipOf } from "../../support/archives/zip.ts";
import { keywardBin, runKeyward, runProgram, testDirectory } from "../../support/keyward-cli.ts";
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
