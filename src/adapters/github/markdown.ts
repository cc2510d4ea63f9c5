/**
 * Markdown for GitHub in which text that anyone may have written (paths, titles, details) stays text. The syntax is GitHub
 * Flavored Markdown, https://github.github.com/gfm/; mentions and issue links are found by GitHub in the rendered text, but
 * never inside code.
 */

/** Untrusted text shown exactly, as code: nothing in it becomes a link, a mention or HTML, or ends the code. */
export function code(text: string): string {
  const shown = visible(text);
  if (shown === "") return "(empty)";
  const longest = Math.max(0, ...Array.from(shown.matchAll(/`+/g), ([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  const padding = /^`|`$|^ .* $/s.test(shown) ? " " : "";
  return `${fence}${padding}${shown}${padding}${fence}`;
}

/** Untrusted text as prose: every character that Markdown could take for more is escaped, mentions and issue numbers broken. */
export function plain(text: string): string {
  return unlinked(visible(text)).replace(/[\\`*_[\]<>&~$!:.]/g, "\\$&");
}

/** Untrusted text for a place that is not Markdown but where GitHub still makes mentions into links: an issue's title. */
export function titleText(text: string): string {
  return unlinked(visible(text));
}

const zeroWidthSpace = "\u200b";
const unlinked = (text: string): string => text.replace(/[@#](?=\w)|(?<=GH)-(?=\d)/gi, `$&${zeroWidthSpace}`);

// Line ends would leave the table cell; bidirectional and invisible characters would show something else than is there.
const hidden =
  /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/gu;

/** The text with characters that cannot be seen written as escapes, `\n` or `\u{202e}`. */
export function visible(text: string): string {
  return text.replace(hidden, (char) => {
    const short = { "\n": "\\n", "\r": "\\r", "\t": "\\t" }[char];
    return short ?? `\\u{${char.codePointAt(0)?.toString(16)}}`;
  });
}

/** At most `max` characters, the middle left out: the end of a path says more than its middle. */
export function shortened(text: string, max: number): string {
  const chars = Array.from(text);
  if (chars.length <= max) return text;
  const head = Math.floor((max - 1) / 3);
  return `${chars.slice(0, head).join("")}…${chars.slice(head + 1 - max).join("")}`;
}

export const link = (markdown: string, url: string): string => `[${markdown}](${url})`;

/** How GitHub counts towards its limits, at worst: bytes of UTF-8. */
export const sizeOf = (text: string): number => Buffer.byteLength(text, "utf8");

/**
 * A table of as many rows as fit in `budget` bytes, then a line saying how many were left out. Cells are Markdown without line
 * ends; pipes in them are escaped here, as the table is taken apart before code spans are seen.
 */
export function table(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  budget: number,
  more: (left: number) => string,
): string {
  const head = `${line(header)}\n${line(header.map(() => "---"))}`;
  const room = budget - sizeOf(`\n\n${more(rows.length)}`);
  const kept = [head, ...fitting(rows.map(line), room - sizeOf(head))];
  const left = rows.length - (kept.length - 1);
  return left === 0 ? kept.join("\n") : `${kept.join("\n")}\n\n${more(left)}`;
}

/** The first lines that together, each with a line end, stay within `budget` bytes. */
export function fitting(lines: readonly string[], budget: number): readonly string[] {
  let left = budget;
  const end = lines.findIndex((text) => (left -= sizeOf(text) + 1) < 0);
  return end === -1 ? lines : lines.slice(0, end);
}

const line = (cells: readonly string[]): string => `| ${cells.map(escapePipes).join(" | ")} |`;

// An odd run of backslashes before the pipe keeps it inside the cell whether or not the parser pairs backslashes first.
const escapePipes = (cell: string): string =>
  cell.replace(/(\\*)\|/g, (_, slashes: string) => `${slashes}${slashes.length % 2 === 1 ? "\\" : ""}\\|`);

/** `3 commits`, `1 commit`, `12,345 files`. */
export const plural = (count: number, noun: string): string =>
  `${count.toLocaleString("en-US")} ${noun}${count === 1 ? "" : "s"}`;

/** `82 kB`: decimal units, at most one decimal. */
export function bytesText(bytes: number): string {
  const scale = [
    { unit: "GB", size: 1e9 },
    { unit: "MB", size: 1e6 },
    { unit: "kB", size: 1e3 },
  ].find(({ size }) => bytes >= size) ?? { unit: "bytes", size: 1 };
  const value = bytes / scale.size;
  return `${value.toLocaleString("en-US", { maximumFractionDigits: value < 10 ? 1 : 0 })} ${scale.unit}`;
}

/** `2026-11-23 17:45 UTC` of an ISO 8601 time in UTC. */
export const timeText = (iso: string): string => `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
