/** A place in a parsed TOML document: keys and array indices, as zod gives them. */
export type TomlPath = readonly PropertyKey[];

/**
 * Finds the lines of a TOML text at which tables and keys stand, which the parser does not tell. Gives the line (from 1) of
 * the deepest part of a path that it can find, in whatever case its keys are written. Inline tables count as one place.
 */
export function tomlLines(text: string): (path: TomlPath) => number {
  const lines = new Map<string, number>();
  const counts = new Map<string, number>();
  let table = "";
  for (const [index, line] of outsideStrings(text)) {
    const header = /^\s*(\[\[?)([^[\]]+)\]/.exec(line);
    const key = /^\s*([\w-]+|"[^"]*")(?:\s*\.\s*[\w-]+)*\s*=/.exec(line)?.[1];
    if (header?.[2] !== undefined) {
      table = tableOf(header[2].split(".").map(unquoted), header[1] === "[[", counts);
      if (!lines.has(table)) lines.set(table, index + 1);
    } else if (key !== undefined) lines.set(join(table, unquoted(key)), index + 1);
  }
  return (path) => {
    const keys = path.map((key) => String(key).toLowerCase());
    for (let length = keys.length; length > 0; length--) {
      const line = lines.get(keys.slice(0, length).join("\0"));
      if (line !== undefined) return line;
    }
    return 1;
  };
}

/** The full path of a table header: each array of tables on the way stands for its latest element. */
function tableOf(names: readonly string[], isArray: boolean, counts: Map<string, number>): string {
  let path = "";
  for (const [depth, name] of names.entries()) {
    path = join(path, name);
    if (isArray && depth === names.length - 1) counts.set(path, (counts.get(path) ?? -1) + 1);
    const index = counts.get(path);
    if (index !== undefined) path = join(path, String(index));
  }
  return path;
}

function join(table: string, key: string): string {
  return table === "" ? key : `${table}\0${key}`;
}

function unquoted(key: string): string {
  return key
    .trim()
    .replace(/^["']|["']$/g, "")
    .toLowerCase();
}

/** The lines that do not begin inside a multi-line string. */
function* outsideStrings(text: string): Generator<readonly [index: number, line: string]> {
  let open: string | null = null;
  for (const [index, line] of text.split("\n").entries()) {
    if (open === null) yield [index, line];
    for (const [mark] of line.matchAll(/'''|"""/g)) {
      if (open === null) open = mark;
      else if (open === mark) open = null;
    }
  }
}
