import type { Annotation } from "../state.ts";
import type { FileChange } from "../git/diffs.ts";
import { html, type Html } from "./html.ts";

/** A line of a unified diff. `line` is its number in the new file, null for a removed one. */
type DiffLine = { readonly kind: "add" | "del" | "same" | "hunk"; readonly text: string; readonly line: number | null };

function linesOf(patch: string): DiffLine[] {
  let next = 1;
  return patch.split("\n").map((text): DiffLine => {
    const hunk = /^@@ -\d+(?:,\d+)? \+(\d+)/.exec(text);
    if (hunk !== null) {
      next = Number(hunk[1]);
      return { kind: "hunk", text, line: null };
    }
    if (text.startsWith("-")) return { kind: "del", text, line: null };
    if (text.startsWith("\\")) return { kind: "hunk", text, line: null };
    return { kind: text.startsWith("+") ? "add" : "same", text, line: next++ };
  });
}

/** What a check says of some lines. */
export const annotationNote = (one: Annotation): Html =>
  html`<div class="note ${one.annotation_level}">
    <strong>${one.annotation_level}${one.title === null ? "" : `: ${one.title}`}</strong><br /><span class="text"
      >${one.message}</span
    >
    ${one.raw_details !== null && html`<pre>${one.raw_details}</pre>`}
  </div>`;

const noteRows = (notes: readonly Annotation[]): Html =>
  html`${notes.map(
    (note) =>
      html`<tr>
        <td class="n"></td>
        <td>${annotationNote(note)}</td>
      </tr>`,
  )}`;

/** A changed file with the annotations under the lines they are about, and those that no shown line takes at its end. */
export function diffBox(file: FileChange, notes: readonly Annotation[]): Html {
  const lines = file.patch === undefined ? [] : linesOf(file.patch);
  const shown = new Set(lines.map(({ line }) => line));
  const elsewhere = notes.filter((note) => !shown.has(note.end_line));
  const rows = lines.map(
    ({ kind, text, line }) =>
      html`<tr class="${kind}">
          <td class="n">${line}</td>
          <td>${text}</td>
        </tr>
        ${noteRows(line === null ? [] : notes.filter((note) => note.end_line === line))}`,
  );
  const from = file.previousPath === null ? "" : `${file.previousPath} → `;
  return html`<div class="box">
    <div class="head">
      <code>${from}${file.path}</code> <span class="muted">${file.status}, +${file.additions} −${file.deletions}</span>
    </div>
    <table class="code">
      ${rows}${
        file.patch === undefined &&
        html`<tr>
          <td class="n"></td>
          <td class="muted">Not shown: binary or too large.</td>
        </tr>`
      }
      ${noteRows(elsewhere)}
    </table>
  </div>`;
}

/** A text with an anchor `L<number>` on each line; or only some lines of it, without anchors, as several may be on one page. */
export function codeTable(text: string, range?: { readonly from: number; readonly to: number }): Html {
  const lines = text.replace(/\n$/, "").split("\n");
  const from = Math.max(1, range?.from ?? 1);
  const shown = lines.slice(from - 1, range?.to ?? lines.length);
  const rows = shown.map((line, index) => {
    const anchor = range === undefined && html` id="L${from + index}"`;
    return html`<tr${anchor}><td class="n">${from + index}</td><td>${line.replace(/\r$/, "")}</td></tr>`;
  });
  return html`<table class="code">
    ${rows}
  </table>`;
}
