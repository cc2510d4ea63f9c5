import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { ignoreRules, type IgnoreFile } from "../../../src/core/posture/gitignore/ignore-rules.ts";
import { pick, seededRandom } from "../../../src/core/scan/shape/random.ts";
import { swept } from "../../support/sweep.ts";

const names: readonly [string, ...string[]] = [
  "a",
  "b",
  "env",
  ".env",
  ".env.local",
  "key.pem",
  "x y",
  "build",
  "a b ",
  "k[1]",
  "Ä",
  "#n",
  "!n",
];
const pieces: readonly [string, ...string[]] = [
  ...names,
  "*",
  "**",
  "?",
  "*.pem",
  ".env*",
  "[ab]",
  "[!a]",
  "[a-k]*",
  "[[:alpha:]]",
  "k\\[1\\]",
  "x\\ y",
  "**v",
  "a**",
  "*a*",
];
const prefixes: readonly [string, ...string[]] = ["", "", "", "/", "!", "!/", "**/", "\\", "#"];
const suffixes: readonly [string, ...string[]] = ["", "", "", "/", "/**", "/*", " ", "\\ ", "  ", "\r"];

type Case = { readonly files: readonly IgnoreFile[]; readonly paths: readonly string[] };

/** Names and patterns put together at random: the same for the same seed. */
function caseOf(seed: number): Case {
  const random = seededRandom("gitignore", seed);
  const path = (depth: number): string =>
    Array.from({ length: 1 + random.below(depth) }, () => pick(random, names)).join("/");
  const pattern = (): string => {
    const middle = Array.from({ length: 1 + random.below(3) }, () => pick(random, pieces)).join("/");
    return pick(random, prefixes) + middle + pick(random, suffixes);
  };
  const folders = new Set(["", ...Array.from({ length: random.below(3) }, () => path(2))]);
  const files = [...folders].map((folder) => ({
    folder,
    text: Array.from({ length: 1 + random.below(4) }, pattern).join("\n"),
  }));
  return { files, paths: [...new Set(Array.from({ length: 25 }, () => path(4)))] };
}

const bytes = (text: string): string => Buffer.from(text, "utf8").toString("latin1");

/** What git says: the paths that it ignores. The folders that hold a .gitignore must exist, the files need not. */
function ignoredByGit(directory: string, { files, paths }: Case): ReadonlySet<string> {
  mkdirSync(directory, { recursive: true });
  execFileSync("git", ["init", "-q", directory]);
  for (const { folder, text } of files) {
    const file = join(directory, folder, ".gitignore");
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  const { stdout, status, stderr } = spawnSync("git", ["check-ignore", "-z", "--no-index", "--stdin"], {
    cwd: directory,
    input: paths.join("\0"),
    encoding: "utf8",
    env: { ...process.env, GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: "/dev/null", XDG_CONFIG_HOME: directory },
  });
  if (status !== 0 && status !== 1) throw new Error(`git check-ignore failed: ${stderr}`);
  return new Set(stdout.split("\0").filter((path) => path !== ""));
}

describe("what is ignored", () => {
  const rounds = swept(
    3,
    Array.from({ length: 120 }, (_, seed) => seed + 1),
  );

  test("is what git check-ignore says, over thousands of patterns and paths", () => {
    const base = mkdtempSync(join(tmpdir(), "keyward-ignored-"));
    onTestFinished(() => rmSync(base, { recursive: true, force: true }));
    let compared = 0;
    for (const seed of rounds) {
      const one = caseOf(seed);
      // A path that goes through a folder's own name as a file cannot exist beside it; git judges it all the same.
      const theirs = ignoredByGit(join(base, String(seed)), one);
      const rules = ignoreRules(one.files.map(({ folder, text }) => ({ folder: bytes(folder), text: bytes(text) })));
      const existing = new Set(one.files.flatMap(({ folder }) => foldersOf(folder)));
      for (const path of one.paths.filter((path) => !existing.has(path))) {
        compared += 1;
        const ours = rules.ignoredBy(bytes(path)) !== null;
        expect({ seed, path, files: one.files, ignored: ours }).toEqual({
          seed,
          path,
          files: one.files,
          ignored: theirs.has(path),
        });
      }
    }
    expect(compared).toBeGreaterThan(16 * rounds.length);
  });

  test("is told with the line that decides", () => {
    const rules = ignoreRules([
      { folder: "", text: "# keys\n*.pem\n!public.pem\n" },
      { folder: "certs", text: "/*.pem" },
    ]);
    expect(rules.ignoredBy("server.pem")).toEqual({ folder: "", line: 2, pattern: "*.pem" });
    expect(rules.ignoredBy("public.pem")).toBeNull();
    expect(rules.ignoredBy("certs/public.pem")).toEqual({ folder: "certs", line: 1, pattern: "/*.pem" });
  });
});

const foldersOf = (folder: string): readonly string[] =>
  folder === "" ? [] : folder.split("/").map((_, index, parts) => parts.slice(0, index + 1).join("/"));
