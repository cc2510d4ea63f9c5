import { lstatSync, readFileSync, realpathSync, type Stats } from "node:fs";
import { dirname, join } from "node:path";

/** Where a repository is. All paths are absolute. */
export type RepositoryPlaces = { readonly gitDir: string; readonly objects: string; readonly top: string };

/** What git tells hooks, or is told by people, that has no say in where a repository is. */
const harmless =
  /^GIT_(INDEX_FILE|PREFIX|EXEC_PATH|REFLOG_ACTION|(SEQUENCE_)?EDITOR|PAGER|ASKPASS|TERMINAL_PROMPT)$|^GIT_(AUTHOR|COMMITTER|SSL|SSH)(_|$)/;

/** Settings that could place the files or the objects elsewhere, and those that newer versions of git could add. */
const notPlain = /worktree|include|bare\s*(=\s*(true|yes|on|1)|$)|\[extensions/im;

/**
 * The repository around a directory if it is as most are: a `.git` directory that stands beside its files, of the same person who asks, so that git
 * would find it there and trust it whatever the person's settings. Null where that is not certain: then git is asked. Git takes longer to answer than a hook has.
 */
export function findPlainRepository(directory: string, environment: NodeJS.ProcessEnv): RepositoryPlaces | null {
  const user = process.geteuid?.();
  const asked = Object.keys(environment).filter((name) => name.startsWith("GIT_"));
  if (user === undefined || !asked.every((name) => harmless.test(name))) return null;
  try {
    const start = realpathSync(directory);
    const { dev } = lstatSync(start);
    for (let top = start; ; top = dirname(top)) {
      const at = statsOf(top);
      // Git stops where a file system begins, and takes a directory for a repository that looks like one.
      if (at?.dev !== dev || statsOf(join(top, "HEAD")) !== undefined) return null;
      const gitDir = join(top, ".git");
      const git = statsOf(gitDir);
      if (git !== undefined) return at.uid === user && git.uid === user && isPlain(gitDir, git) ? placesOf(top) : null;
      if (dirname(top) === top) return null;
    }
  } catch {
    // Git says what is wrong.
    return null;
  }
}

const statsOf = (path: string): Stats | undefined => lstatSync(path, { throwIfNoEntry: false });

function isPlain(gitDir: string, stats: Stats): boolean {
  return (
    stats.isDirectory() &&
    statsOf(join(gitDir, "HEAD"))?.isFile() === true &&
    ["objects", "refs"].every((name) => statsOf(join(gitDir, name))?.isDirectory() === true) &&
    ["commondir", "config.worktree"].every((name) => statsOf(join(gitDir, name)) === undefined) &&
    !notPlain.test(readFileSync(join(gitDir, "config"), "utf8"))
  );
}

const placesOf = (top: string): RepositoryPlaces => {
  const gitDir = join(top, ".git");
  return { gitDir, objects: join(gitDir, "objects"), top };
};
