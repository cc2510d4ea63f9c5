import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { createSecretNet } from "./secret-net.ts";

/**
 * The leak test over the whole suite. Every credential that a test makes is planted here, in memory; whatever leaves the process that
 * Keyward runs in is given to `lookForLeaks`: what it logged, what it asked GitHub, sinks and collectors, its files, the rows of its
 * database, its metrics and traces. Where one turns up, its test file fails.
 */
const net = createSecretNet();
const waiting = new Set<string>();
const leaks: string[] = [];
const lastLooks: (() => Promise<void> | void)[] = [];

/** Has a secret that was just made looked for from now on. */
export function plant(secret: string): void {
  waiting.add(secret);
}

/** Remembers it as a leak if a piece of a planted secret is in there. `where` says what it is, in a few words, without quoting it. */
export function lookForLeaks(where: string, content: Uint8Array | string): void {
  for (const secret of waiting) net.plant(secret);
  waiting.clear();
  if (net.size() === 0) return;
  const bytes = typeof content === "string" ? Buffer.from(content) : content;
  const [first] = net.find(bytes);
  if (first !== undefined) leaks.push(`${where}, at byte ${first} of ${bytes.length}`);
}

/**
 * Looks through all files of a directory. Left out are the objects of cached repositories: they hold what the repositories hold, which
 * is what makes reading a leaked credential again possible.
 */
export function lookForLeaksIn(where: string, directory: string): void {
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name);
    const path = relative(directory, file);
    if (entry.isFile() && !isGitObject(path)) lookForLeaks(`${where}: ${path}`, readFileSync(file));
  }
}

const isGitObject = (path: string): boolean => {
  const folders = path.split(sep);
  const at = folders.findIndex((name) => name.endsWith(".git"));
  return at >= 0 && folders[at + 1] === "objects";
};

/** Where secrets were found since the last call. */
export function takeLeaks(): readonly string[] {
  return leaks.splice(0);
}

/** Has something looked through when the test file is done, and nothing of it runs any more. */
export function lookAtTheEnd(look: () => Promise<void> | void): void {
  lastLooks.push(look);
}

export async function takeLastLooks(): Promise<void> {
  for (const look of lastLooks.splice(0)) await look();
}

/** Throws, saying where, if a secret was found. */
export function expectNoLeaks(): void {
  const found = takeLeaks();
  if (found.length > 0) throw new Error(`what is secret was found in\n${found.join("\n")}`);
}
