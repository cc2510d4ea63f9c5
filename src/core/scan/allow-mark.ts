/** In a comment on the line of a secret that is meant to stand there. It counts where it stood before the change that is judged. */
const mark = "keyward:allow";

/** Further away on a line it belongs to something else: some files are one line. */
const reach = 500;

/** Whether the line (or lines) from `start` to `end` of a text say that the secret there is meant to be. */
export function hasAllowMark(text: string, start: number, end: number): boolean {
  // A line may be as long as the text: no more of it is looked at than counts.
  const before = text.slice(Math.max(0, start - reach), start);
  const after = text.slice(end, end + reach);
  const lineEnd = after.indexOf("\n");
  const line = before.slice(before.lastIndexOf("\n") + 1) + text.slice(start, end);
  return `${line}${lineEnd === -1 ? after : after.slice(0, lineEnd)}`.includes(mark);
}
