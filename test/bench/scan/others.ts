import { spawnSync } from "node:child_process";
import { accessSync, constants, mkdtempSync, realpathSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import type { Program } from "./measure.ts";

/** Another scanner, asked for what Keyward is asked for: all of the same input, with the rules it comes with, and nothing of the network. */
export type OtherScanner = {
  readonly tree: ((tree: string) => Program) | null;
  readonly history: ((repository: string) => Program) | null;
  /** How many rules it has, where it tells. */
  readonly rules: () => number | null;
};

const linesOf = (program: string, words: readonly string[]): readonly string[] =>
  (spawnSync(program, words, { encoding: "utf8" }).stdout ?? "").split("\n").filter((line) => line.trim() !== "");

const some = (count: number): number | null => (count === 0 ? null : count);

/** Those that are known; they are measured where they are found. */
export const otherScanners: Readonly<Record<string, OtherScanner>> = {
  gitleaks: {
    tree: (tree) => ({ words: ["gitleaks", "dir", "--no-banner", tree] }),
    history: (repository) => ({ words: ["gitleaks", "git", "--no-banner", repository] }),
    rules: () => null,
  },
  betterleaks: {
    tree: (tree) => ({ words: ["betterleaks", "dir", "--no-banner", tree] }),
    history: (repository) => ({ words: ["betterleaks", "git", "--no-banner", repository] }),
    rules: () => null,
  },
  trufflehog: {
    tree: (tree) => ({ words: ["trufflehog", "filesystem", "--no-verification", "--no-update", tree] }),
    history: (repository) => ({
      words: ["trufflehog", "git", "--no-verification", "--no-update", `file://${repository}`],
    }),
    rules: () => null,
  },
  kingfisher: {
    tree: (tree) => ({ words: ["kingfisher", "scan", "--no-validate", "--git-history", "none", tree] }),
    history: (repository) => ({ words: ["kingfisher", "scan", "--no-validate", repository] }),
    rules: () => null,
  },
  ripsecrets: { tree: (tree) => ({ words: ["ripsecrets", tree] }), history: null, rules: () => null },
  "detect-secrets": {
    tree: (tree) => ({ words: ["detect-secrets", "scan", "--all-files", "--no-verify", tree], cwd: tree }),
    history: null,
    rules: () => some(linesOf("detect-secrets", ["scan", "--list-all-plugins"]).length),
  },
  secretlint: {
    tree: (tree) => ({ words: secretlint(tree), cwd: folderOfSecretlint() }),
    history: null,
    rules: () => null,
  },
};

/** It has no rules but those of a configuration: the ones it recommends. They are looked up from where it is installed. */
function secretlint(tree: string): readonly string[] {
  const config = join(mkdtempSync(join(tmpdir(), "keyward-bench-")), "secretlintrc.json");
  writeFileSync(config, JSON.stringify({ rules: [{ id: "@secretlint/secretlint-rule-preset-recommend" }] }));
  return ["secretlint", "--secretlintrc", config, "--secretlintignore", "/dev/null", `${tree}/**/*`];
}

/** The folder whose `node_modules` has it. */
function folderOfSecretlint(): string {
  const program = programAt("secretlint");
  return program === null ? process.cwd() : dirname(dirname(dirname(dirname(realpathSync(program)))));
}

/** Where a program is found on the PATH. */
export function programAt(program: string): string | null {
  for (const folder of (process.env["PATH"] ?? "").split(delimiter)) {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return join(folder, program);
    } catch {
      // The next folder may have it.
    }
  }
  return null;
}
