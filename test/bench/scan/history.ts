import { execFileSync } from "node:child_process";
import { countLooks } from "./looked.ts";
import { type Program, medians } from "./measure.ts";
import { isThere, main, type TreeRow } from "./tree.ts";

/** How other scanners are asked to scan all of a history, each with the rules it comes with. */
const others: Readonly<Record<string, (repository: string) => readonly string[]>> = {
  gitleaks: (repository) => ["gitleaks", "git", "--no-banner", repository],
  betterleaks: (repository) => ["betterleaks", "git", "--no-banner", repository],
  trufflehog: (repository) => ["trufflehog", "git", "--no-verification", "--no-update", `file://${repository}`],
  kingfisher: (repository) => ["kingfisher", "scan", "--no-validate", repository],
};

/**
 * Measures Keyward on all processors and on one, git handing out all objects and all differences, and every other scanner that is found; and counts how
 * much of the history Keyward's engine is given.
 */
export async function benchHistory(repository: string, runs: number): Promise<Readonly<Record<string, TreeRow>>> {
  const bytes = sizeOf(repository);
  const keyward = [process.execPath, main, "scan", "--history", "--quiet", "--no-cache"];
  const onOne = isThere("taskset") ? [["keyward, one processor", ["taskset", "-c", "0", ...keyward]] as const] : [];
  const commands: readonly (readonly [name: string, words: readonly string[]])[] = [
    ["git cat-file --batch-all-objects", ["git", "cat-file", "--batch-all-objects", "--batch", "--unordered"]],
    ["git log -p --all", ["git", "log", "-p", "--all"]],
    ["keyward", keyward],
    ...onOne,
    ["keyward, again", keyward.slice(0, -1)],
    ...Object.entries(others).flatMap(([name, of]) => (isThere(name) ? [[name, of(repository)] as const] : [])),
  ];
  const programs = new Map(commands.map(([name, words]): [string, Program] => [name, { words, cwd: repository }]));
  const measured = await medians(programs, runs);
  const { looked, scanned } = await countLooks(repository);
  const given = { "MB looked at": (looked / 1e6).toFixed(1), "MB scanned whole": (scanned / 1e6).toFixed(1) };
  const [handedOut = 1, told = 1] = commands.map(([name]) => measured.get(name)?.seconds ?? 0);
  return Object.fromEntries(
    [...measured].map(([name, { seconds, peakMegabytes }]) => [
      name,
      {
        "MB of blobs": (bytes / 1e6).toFixed(1),
        seconds: seconds.toFixed(2),
        "faster than cat-file": (handedOut / seconds).toFixed(2),
        "faster than log -p": (told / seconds).toFixed(2),
        "peak MB": peakMegabytes === null ? "?" : peakMegabytes.toFixed(0),
        ...(name === "keyward" ? given : {}),
      },
    ]),
  );
}

/** Of all blobs, unpacked. */
function sizeOf(repository: string): number {
  const asked = [
    "cat-file",
    "--batch-all-objects",
    "--unordered",
    "--buffer",
    "--batch-check=%(objecttype) %(objectsize)",
  ];
  const lines = execFileSync("git", asked, { cwd: repository, maxBuffer: 2 ** 30 })
    .toString("latin1")
    .split("\n");
  return lines.reduce((sum, line) => sum + (line.startsWith("blob ") ? Number(line.slice("blob ".length)) : 0), 0);
}
