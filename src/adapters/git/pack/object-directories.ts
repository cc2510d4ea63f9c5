import { readFileSync, realpathSync } from "node:fs";
import { join, resolve } from "node:path";

/** As git does: alternates of alternates, so many deep. */
const deepest = 5;

/** A directory of objects and those that it borrows from (`info/alternates`), each once, in the order in which git looks into them. */
export function objectDirectories(directory: string): readonly string[] {
  const found = new Set<string>();
  const visit = (path: string, depth: number): void => {
    const real = realOf(path);
    if (real === null || found.has(real)) return;
    found.add(real);
    if (depth < deepest) for (const other of alternatesOf(real)) visit(other, depth + 1);
  };
  visit(directory, 0);
  return [...found];
}

function alternatesOf(directory: string): readonly string[] {
  const lines = textOf(join(directory, "info", "alternates")).split("\n");
  return lines.filter((line) => line !== "" && !line.startsWith("#")).map((line) => resolve(directory, unquoted(line)));
}

/** Paths with odd characters stand in quotes, written as in C; bytes as three octal digits. */
function unquoted(line: string): string {
  if (!/^".*"$/.test(line)) return Buffer.from(line, "latin1").toString("utf8");
  const plain: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", a: "\x07", b: "\b", f: "\f", v: "\v" };
  const bytes = line
    .slice(1, -1)
    .replace(/\\([0-7]{3}|.)/g, (_, code: string) =>
      code.length === 3 ? String.fromCharCode(Number.parseInt(code, 8)) : (plain[code] ?? code),
    );
  return Buffer.from(bytes, "latin1").toString("utf8");
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "latin1");
  } catch {
    return ""; // No alternates.
  }
}

/** Null where there is no such directory: git goes on without it. */
function realOf(path: string): string | null {
  try {
    return realpathSync(path);
  } catch {
    return null;
  }
}
