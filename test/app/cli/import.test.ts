import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parseKeywardFile } from "../../../src/core/config/keyward-config.ts";
import { runKeyward, runProgram, testDirectory } from "../../support/keyward-cli.ts";
import { newToken } from "../../support/tokens.ts";

test("takes what stands where others say, by the content it stands in, and says of the rest why not", async () => {
  const directory = testDirectory();
  const git = async (...args: readonly string[]): Promise<string> => {
    const identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.test"];
    return (await runProgram("git", [...identity, ...args], directory)).stdout.trim();
  };
  const write = (path: string, text: string): void => {
    mkdirSync(join(directory, path, ".."), { recursive: true });
    writeFileSync(join(directory, path), text);
  };
  const line = (token: string, rest = ""): string => `const github = connect("${token}");${rest}\n`;
  const [old, audited, real, marked] = [newToken(), newToken(), newToken(), newToken()];
  const sha1 = (text: string): string => createHash("sha1").update(text).digest("hex");

  await git("init", "--quiet", "--initial-branch=main");
  write("src/old.ts", `\n${line(old)}`);
  await git("add", ".");
  await git("commit", "--quiet", "-m", "first");
  const first = await git("rev-parse", "HEAD");
  const oldBlob = await git("rev-parse", "HEAD:src/old.ts");
  write("src/old.ts", "clean();\n");
  write("src/two.ts", line(audited) + line(real));
  write("src/three.ts", line(marked, " // gitleaks:allow") + "plain(); // pragma: allowlist secret\n");
  write(".gitleaksignore", `# others\n${first}:src/old.ts:github-pat:2\nsrc/gone.ts:github-pat:1\nnonsense\n`);
  const results = {
    "src/two.ts": [
      { type: "x", hashed_secret: sha1(audited), line_number: 1, is_secret: false },
      { type: "x", hashed_secret: sha1(real), line_number: 2, is_secret: true },
      { type: "x", hashed_secret: sha1("other"), line_number: 3 },
    ],
  };
  write(".secrets.baseline", JSON.stringify({ version: "1.5.0", results }));
  await git("add", ".");
  await git("commit", "--quiet", "-m", "second");

  const run = await runKeyward(directory, ["import"]);
  expect(run.code).toBe(1);
  const read = parseKeywardFile(run.stdout, "repository");
  expect(read).toMatchObject({
    kind: "read",
    file: {
      suppressions: [
        { blob: oldBlob, path: "src/old.ts", line: 2, reason: "accepted-risk" },
        { blob: await git("rev-parse", "HEAD:src/two.ts"), path: "src/two.ts", line: 1, reason: "false-positive" },
        {
          blob: await git("rev-parse", "HEAD:src/three.ts"),
          path: "src/three.ts",
          line: 1,
          note: "marked gitleaks:allow",
        },
      ],
    },
  });
  for (const why of [
    ".gitleaksignore:3: the file is not there any more",
    ".gitleaksignore:4: expected commit:file:rule:line",
    ".secrets.baseline: src/two.ts:2: it was audited as a real secret",
    ".secrets.baseline: src/two.ts:3: Keyward finds no credential there",
    "src/three.ts:2 (pragma: allowlist secret): Keyward finds no credential there",
    "3 taken, 5 left out.",
  ])
    expect(run.stderr).toContain(why);
  for (const token of [old, audited, real, marked]) expect(run.stdout + run.stderr).not.toContain(token);
});

test("outside of a repository there is nothing to import from", async () => {
  const run = await runKeyward(testDirectory(), ["import"]);
  expect(run).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining("no git work tree") });
});
