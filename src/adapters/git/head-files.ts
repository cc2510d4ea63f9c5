import type { HeadFiles } from "./blob-places.ts";
import { createFieldSplitter } from "./field-splitter.ts";
import { outputOf } from "./git-process.ts";
import type { Repository } from "./repository.ts";

/** Up to so many paths git is asked for by name; beyond, the whole tree is listed. */
const pathsByName = 200;

/** Looks up what `head` (a commit or tree) has at the given paths (latin1, one character a byte). */
export async function readHeadFiles(
  repository: Repository,
  head: string,
  paths: readonly string[],
): Promise<HeadFiles> {
  const found = new Map<string, string>();
  if (paths.length === 0) return { shaAt: () => undefined };
  const wanted = new Set(paths);
  const splitter = createFieldSplitter((field) => {
    const tab = field.indexOf(0x09);
    const path = field.toString("latin1", tab + 1);
    if (wanted.has(path)) found.set(path, field.toString("latin1", field.lastIndexOf(0x20, tab) + 1, tab));
  });
  const names = paths.length <= pathsByName ? asArguments(paths) : null;
  const selection = names === null ? ["-r", head] : [head, "--", ...names];
  const git = repository.start(["ls-tree", "-z", "--full-tree", ...selection]);
  git.stdin.end();
  for await (const chunk of outputOf(git)) splitter.push(chunk);
  return { shaAt: (path) => found.get(path) };
}

/** The paths as arguments of a process; null when one cannot be, because arguments are UTF-8 and of limited length. */
function asArguments(paths: readonly string[]): readonly string[] | null {
  const bytes = paths.map((path) => Buffer.from(path, "latin1"));
  const names = bytes.map((path) => path.toString("utf8"));
  const fit = bytes.every((path, index) => path.length < 4096 && path.equals(Buffer.from(names[index] ?? "")));
  return fit ? names : null;
}
