import { micromark } from "micromark";
import { gfm, gfmHtml } from "micromark-extension-gfm";

/** What a page shows of GitHub Flavored Markdown, taken from the HTML an independent renderer makes of it. */
export type Rendered = {
  readonly html: string;
  /** The cells of each body row of each table, as plain text. */
  readonly rows: readonly (readonly string[])[];
  readonly links: readonly string[];
  /** The names of all elements, each once. */
  readonly elements: readonly string[];
  /** The text outside code, in which GitHub looks for mentions and issue numbers. */
  readonly prose: string;
};

export function render(markdown: string): Rendered {
  const html = micromark(markdown, {
    // As GitHub does: HTML passes through, so that a test sees what gets out.
    allowDangerousHtml: true,
    allowDangerousProtocol: true,
    extensions: [gfm()],
    htmlExtensions: [gfmHtml()],
  });
  const shown = html.replace(/<!--.*?-->/gs, "");
  const rows = [...shown.matchAll(/<tr>(.*?)<\/tr>/gs)].map(([, row = ""]) =>
    [...row.matchAll(/<td[^>]*>(.*?)<\/td>/gs)].map(([, cell = ""]) => textOf(cell)),
  );
  return {
    html,
    rows: rows.filter((cells) => cells.length > 0),
    links: [...shown.matchAll(/<a [^>]*href="([^"]*)"/g)].map(([, url = ""]) => decoded(url)),
    elements: [
      ...new Set([...shown.matchAll(/<([a-z][a-z0-9]*)/gi)].map(([, name = ""]) => name.toLowerCase())),
    ].sort(),
    prose: textOf(shown.replace(/<code>.*?<\/code>/gs, " ")),
  };
}

const textOf = (html: string): string => decoded(html.replace(/<br ?\/?>/g, "\n").replace(/<[^>]*>/g, ""));

const decoded = (text: string): string =>
  text.replace(/&(lt|gt|quot|amp);/g, (_, name: string) => ({ lt: "<", gt: ">", quot: '"', amp: "&" })[name] ?? "");
