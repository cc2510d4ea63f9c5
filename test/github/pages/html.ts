/** A piece of HTML. Only `html` and `trusted` make one, so that text cannot be mistaken for it. */
export type Html = { readonly markup: string };

const escapes: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text made harmless in content and in quoted attributes. */
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (char) => escapes[char] ?? char);

/** Markup that was made safe elsewhere. */
export const trusted = (markup: string): Html => ({ markup });

type Part = Html | string | number | null | undefined | false | readonly Part[];

function markupOf(part: Part): string {
  if (part === null || part === undefined || part === false) return "";
  if (typeof part === "string" || typeof part === "number") return escapeHtml(String(part));
  return "markup" in part ? part.markup : part.map(markupOf).join("");
}

/** HTML with everything put into it escaped, except what is `Html` already. Lists are joined; null and false are nothing. */
export const html = (strings: TemplateStringsArray, ...parts: readonly Part[]): Html =>
  trusted(strings.reduce((whole, text, index) => `${whole}${markupOf(parts[index - 1])}${text}`));
