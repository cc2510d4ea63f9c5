import type { Commit } from "../../core/change/change.ts";
import { createFieldSplitter } from "./field-splitter.ts";
import { outputOf } from "./git-process.ts";
import type { Repository } from "./repository.ts";

/** Hash, parents, author, author's address, committer's time, subject: each ended by NUL, which none of them can hold. */
const format = "%H%x00%P%x00%an%x00%ae%x00%ct%x00%s%x00";
const fieldsPerCommit = 6;

/** The commits that `head` leads to and none of `excluded` does, parents before children. Text that is not UTF-8 is replaced. */
export async function listCommits(
  repository: Repository,
  head: string,
  excluded: readonly string[],
): Promise<readonly Commit[]> {
  const args = [
    "rev-list",
    "--topo-order",
    "--reverse",
    "--no-commit-header",
    "--encoding=UTF-8",
    `--format=${format}`,
  ];
  const git = repository.start([...args, "--stdin"]);
  git.stdin.end(`${[head, ...excluded.map((sha) => `^${sha}`)].join("\n")}\n`);
  const commits: Commit[] = [];
  let fields: string[] = [];
  const splitter = createFieldSplitter((field) => {
    fields.push(field.toString("utf8"));
    if (fields.length < fieldsPerCommit) return;
    commits.push(toCommit(fields));
    fields = [];
  });
  for await (const chunk of outputOf(git)) splitter.push(chunk);
  return commits;
}

function toCommit(fields: readonly string[]): Commit {
  const [sha = "", parents = "", authorName = "", authorEmail = "", seconds = "", subject = ""] = fields;
  return {
    // git ends a commit's text with a line break.
    sha: sha.trimStart(),
    parents: parents === "" ? [] : parents.split(" "),
    authorName,
    authorEmail,
    committedAt: isoTime(Number(seconds)),
    subject,
  };
}

/** A date beyond what ISO 8601 (or a JavaScript date) can say becomes the nearest it can. */
function isoTime(seconds: number): string {
  const latest = Date.UTC(9999, 11, 31, 23, 59, 59) / 1000;
  const within = Number.isFinite(seconds) ? Math.min(Math.max(seconds, 0), latest) : 0;
  return new Date(within * 1000).toISOString();
}
