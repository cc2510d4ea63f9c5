import { existsSync } from "node:fs";
import { relative, resolve } from "node:path";
import { createContentExpander } from "../adapters/archives/content-expander.ts";
import { type FileContent, readFile } from "../adapters/files/read-file.ts";
import { readStream } from "../adapters/files/read-stream.ts";
import type { SourceText } from "../core/scan/source-text.ts";

/** What stands at a place: a file, or each view of an entry of a container (a document's markup and its text). */
export type PlaceTexts =
  | { readonly kind: "read"; readonly texts: readonly SourceText[] }
  | { readonly kind: "unread"; readonly detail: string };

const inside = "!/";
const maxBytes = 32 * 1024 * 1024;

/**
 * Reads a file, or an entry of a container by the path that findings give it: `app.zip!/lib.jar!/config.yml`. With `fromStdin` standard
 * input stands for the file.
 */
export async function readPlace(path: string, cwd: string, fromStdin: boolean): Promise<PlaceTexts> {
  const end = fromStdin ? pieceEnd(path) : containerEnd(path, cwd);
  const outer = path.slice(0, end);
  const file: FileContent = fromStdin
    ? await readStream(process.stdin, maxBytes)
    : readFile(resolve(cwd, outer), maxBytes);
  if (file.kind === "unread") return file;
  const source = { path: relative(cwd, resolve(cwd, outer)), bytes: file.bytes };
  return end === path.length ? { kind: "read", texts: [source] } : readEntry(source, source.path + path.slice(end));
}

function pieceEnd(path: string): number {
  const at = path.indexOf(inside);
  return at < 0 ? path.length : at;
}

/** Where the path of the outermost container ends; a file may itself have `!/` in its path. */
function containerEnd(path: string, cwd: string): number {
  if (existsSync(resolve(cwd, path))) return path.length;
  for (let at = path.indexOf(inside); at > 0; at = path.indexOf(inside, at + 1)) {
    if (existsSync(resolve(cwd, path.slice(0, at)))) return at;
  }
  return path.length;
}

async function readEntry(container: SourceText, wanted: string): Promise<PlaceTexts> {
  const expander = createContentExpander();
  try {
    const entries = expander.session().expand(container, 0);
    if (entries === null) return { kind: "unread", detail: "it is no archive, document or database" };
    const texts: SourceText[] = [];
    const gaps: string[] = [];
    for await (const entry of entries) {
      if (entry.kind === "gap") gaps.push(entry.gap.detail);
      else if (entry.source.path === wanted) texts.push(entry.source);
    }
    const detail = ["nothing in the container has that path", ...new Set(gaps)].join("; ");
    return texts.length > 0 ? { kind: "read", texts } : { kind: "unread", detail };
  } finally {
    await expander.close();
  }
}
