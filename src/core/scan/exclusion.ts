import { Minimatch } from "minimatch";

/** Whether a path is left out. `path` uses `/` and is relative to where the patterns are meant from. */
export type Exclusion = (path: string, isDirectory: boolean) => boolean;

type Pattern = { readonly glob: Minimatch; readonly directoriesOnly: boolean };

/**
 * Leaves out what patterns as in a .gitignore name: without a slash at any depth, with one from the top, with one at the end only
 * directories. What is in a directory that is left out is left out too. There is no `!` to bring something back.
 */
export function exclusionOf(globs: readonly string[]): Exclusion {
  const patterns = globs.map(patternOf);
  const hits = (path: string, isDirectory: boolean): boolean =>
    patterns.some(({ glob, directoriesOnly }) => (isDirectory || !directoriesOnly) && glob.match(path));
  return (path, isDirectory) => {
    if (patterns.length === 0) return false;
    for (let at = path.indexOf("/"); at >= 0; at = path.indexOf("/", at + 1)) {
      if (at > 0 && hits(path.slice(0, at), true)) return true;
    }
    return hits(path, isDirectory);
  };
}

function patternOf(text: string): Pattern {
  const directoriesOnly = text.endsWith("/");
  const bare = text.replace(/\/+$/, "");
  const glob = bare.includes("/") ? bare.replace(/^\.?\//, "") : `**/${bare}`;
  return { glob: new Minimatch(glob, { dot: true, nonegate: true, nocomment: true }), directoriesOnly };
}
