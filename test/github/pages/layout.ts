import { escapedPath } from "../percent-encoding.ts";
import { html, trusted, type Html } from "./html.ts";

const style = `
:root { color-scheme: light dark; --line: light-dark(#d1d9e0, #3d444d); --soft: light-dark(#f6f8fa, #151b23);
  --muted: light-dark(#59636e, #9198a1); --link: light-dark(#0969da, #4493f8); --add: light-dark(#dafbe1, #12261e);
  --del: light-dark(#ffebe9, #2d1719); --good: light-dark(#1a7f37, #3fb950); --bad: light-dark(#d1242f, #f85149);
  --wait: light-dark(#9a6700, #d29922); }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1100px; padding: 0 24px 64px; font: 15px/1.5 system-ui, sans-serif; background: light-dark(#fff, #0d1117); color: light-dark(#1f2328, #e6edf3); }
a { color: var(--link); text-decoration: none; } a:hover { text-decoration: underline; }
header.site { display: flex; gap: 12px; padding: 16px 0; margin-bottom: 16px; border-bottom: 1px solid var(--line); color: var(--muted); }
h1 { font-weight: 400; font-size: 26px; line-height: 1.25; margin: 16px 0 8px; overflow-wrap: anywhere; }
h2 { font-size: 17px; margin: 32px 0 8px; }
code, pre, .code { font: 12.5px/1.6 ui-monospace, SFMono-Regular, Menlo, monospace; }
:not(pre) > code { background: var(--soft); border: 1px solid var(--line); border-radius: 5px; padding: 0 4px; overflow-wrap: anywhere; }
.muted { color: var(--muted); }
.box { border: 1px solid var(--line); border-radius: 8px; margin: 12px 0; overflow: hidden; }
.box > .head { background: var(--soft); border-bottom: 1px solid var(--line); padding: 8px 14px; overflow-wrap: anywhere; }
.box > .body { padding: 8px 16px; overflow-x: auto; }
.box table { border-collapse: collapse; } .body td, .body th { border: 1px solid var(--line); padding: 4px 10px; text-align: left; }
pre { background: var(--soft); padding: 12px; border-radius: 6px; overflow-x: auto; }
.badge { display: inline-block; border-radius: 999px; padding: 1px 10px; border: 1px solid currentColor; font-size: 13px; }
.good { color: var(--good); } .bad { color: var(--bad); } .wait { color: var(--wait); }
table.code { width: 100%; border-collapse: collapse; }
table.code td { border: 0; padding: 0 10px; vertical-align: top; white-space: pre-wrap; overflow-wrap: anywhere; }
table.code td.n { width: 1%; min-width: 44px; text-align: right; color: var(--muted); user-select: none; white-space: nowrap; }
tr.add { background: var(--add); } tr.del { background: var(--del); } tr.hunk { background: var(--soft); color: var(--muted); }
tr:target { background: light-dark(#fff8c5, #3b2300); }
.note { border-left: 4px solid var(--wait); margin: 6px 0; padding: 6px 12px; background: var(--soft); white-space: normal; font: 14px/1.5 system-ui, sans-serif; }
.note .text { white-space: pre-wrap; }
.note.failure { border-color: var(--bad); } .note.notice { border-color: var(--link); }
ul.plain { list-style: none; margin: 0; padding: 0; } ul.plain li { padding: 6px 0; border-bottom: 1px solid var(--line); } ul.plain li:last-child { border: 0; }
`;

/** A link on the way to this page. */
export type Crumb = { readonly text: string; readonly href: string };

/** A whole page. */
export const layout = (title: string, crumbs: readonly Crumb[], body: Html): Html =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        <style>
          ${trusted(style)}
        </style>
      </head>
      <body>
        <header class="site">
          <a href="/">local GitHub</a
          >${crumbs.map(({ text, href }) => html`<span>/</span><a href="${href}">${text}</a>`)}
        </header>
        ${body}
      </body>
    </html> `;

/** The address of a page. Its parts may have slashes in them. */
export const hrefOf = (...parts: readonly string[]): string => `/${parts.map(escapedPath).join("/")}`;
