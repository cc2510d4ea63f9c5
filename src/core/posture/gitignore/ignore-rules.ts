import { literalLength, wildmatch } from "./wildmatch.ts";

/** One `.gitignore`: the folder it stands in ("" for the top) and its text. Paths and text are byte strings, without a leading slash. */
export type IgnoreFile = { readonly folder: string; readonly text: string };

type Pattern = {
  readonly text: string;
  readonly negated: boolean;
  readonly onlyFolders: boolean;
  /** Without a slash it is about a name at any depth, with one about a path below its folder. */
  readonly aboutName: boolean;
  readonly literal: number;
};

/** Where it is decided that a path is ignored: `line` counts from 1. */
export type IgnoredBy = { readonly folder: string; readonly line: number; readonly pattern: string };

export type IgnoreRules = {
  /** What makes git ignore a path that is not tracked; null if nothing does. The path is that of a file. */
  readonly ignoredBy: (path: string) => IgnoredBy | null;
};

/**
 * The judgement of a repository's `.gitignore` files, as `git check-ignore` gives it on a machine without excludes of its own: the last
 * pattern that fits decides, a deeper file's before a higher one's, and nothing can be taken back in below an ignored folder.
 * https://git-scm.com/docs/gitignore
 */
export function ignoreRules(files: readonly IgnoreFile[]): IgnoreRules {
  const byFolder = new Map(files.map(({ folder, text }) => [folder, parseFile(folder, text)]));
  const decide = (path: string, isFolder: boolean): Decided | null => {
    for (const folder of foldersAbove(path).toReversed()) {
      const decided = byFolder.get(folder)?.findLast(({ pattern }) => fits(pattern, folder, path, isFolder));
      if (decided !== undefined) return decided;
    }
    return null;
  };
  return {
    ignoredBy: (path) => {
      const [, ...folders] = foldersAbove(path);
      for (const folder of folders) {
        const decided = decide(folder, true);
        if (decided !== null && !decided.pattern.negated) return decided.by;
      }
      const decided = decide(path, false);
      return decided === null || decided.pattern.negated ? null : decided.by;
    },
  };
}

type Decided = { readonly pattern: Pattern; readonly by: IgnoredBy };

/** The top first, then each folder on the way to the path. */
function foldersAbove(path: string): readonly string[] {
  const parts = path.split("/").slice(0, -1);
  return ["", ...parts.map((_, index) => parts.slice(0, index + 1).join("/"))];
}

function parseFile(folder: string, text: string): readonly Decided[] {
  const lines = text.replace(/^\u00ef\u00bb\u00bf/, "").split("\n");
  return lines.flatMap((raw, index) => {
    const line = withoutTrailingSpaces(raw.endsWith("\r") ? raw.slice(0, -1) : raw);
    if (line === "" || line.startsWith("#")) return [];
    const pattern = parsePattern(line);
    return [{ pattern, by: { folder, line: index + 1, pattern: line } }];
  });
}

/** A space at the end counts only after a backslash. */
function withoutTrailingSpaces(line: string): string {
  let end = line.length;
  for (let at = 0, lastSpace = -1; at <= line.length; at += 1) {
    const char = line[at];
    if (char === undefined) end = lastSpace < 0 ? line.length : lastSpace;
    else if (char === " ") lastSpace = lastSpace < 0 ? at : lastSpace;
    else {
      if (char === "\\") at += 1;
      if (at >= line.length) return line;
      lastSpace = -1;
    }
  }
  return line.slice(0, end);
}

function parsePattern(line: string): Pattern {
  const negated = line.startsWith("!");
  const whole = negated ? line.slice(1) : line;
  const onlyFolders = whole.endsWith("/");
  const path = onlyFolders ? whole.slice(0, -1) : whole;
  const aboutName = !path.includes("/");
  const text = path.startsWith("/") ? path.slice(1) : path;
  return { text, negated, onlyFolders, aboutName, literal: literalLength(text) };
}

function fits(pattern: Pattern, folder: string, path: string, isFolder: boolean): boolean {
  if (pattern.onlyFolders && !isFolder) return false;
  const { text, literal } = pattern;
  if (pattern.aboutName) {
    const name = path.slice(path.lastIndexOf("/") + 1);
    if (literal === text.length) return name === text;
    if (text.startsWith("*") && literalLength(text.slice(1)) === text.length - 1) return name.endsWith(text.slice(1));
    return wildmatch(text, name, false);
  }
  const below = folder === "" ? path : path.slice(folder.length + 1);
  if (below.slice(0, literal) !== text.slice(0, literal)) return false;
  if (literal === text.length) return below.length === literal;
  // git goes on behind the literal beginning, where a "**" then counts as one that begins the pattern.
  return wildmatch(text.slice(literal), below.slice(literal), true);
}
