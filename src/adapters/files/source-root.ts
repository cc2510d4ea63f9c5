import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/** The top of the repository around a directory, or the directory itself: by where `.git` stands, without asking git. */
export function findSourceRoot(directory: string): string {
  for (let at = directory; ; at = dirname(at)) {
    if (existsSync(join(at, ".git"))) return at;
    if (dirname(at) === at) return directory;
  }
}
