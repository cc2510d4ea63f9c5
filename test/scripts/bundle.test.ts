import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { zipOf } from "../support/archives/zip.ts";
import { type CliRun, runProgram, testDirectory } from "../support/keyward-cli.ts";
import { newToken } from "../support/tokens.ts";

const top = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");
const folder = join(top, `dist/test-${process.pid}`);

beforeAll(() => {
  const env = { ...process.env, XDG_CACHE_HOME: join(inject("runDirectory"), "cache") };
  execFileSync(process.execPath, [join(top, "scripts/bundle.ts"), folder], { env });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const bundled = join(folder, "cli/scan.js");
const scan = (program: string, cwd: string, words: readonly string[]): Promise<CliRun> =>
  runProgram(process.execPath, [program, "scan", "--no-color", ...words], cwd);

describe("the bundle says what the sources say", () => {
  const same = async (cwd: string, ...words: readonly string[]): Promise<CliRun> => {
    const run = await scan(bundled, cwd, words);
    expect(run).toEqual(await scan(join(top, "src/app/cli/main.ts"), cwd, words));
    return run;
  };

  test("of files and containers, on threads, as text", async () => {
    const cwd = testDirectory();
    for (let at = 0; at < 120; at++) writeFileSync(join(cwd, `${at}.env`), at % 40 === 0 ? `KEY=${newToken()}\n` : "");
    writeFileSync(join(cwd, "a.zip"), await zipOf({ "inner.env": `KEY=${newToken()}\n` }));
    const { code, stdout } = await same(cwd, ".");
    expect(code).toBe(1);
    expect(stdout).toContain("a.zip!/inner.env");
  });

  test("with somebody's rules, settings and baseline", async () => {
    const cwd = testDirectory();
    writeFileSync(join(cwd, "a.txt"), `acme_${newToken().slice(4, 20)}\n`);
    writeFileSync(
      join(cwd, "acme.toml"),
      "[[rules]]\nid = 'acme'\nregex = '''acme_[a-zA-Z0-9]{16}'''\nkeywords = ['acme']\n",
    );
    writeFileSync(
      join(cwd, "scan.toml"),
      "rules = ['acme.toml']\ndefaultRules = false\nexclude = ['*.toml', '*.json']\n",
    );
    const { code, stdout } = await same(cwd, "--config", "scan.toml", "--format", "json");
    expect(code).toBe(1);
    writeFileSync(join(cwd, "known.json"), stdout);
    expect((await same(cwd, "--config", "scan.toml", "--baseline", "known.json")).code).toBe(0);
    expect((await same(cwd, "--config", "scan.toml", "--format", "sarif")).code).toBe(1);
  });

  test("of a history, and of what cannot be done", async () => {
    const cwd = testDirectory();
    writeFileSync(join(cwd, "a.env"), `KEY=${newToken()}\n`);
    const git = (...words: readonly string[]): Promise<CliRun> =>
      runProgram("git", ["-c", "user.name=Ada", "-c", "user.email=ada@example.test", ...words], cwd);
    await git("init", "--quiet");
    await git("add", ".");
    expect((await same(cwd, "--staged", "--format", "jsonl")).code).toBe(1);
    await git("commit", "--quiet", "-m", "first");
    await git("gc", "--quiet");
    expect((await same(cwd, "--history", "--format", "jsonl")).code).toBe(1);
    expect((await same(cwd, "--staged")).code).toBe(0);
    expect((await same(cwd, "not there")).code).toBe(2);
    expect((await same(cwd, "--since", "nothing")).code).toBe(2);
  });
});

// How long a start takes depends on the machine; what makes it long does not.
describe("the budget of a start for ten staged files", () => {
  test("loads of the libraries only those that read the command line and globs", async () => {
    const made = await rolldown({ input: join(top, "src/app/cli/scan-alone.ts"), cwd: top, platform: "node" });
    const { output } = await made.generate({ format: "esm" });
    await made.close();
    const chunks = new Map(output.flatMap((one) => (one.type === "chunk" ? [[one.fileName, one] as const] : [])));
    const atOnce = new Set(output.filter((one) => one.type === "chunk" && one.isEntry).map(({ fileName }) => fileName));
    for (const name of atOnce) for (const next of chunks.get(name)?.imports ?? []) atOnce.add(next);
    const modules = [...atOnce].flatMap((name) => Object.keys(chunks.get(name)?.modules ?? {}));
    const packages = new Set(modules.flatMap((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? []));
    const globs = ["@isaacs/nonrecursive-glob-match", "minimatch", "balanced-match", "brace-expansion"];
    expect([...packages].sort()).toEqual([...globs, "commander"].sort());
    expect(modules.length).toBeLessThan(275);
  });

  test("reads little, loads few of Node's own modules, and asks git once", async () => {
    const cwd = testDirectory();
    const sources = join(top, "src/core/scan");
    for (const name of [
      "detector",
      "scanner",
      "finding",
      "confidence",
      "judge-layers",
      "pieces",
      "secret",
      "candidate",
    ])
      writeFileSync(join(cwd, `${name}.ts`), readFileSync(join(sources, `${name}.ts`)));
    await runProgram("git", ["init", "--quiet"], cwd);
    const identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.test"];
    await runProgram("git", [...identity, "commit", "--quiet", "--allow-empty", "-m", "first"], cwd);
    await runProgram("git", ["add", "."], cwd);
    const [log, told, path] = [join(cwd, ".git/asked"), join(cwd, ".git/told"), process.env["PATH"] ?? ""];
    mkdirSync(join(cwd, ".git/bin"));
    writeFileSync(join(cwd, ".git/bin/git"), `#!/bin/sh\necho "$1" >> '${log}'\nPATH='${path}' exec git "$@"\n`);
    chmodSync(join(cwd, ".git/bin/git"), 0o755);
    writeFileSync(
      join(cwd, ".git/tell.cjs"),
      `process.on("exit", () => require("fs").writeFileSync(${JSON.stringify(told)}, JSON.stringify(process.moduleLoadList)))`,
    );
    const words = ["-r", join(cwd, ".git/tell.cjs"), bundled, "scan", "--staged"];
    const run = await runProgram(process.execPath, words, cwd, { env: { PATH: `${join(cwd, ".git/bin")}:${path}` } });
    expect(run).toMatchObject({ code: 0, stdout: "" });
    expect(readFileSync(log, "utf8")).toBe("diff-index\n");
    const loaded = (JSON.parse(readFileSync(told, "utf8")) as string[]).map((name) => name.replace(/^.* /, ""));
    for (const heavy of ["tls", "http", "https", "sqlite", "readline"]) expect(loaded).not.toContain(heavy);
    expect(loaded.length).toBeLessThan(230);
    const sizes = ["cli/scan.js", "rules.bin", "program.bin"].map((name) => statSync(join(folder, name)).size);
    expect(sizes.map((size) => size / 2 ** 20).map(Math.ceil)).toEqual([1, 2, 3]);
  });
});
