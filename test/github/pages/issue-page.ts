import { pullCommits, pullFiles } from "../actions/pull-contents.ts";
import { runsOn } from "../actions/checks.ts";
import { readCommits } from "../git/commits.ts";
import { isPull, type PullIssue } from "../shapes/pulls.ts";
import type { Account, Issue, Repository } from "../state.ts";
import { fullName } from "../world.ts";
import { checksSection } from "./checks-view.ts";
import { diffBox } from "./code.ts";
import { commitList } from "./commit-list.ts";
import { html, type Html } from "./html.ts";
import { renderMarkdown } from "./markdown.ts";

function stateBadge(issue: Issue): Html {
  if (issue.pull?.mergedAt) return html`<span class="badge">merged</span>`;
  if (issue.state === "open") return html`<span class="badge good">open</span>`;
  return html`<span class="badge bad"
    >closed${issue.stateReason !== null && ` as ${issue.stateReason.replace("_", " ")}`}</span
  >`;
}

const said = (author: Account, at: string, body: string | null, id?: string): Html =>
  html`<div class="box" ${id !== undefined && html` id="${id}"`}>
    <div class="head"><strong>${author.login}</strong> <span class="muted">${at}</span></div>
    <div class="body">
      ${body === null || body === "" ? html`<p class="muted">No description.</p>` : renderMarkdown(body)}
    </div>
  </div>`;

const heading = (issue: Issue): Html => html`<h1>${issue.title} <span class="muted">#${issue.number}</span></h1>`;

const labels = (issue: Issue): Html | false =>
  issue.labels.length > 0 && html`<p>${issue.labels.map(({ name }) => html`<span class="badge">${name}</span> `)}</p>`;

const conversation = (issue: Issue): Html =>
  html`${said(issue.author, issue.createdAt, issue.body)}${issue.comments.map((one) => said(one.author, one.createdAt, one.body, `issuecomment-${one.id}`))}`;

/** An issue, or a pull request with its checks, commits and files. */
export async function issueBody(repository: Repository, issue: Issue): Promise<Html> {
  if (isPull(issue)) return pullBody(repository, issue);
  const count = `${issue.comments.length} comment${issue.comments.length === 1 ? "" : "s"}`;
  return html`${heading(issue)}
    <p>${stateBadge(issue)} <strong>${issue.author.login}</strong> opened this on ${issue.createdAt}, ${count}</p>
    ${labels(issue)}${conversation(issue)}`;
}

async function pullBody(repository: Repository, issue: PullIssue): Promise<Html> {
  const { pull } = issue;
  const [shas, files] = await Promise.all([pullCommits(repository, pull), pullFiles(repository, pull)]);
  const [commits, checks] = await Promise.all([
    readCommits(repository.directory, shas),
    checksSection(repository, pull.headSha),
  ]);
  const notes = runsOn(repository, pull.headSha).flatMap(({ annotations }) => annotations);
  return html`${heading(issue)}
    <p>
      ${stateBadge(issue)} <strong>${issue.author.login}</strong> wants to merge ${commits.length}
      commit${commits.length === 1 ? "" : "s"} into <code>${repository.owner.login}:${pull.baseRef}</code> from
      <code>${pull.headLabel}</code>
    </p>
    ${labels(issue)}${conversation(issue)}${checks}
    <h2>Commits</h2>
    ${commitList(fullName(repository), commits)}
    <h2>Files changed (${files.length})</h2>
    ${files.map((file) =>
      diffBox(
        file,
        notes.filter(({ path }) => path === file.path),
      ),
    )}`;
}
