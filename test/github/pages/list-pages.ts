import { commitOf, refsUnder } from "../git/bare-repository.ts";
import { readCommits, revList } from "../git/commits.ts";
import { listFilesAt } from "../git/files.ts";
import type { Issue, Repository } from "../state.ts";
import { fullName, type World } from "../world.ts";
import { commitList } from "./commit-list.ts";
import { html, type Html } from "./html.ts";
import { hrefOf } from "./layout.ts";

const maxShown = 30;

/** All repositories, or those of one account. */
export function repositoriesBody(world: World, owner?: string): Html {
  const shown = [...world.repositories.values()].filter(
    (one) => owner === undefined || one.owner.login.toLowerCase() === owner.toLowerCase(),
  );
  const rows = shown.map(
    (one) =>
      html`<li>
        <a href="/${fullName(one)}">${fullName(one)}</a>
        <span class="badge">${one.visibility}</span>
        ${one.parent !== null && html`<span class="muted">forked from ${fullName(one.parent)}</span>`}
      </li>`,
  );
  return html`<h1>${owner ?? "Repositories"}</h1>
    ${
      rows.length === 0
        ? html`<p class="muted">None yet.</p>`
        : html`<ul class="plain">
            ${rows}
          </ul>`
    }`;
}

const issueRow = (repository: Repository, issue: Issue): Html =>
  html`<li>
    <span class="badge ${issue.state === "open" ? "good" : ""}">${issue.pull?.mergedAt ? "merged" : issue.state}</span>
    <a href="/${fullName(repository)}/${issue.pull === null ? "issues" : "pull"}/${issue.number}"
      >#${issue.number} ${issue.title}</a
    >
    <span class="muted">${issue.author.login}</span>
  </li>`;

const listed = (repository: Repository, issues: readonly Issue[]): Html =>
  issues.length === 0
    ? html`<p class="muted">None.</p>`
    : html`<ul class="plain">
        ${issues.map((issue) => issueRow(repository, issue))}
      </ul>`;

/** A repository: pull requests, issues, branches, and the latest commits and files of its default branch or another ref. */
export async function repositoryBody(repository: Repository, ref: string): Promise<Html> {
  const [head, branches] = await Promise.all([
    commitOf(repository.directory, ref),
    refsUnder(repository.directory, "refs/heads/"),
  ]);
  const shas = head === null ? [] : await revList(repository.directory, head, [], [`--max-count=${maxShown}`]);
  const commits = await readCommits(repository.directory, shas);
  const files = head === null ? [] : await listFilesAt(repository.directory, head);
  const all = [...repository.issues.values()].toReversed();
  const { login } = repository.owner;
  const branchLinks = branches.map(({ ref: name }) => {
    const branch = name.slice("refs/heads/".length);
    return html`<li>
      <a href="${hrefOf(login, repository.name, "tree", branch)}"><code>${branch}</code></a>
    </li>`;
  });
  const fileLinks = files.slice(0, 500).map(
    (path) =>
      html`<li>
        <a href="${hrefOf(login, repository.name, "blob", ref, path)}"><code>${path}</code></a>
      </li>`,
  );
  return html`<h1>${fullName(repository)} <span class="badge">${repository.visibility}</span></h1>
    <h2>Pull requests</h2>
    ${listed(
      repository,
      all.filter(({ pull }) => pull !== null),
    )}
    <h2>Issues</h2>
    ${listed(
      repository,
      all.filter(({ pull }) => pull === null),
    )}
    <h2>Branches</h2>
    ${
      branchLinks.length === 0
        ? html`<p class="muted">Nothing was pushed yet.</p>`
        : html`<ul class="plain">
            ${branchLinks}
          </ul>`
    }
    <h2>Commits on ${ref}</h2>
    ${commitList(fullName(repository), commits)}
    <h2>Files</h2>
    <ul class="plain">
      ${fileLinks}
    </ul>`;
}
