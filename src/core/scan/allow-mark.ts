/** In a comment on the line of a secret that is meant to stand there. It counts where it stood before the change that is judged. */
const mark = "keyward:allow";

/** Further away on a line it belongs to something else: some files are one line. */
const reach = 500;

/** Whether the line (or lines) from `start` to `end` of a text say that the secret there is meant to be. */
export function hasAllowMark(text: string, start: number, end: number): boolean {
  const from = Math.max(text.lastIndexOf("\n", Math.max(0, start - 1)) + 1, start - reach);
  const lineEnd = text.indexOf("\n", end);
  const to = Math.min(lineEnd === -1 ? text.length : lineEnd, end + reach);
  return text.slice(from, to).includes(mark);
}
