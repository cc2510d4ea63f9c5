import { randomUUID } from "node:crypto";
import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * What a cache remembers beside git's objects. The cache has no refs: nothing then needs a lock file, which a killed process
 * could leave behind. Losing the notes costs a larger download, nothing else.
 */
export type Notes = {
  /** Commits whose whole history is here, the latest first: what a fetch tells the server it has. */
  readonly tips: readonly string[];
  /** Blobs the server left out for their size, with the limit in bytes they were over. */
  readonly oversize: Readonly<Record<string, number>>;
  /** Whether the whole history that there was once came with its blobs. */
  readonly whole: boolean;
};

const emptyNotes: Notes = { tips: [], oversize: {}, whole: false };
const tipsKept = 32;
const oversizeKept = 10_000;

export async function readNotes(gitDir: string): Promise<Notes> {
  try {
    const notes = JSON.parse(await readFile(fileOf(gitDir), "utf8")) as Partial<Notes>;
    return { tips: notes.tips ?? [], oversize: notes.oversize ?? {}, whole: notes.whole ?? false };
  } catch {
    // Not there yet, or cut off by a crash.
    return emptyNotes;
  }
}

/** Adds to the notes; the newest are kept when there are many. */
export async function addNotes(
  gitDir: string,
  tips: readonly string[],
  oversize: Notes["oversize"],
  whole = false,
): Promise<void> {
  const notes = await readNotes(gitDir);
  const merged: Notes = {
    tips: [...new Set([...tips, ...notes.tips])].slice(0, tipsKept),
    oversize: Object.fromEntries(Object.entries({ ...notes.oversize, ...oversize }).slice(-oversizeKept)),
    whole: notes.whole || whole,
  };
  if (JSON.stringify(merged) === JSON.stringify(notes)) return;
  const file = fileOf(gitDir);
  const draft = `${file}.${randomUUID()}`;
  await writeFile(draft, JSON.stringify(merged));
  await rename(draft, file);
}

const fileOf = (gitDir: string): string => join(gitDir, "keyward-notes.json");
