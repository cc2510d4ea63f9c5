/**
 * Elements after which a person sees a new line or a gap: paragraphs, breaks, tabs, cells and rows of WordprocessingML, DrawingML,
 * SpreadsheetML, OpenDocument and XHTML, without their prefixes. Everything else is a run inside a line.
 */
const parting = new Set(
  "p h br cr tab line-break s si c row tc tr td th li div title h1 h2 h3 h4 h5 h6 v f is pre section comment table-cell".split(
    " ",
  ),
);

/** As long as a tag's name and the references of XML get. */
const longestName = 40;

const references: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: " " };

/**
 * The text of a document's markup as it reads, with what is split over several runs joined again. Not a parser: it takes broken
 * markup as it comes, in linear time.
 */
export function textOfMarkup(markup: string): string {
  const out: string[] = [];
  let at = 0;
  while (at < markup.length) {
    const open = markup.indexOf("<", at);
    if (open < 0) break;
    out.push(withoutReferences(markup.slice(at, open)));
    const [text, next] = afterTag(markup, open);
    out.push(text);
    at = next;
  }
  if (at < markup.length) out.push(withoutReferences(markup.slice(at)));
  return out.join("").replace(/\n{2,}/g, "\n");
}

/** What a tag stands for in the text, and where the text goes on. */
function afterTag(markup: string, open: number): readonly [string, number] {
  if (markup.startsWith("<![CDATA[", open)) {
    const end = markup.indexOf("]]>", open);
    return end < 0 ? [markup.slice(open + 9), markup.length] : [markup.slice(open + 9, end), end + 3];
  }
  const closing = markup.startsWith("<!--", open) ? "-->" : ">";
  const end = markup.indexOf(closing, open);
  if (end < 0) return ["", markup.length];
  const name = /^<\/?(?:[\w-]+:)?([\w-]+)/.exec(markup.slice(open, open + longestName))?.[1] ?? "";
  return [parting.has(name) ? "\n" : "", end + closing.length];
}

function withoutReferences(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(
    /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,4}));/gi,
    (whole, decimal?: string, hex?: string, name?: string) => {
      if (name !== undefined) return references[name] ?? whole;
      const code = decimal === undefined ? Number.parseInt(hex ?? "", 16) : Number.parseInt(decimal, 10);
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    },
  );
}
