import { fieldsOf, git, gitText } from "./git.ts";

export type Person = {
  readonly name: string;
  readonly email: string;
  /** ISO 8601 with offset. */ readonly date: string;
};

export type GitCommit = {
  readonly sha: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Person;
  readonly committer: Person;
  readonly message: string;
};

const format = ["%H", "%T", "%P", "%an", "%ae", "%aI", "%cn", "%ce", "%cI", "%B"].join("%x00");
const fieldCount = 10;

/** Reads commits, in the order given. Throws if one is missing. */
export async function readCommits(directory: string, shas: readonly string[]): Promise<GitCommit[]> {
  if (shas.length === 0) return [];
  const args = [
    "-c",
    "i18n.logOutputEncoding=UTF-8",
    "log",
    "--no-walk=unsorted",
    "--stdin",
    "-z",
    `--format=${format}`,
  ];
  const fields = fieldsOf(await git(directory, args, { input: `${shas.join("\n")}\n` }));
  const commits: GitCommit[] = [];
  for (let at = 0; at + fieldCount <= fields.length; at += fieldCount)
    commits.push(toCommit(fields.slice(at, at + fieldCount)));
  return commits;
}

function toCommit(fields: readonly string[]): GitCommit {
  const [sha = "", tree = "", parents = "", an = "", ae = "", ad = "", cn = "", ce = "", cd = "", body = ""] = fields;
  return {
    sha,
    tree,
    parents: parents.split(" ").filter((parent) => parent !== ""),
    author: { name: an, email: ae, date: validDate(ad) },
    committer: { name: cn, email: ce, date: validDate(cd) },
    message: body.replace(/\n+$/, ""),
  };
}

// A commit can claim any date; GitHub shows the epoch for one that is not a date.
const validDate = (text: string): string => (Number.isNaN(Date.parse(text)) ? "1970-01-01T00:00:00Z" : text);

/** Commits reachable from `head` but from none of `not`, newest first. */
export async function revList(
  directory: string,
  head: string,
  not: readonly string[],
  options: readonly string[] = [],
): Promise<string[]> {
  const input = [head, ...not.map((sha) => `^${sha}`)].join("\n");
  // A commit in `not` may be gone from this repository; then it excludes nothing.
  const out = await gitText(directory, ["rev-list", "--ignore-missing", ...options, "--stdin"], {
    input: `${input}\n`,
  });
  return out.split("\n").filter((line) => line !== "");
}

/** Names of files a commit added, removed and modified, against its first parent; nothing for a merge. */
export type FileNames = { readonly added: string[]; readonly removed: string[]; readonly modified: string[] };

/** The file names of many commits at once. */
export async function changedNames(
  directory: string,
  shas: readonly string[],
): Promise<ReadonlyMap<string, FileNames>> {
  const result = new Map<string, FileNames>(shas.map((sha) => [sha, { added: [], removed: [], modified: [] }]));
  const args = ["diff-tree", "--stdin", "-r", "--root", "--no-renames", "--name-status", "-z"];
  const fields = fieldsOf(await git(directory, args, { input: `${shas.join("\n")}\n` }));
  let names: FileNames | undefined;
  for (let at = 0; at < fields.length; at++) {
    const field = (fields[at] ?? "").trim();
    if (/^[0-9a-f]{40}$/.test(field)) names = result.get(field);
    else {
      const list = field === "A" ? names?.added : field === "D" ? names?.removed : names?.modified;
      list?.push(fields[++at] ?? "");
    }
  }
  return result;
}
