/** A text that can do nothing to a terminal: what terminals act upon, and what makes text look other than it is, becomes a dot. */
export function terminalText(text: string): string {
  return text
    .replaceAll("\t", " ")
    .replace(/[\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g, "·")
    .replace(/[\x00-\x1f\x7f-\x9f]/g, "·");
}
