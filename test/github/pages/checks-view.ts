import { runsOn } from "../actions/checks.ts";
import { readFileAt } from "../git/files.ts";
import type { Annotation, CheckRun, Repository } from "../state.ts";
import { fullName } from "../world.ts";
import { annotationNote, codeTable } from "./code.ts";
import { html, type Html } from "./html.ts";
import { hrefOf } from "./layout.ts";
import { renderMarkdown } from "./markdown.ts";

const good: readonly (string | null)[] = ["success", "neutral", "skipped"];

/** How a run stands, in a colour. */
export function outcomeBadge(run: CheckRun): Html {
  const kind = run.status !== "completed" ? "wait" : good.includes(run.conclusion) ? "good" : "bad";
  return html`<span class="badge ${kind}">${(run.conclusion ?? run.status).replaceAll("_", " ")}</span>`;
}

/** Lines of context around an annotation. */
const around = 2;

/** An annotation with the lines it is about. A file that the head does not have any more is said to be gone. */
async function annotationWithCode(repository: Repository, sha: string, note: Annotation): Promise<Html> {
  const bytes = await readFileAt(repository.directory, sha, Buffer.from(note.path));
  const href = `${hrefOf(repository.owner.login, repository.name, "blob", sha, note.path)}#L${note.start_line}`;
  const code =
    bytes === null
      ? html`<p class="muted">Not in ${sha.slice(0, 7)} any more.</p>`
      : codeTable(bytes.toString("utf8"), { from: note.start_line - around, to: note.end_line + around });
  return html`<div class="box">
    <div class="head">
      <a href="${href}"><code>${note.path}:${note.start_line}</code></a>
    </div>
    ${code}${annotationNote(note)}
  </div>`;
}

/** A check run with everything it says. */
export async function runBox(repository: Repository, run: CheckRun): Promise<Html> {
  const notes = await Promise.all(
    run.annotations.map((note) => annotationWithCode(repository, run.suite.headSha, note)),
  );
  return html`<div class="box">
    <div class="head">
      ${outcomeBadge(run)}
      <a href="/${fullName(repository)}/runs/${run.id}"><strong>${run.name}</strong></a>
      ${run.title !== null && html` — ${run.title}`}
    </div>
    <div class="body">
      ${renderMarkdown(run.summary)}${renderMarkdown(run.text)}
      ${
        notes.length > 0 &&
        html`<h2>Annotations (${notes.length})</h2>
          ${notes}`
      }
      ${run.actions.length > 0 && html`<p>Actions: ${run.actions.map(({ label, description }) => html`<span class="badge" title="${description}">${label}</span> `)}</p>`}
    </div>
  </div>`;
}

/** The latest run of each name on a commit. */
export async function checksSection(repository: Repository, sha: string): Promise<Html> {
  const runs = runsOn(repository, sha);
  if (runs.length === 0)
    return html`<h2>Checks</h2>
      <p class="muted">None on ${sha.slice(0, 7)}.</p>`;
  return html`<h2>Checks on ${sha.slice(0, 7)}</h2>
    ${await Promise.all(runs.map((run) => runBox(repository, run)))}`;
}
