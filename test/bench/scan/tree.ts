import { accessSync, constants, readdirSync, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { medians } from "./measure.ts";

/** The command as it runs from the source. */
export const main: string = fileURLToPath(new URL("../../../src/app/cli/main.ts", import.meta.url));

/** How other scanners are asked to scan a directory without its history, each with the rules it comes with. */
const others: Readonly<Record<string, (tree: string) => readonly string[]>> = {
  gitleaks: (tree) => ["gitleaks", "dir", "--no-banner", tree],
  betterleaks: (tree) => ["betterleaks", "dir", "--no-banner", tree],
  trufflehog: (tree) => ["trufflehog", "filesystem", "--no-verification", "--no-update", tree],
  kingfisher: (tree) => ["kingfisher", "scan", "--no-validate", "--git-history", "none", tree],
  ripsecrets: (tree) => ["ripsecrets", tree],
  "detect-secrets": (tree) => ["detect-secrets", "scan", "--all-files", tree],
  secretlint: (tree) => ["secretlint", `${tree}/**/*`],
};

export type TreeRow = Readonly<Record<string, string | number>>;

/** Measures Keyward on one processor and on all, reading alone, and every other scanner that is found. */
export async function benchTree(tree: string, runs: number): Promise<Readonly<Record<string, TreeRow>>> {
  const bytes = sizeOf(tree);
  const keyward = [process.execPath, main, "scan", "--quiet", tree];
  const commands: readonly (readonly [name: string, words: readonly string[]])[] = [
    ["cat", ["find", tree, "-type", "f", "-not", "-path", "*/.git/*", "-exec", "cat", "{}", "+"]],
    ["keyward", keyward],
    ...(isThere("taskset") ? [["keyward, one processor", ["taskset", "-c", "0", ...keyward]] as const] : []),
    ...Object.entries(others).flatMap(([name, of]) => (isThere(name) ? [[name, of(tree)] as const] : [])),
  ];
  const programs = new Map(commands.map(([name, words]) => [name, { words }]));
  const measured = await medians(programs, runs);
  const reading = measured.get("cat")?.seconds ?? 0;
  return Object.fromEntries(
    [...measured].map(([name, { seconds, peakMegabytes }]) => [
      name,
      {
        MB: (bytes / 1e6).toFixed(1),
        seconds: seconds.toFixed(2),
        "MB/s": (bytes / 1e6 / seconds).toFixed(1),
        "times cat": (seconds / reading).toFixed(1),
        "peak MB": peakMegabytes === null ? "?" : peakMegabytes.toFixed(0),
      },
    ]),
  );
}

function sizeOf(tree: string): number {
  return readdirSync(tree, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !`${entry.parentPath}/`.includes("/.git/"))
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}

/** Whether a program is found on the PATH. */
export function isThere(program: string): boolean {
  return (process.env["PATH"] ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false; // The next folder may have it.
    }
  });
}
