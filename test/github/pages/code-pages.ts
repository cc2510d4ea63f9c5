import { commitOf } from "../git/bare-repository.ts";
import { readCommits } from "../git/commits.ts";
import { changedFiles } from "../git/diffs.ts";
import { readFileAt } from "../git/files.ts";
import { gitMaybe } from "../git/git.ts";
import { unescapedBytes } from "../percent-encoding.ts";
import type { Repository } from "../state.ts";
import { checksSection } from "./checks-view.ts";
import { codeTable, diffBox } from "./code.ts";
import { html, type Html } from "./html.ts";
import { runsOn } from "../actions/checks.ts";

/** A commit: message, checks, files. */
export async function commitBody(repository: Repository, name: string): Promise<Html | null> {
  const sha = await commitOf(repository.directory, name);
  const [commit] = await readCommits(repository.directory, sha === null ? [] : [sha]);
  if (commit === undefined) return null;
  const [subject = "", ...rest] = commit.message.split("\n");
  const files = await changedFiles(repository.directory, commit.parents[0] ?? null, commit.sha);
  const notes = runsOn(repository, commit.sha).flatMap(({ annotations }) => annotations);
  return html`<h1>${subject}</h1>
    <p class="muted"><code>${commit.sha}</code> by ${commit.author.name}, ${commit.author.date}</p>
    ${rest.join("\n").trim() !== "" && html`<pre>${rest.join("\n").trim()}</pre>`}
    ${await checksSection(repository, commit.sha)}
    <h2>Files changed (${files.length})</h2>
    ${files.map((file) =>
      diffBox(
        file,
        notes.filter(({ path }) => path === file.path),
      ),
    )}`;
}

/** What a branch has beyond another. */
export async function compareBody(repository: Repository, range: string): Promise<Html | null> {
  const [first = "", second] = range.split("...");
  const base = await commitOf(repository.directory, second === undefined ? repository.defaultBranch : first);
  const head = await commitOf(repository.directory, second ?? first);
  if (base === null || head === null) return null;
  const from = await gitMaybe(repository.directory, ["merge-base", base, head]);
  const files = await changedFiles(repository.directory, from, head);
  return html`<h1>${range}</h1>
    <h2>Files changed (${files.length})</h2>
    ${files.map((file) => diffBox(file, []))}`;
}

/** A file named by `<ref>/<path>`, still escaped as in its URL. */
export type FileAt = { readonly sha: string; readonly name: string; readonly bytes: Buffer };

/** Finds the file: a ref may have slashes in it, and a path need not be UTF-8. */
export async function findFile(repository: Repository, refAndPath: string): Promise<FileAt | null> {
  const parts = refAndPath.split("/");
  for (let count = 1; count < parts.length; count++) {
    const sha = await commitOf(repository.directory, unescapedBytes(parts.slice(0, count).join("/")).toString("utf8"));
    if (sha === null) continue;
    const path = unescapedBytes(parts.slice(count).join("/"));
    const bytes = await readFileAt(repository.directory, sha, path);
    return bytes === null ? null : { sha, name: path.toString("utf8"), bytes };
  }
  return null;
}

export function fileBody({ sha, name, bytes }: FileAt): Html {
  const code = bytes.includes(0)
    ? html`<div class="body muted">Binary, ${bytes.length} bytes.</div>`
    : codeTable(bytes.toString("utf8"));
  return html`<div class="box">
    <div class="head"><code>${name}</code> <span class="muted">at ${sha.slice(0, 7)}, ${bytes.length} bytes</span></div>
    ${code}
  </div>`;
}
