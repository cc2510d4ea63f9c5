import type { Change, Commit } from "../../core/change/change.ts";
import { pathText } from "../../core/change/path-text.ts";
import type { FileChange, ParentDiff } from "../../core/verdict/known-before.ts";
import { checkedObjectId, checkedRefName } from "./object-id.ts";
import { createFieldSplitter } from "./field-splitter.ts";
import { GitFailed, outputOf } from "./git-process.ts";
import { readNotes } from "./notes.ts";
import type { Remote } from "./remote.ts";
import { lookUp, type Repository } from "./repository.ts";

/** The branch a change is made for, if it is for one. What a merge queue is about to merge is on no branch yet. */
export function baseRefOf({ repo, source }: Change): string | null {
  const defaultRef = `refs/heads/${repo.defaultBranch}`;
  if (source.kind === "pull-request") return checkedRefName(`refs/heads/${source.baseRef}`);
  return source.kind === "push" && source.ref !== defaultRef ? checkedRefName(defaultRef) : null;
}

/**
 * Those of the commits that the tip of a branch leads to by now; none if it leads to the head as well. `knownTip`: where the branch was
 * found to be a moment ago.
 */
export async function commitsOn(
  repository: Repository,
  remote: Remote,
  baseRef: string,
  change: Change,
  commits: readonly Commit[],
  knownTip: string | null,
): Promise<ReadonlySet<string>> {
  const tip = knownTip ?? (await remote.resolveRef(baseRef));
  if (tip === null) return new Set();
  if ((await lookUp(repository, [`${tip}^{commit}`]))[0] === null) {
    const { tips } = await readNotes(repository.gitDir);
    await remote.fetch({ wants: [checkedObjectId(tip)], haves: [...tips, change.head], filter: "blob:none" });
  }
  const inChange = new Set(commits.map(({ sha }) => sha));
  const before = commits.flatMap(({ parents }) => parents.filter((parent) => !inChange.has(parent)));
  const input = [tip, ...new Set(before.map((parent) => `^${parent}`))].join("\n");
  const reached = (await repository.run(["rev-list", "--stdin"], `${input}\n`)).toString("latin1").split("\n");
  const found = new Set(reached.filter((sha) => inChange.has(sha)));
  return found.has(change.head) ? new Set() : found;
}

/** Those of the commits that a push brought to its ref: all of them unless what the ref led to before says otherwise. */
export async function commitsBrought(
  repository: Repository,
  { head, source }: Change,
  commits: readonly string[],
): Promise<ReadonlySet<string>> {
  const all = new Set(commits);
  if (source.kind !== "push" || source.before === null) return all;
  const ends = [head, source.before].map((sha) => `${checkedObjectId(sha)}^{commit}`);
  if ((await lookUp(repository, ends)).includes(null)) return all;
  const range = `${head}^{commit}\n^${source.before}^{commit}\n`;
  const listed = (await repository.run(["rev-list", "--stdin"], range)).toString("latin1").split("\n");
  const brought = new Set(listed);
  // A tag is no commit: it is new where it is pushed.
  if (source.ref.startsWith("refs/tags/")) brought.add(head);
  return new Set(commits.filter((sha) => brought.has(sha)));
}

/** More than this is not compared, at some hundred bytes a path. */
const maxListBytes = 64 * 1024 * 1024;

/** What commits have otherwise than their parents: all first parents in one go, then all second ones, and so on. */
export async function parentDiffs(
  repository: Repository,
  commits: readonly Pick<Commit, "sha" | "parents">[],
  maxDiffMemoryMiB: number,
): Promise<ReadonlyMap<string, readonly ParentDiff[]>> {
  const diffs = new Map<string, ParentDiff[]>();
  const most = Math.max(0, ...commits.map(({ parents }) => parents.length));
  let left = maxListBytes;
  for (let index = 0; index < most; index += 1) {
    const pairs = commits.flatMap(({ sha, parents }) => {
      const parent = parents[index];
      return parent === undefined ? [] : [[sha, parent] as const];
    });
    const changes = new Map<string, FileChange[]>();
    const git = repository.start(["diff-tree", "--stdin", ...diffArguments], maxDiffMemoryMiB);
    git.stdin.end(pairs.map(([sha, parent]) => `${sha} ${parent}\n`).join(""));
    const splitter = createFieldSplitter(changeReader((sha, change) => entry(changes, sha).push(change)));
    try {
      for await (const chunk of outputOf(git)) {
        splitter.push(chunk);
        left -= chunk.length;
        if (left < 0) return new Map();
      }
    } catch (error) {
      // A tree that is missing or too large to compare: nobody knows then what was there before.
      if (error instanceof GitFailed && error.why === "exit") return new Map();
      throw error;
    }
    for (const [sha, parent] of pairs) entry(diffs, sha).push({ parent, changes: changes.get(sha) ?? [] });
  }
  return diffs;
}

const diffArguments = ["-r", "--no-renames", "--raw", "-z", "--no-abbrev", "--always"];

function entry<T>(map: Map<string, T[]>, key: string): T[] {
  const known = map.get(key) ?? [];
  map.set(key, known);
  return known;
}

/** The raw format (git-diff(1)): a commit's id, then for each path the modes, the ids and a status; the path is a field of its own. */
function changeReader(onChange: (commit: string, change: FileChange) => void): (field: Buffer) => void {
  let commit = "";
  let sides: Omit<FileChange, "path"> | null = null;
  return (field) => {
    const text = field.toString("latin1");
    if (sides !== null) {
      onChange(commit, { ...sides, path: pathText(text) });
      sides = null;
    } else if (text.startsWith(":")) {
      const [oldMode = "", mode = "", old = "", now = ""] = text.slice(1).split(" ");
      sides = { old: isFile(oldMode) ? old : null, now: isFile(mode) ? now : null };
    } else commit = text;
  };
}

/** Neither absent nor a link to another repository. */
const isFile = (mode: string): boolean => mode !== "000000" && mode !== "160000";
