import MarkdownIt from "markdown-it";
import { escapeHtml, trusted, type Html } from "./html.ts";

const markdown = new MarkdownIt({ html: true, linkify: true });

// GitHub lets a few elements through. Here: these, without attributes. Comments are hidden, all other HTML is shown as text.
const allowed = /^<\/?(?:details|summary|br|sub|sup|kbd|b|i|em|strong|code|p|ul|ol|li)\s*\/?>$/;
const tagOrComment = /<!--[\s\S]*?-->|<[^>]*>|[^<]+|</g;

function harmless(source: string): string {
  return source.replace(tagOrComment, (part) => {
    if (part.startsWith("<!--") && part.endsWith("-->")) return "";
    return allowed.test(part) ? part : escapeHtml(part);
  });
}

markdown.renderer.rules["html_block"] = (tokens, index) => harmless(tokens[index]?.content ?? "");
markdown.renderer.rules["html_inline"] = (tokens, index) => harmless(tokens[index]?.content ?? "");

const boxes: Readonly<Record<string, string>> = { " ": "☐", x: "☑", X: "☑" };

/** Renders what somebody wrote. markdown-it refuses `javascript:` and the like as link targets. */
export function renderMarkdown(source: string | null): Html {
  const rendered = markdown.render(source ?? "");
  return trusted(
    rendered.replace(/<li>(\s*<p>)?\[([ xX])\] /g, (_, p = "", mark: string) => `<li>${p}${boxes[mark]} `),
  );
}
