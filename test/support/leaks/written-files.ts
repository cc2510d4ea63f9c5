import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { lookForLeaks } from "./leaks.ts";

/** Files by path, with what changes when they are written to. */
type Files = ReadonlyMap<string, string>;

/** The files in a directory now. A name that is no text, a test gave on purpose. */
export function filesIn(directory: string): Files {
  const files = new Map<string, string>();
  for (const entry of entriesOf(directory)) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile() || path.includes("/.git/objects/")) continue;
    const { mtimeMs, size, ino } = statSync(path, { throwIfNoEntry: false }) ?? {};
    if (ino !== undefined) files.set(path, `${mtimeMs} ${size} ${ino}`);
  }
  return files;
}

/** Looks into every file that was made or written to since `before`: what was there is what a test put there. */
export function lookForLeaksSince(before: Files, directory: string): void {
  for (const [path, state] of filesIn(directory))
    if (before.get(path) !== state) lookForLeaks(`the file ${path}`, readFileSync(path));
}

function entriesOf(directory: string): ReturnType<typeof readEntries> {
  try {
    return readEntries(directory);
  } catch {
    return [];
  }
}

const readEntries = (directory: string) => readdirSync(directory, { recursive: true, withFileTypes: true });
