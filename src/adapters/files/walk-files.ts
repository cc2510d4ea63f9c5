import { type Dirent, lstatSync, opendirSync, statSync } from "node:fs";
import { basename, isAbsolute, relative, resolve, sep } from "node:path";
import { pathText } from "../../core/change/path-text.ts";
import type { Exclusion } from "../../core/scan/exclusion.ts";
import { describeFileError } from "./file-error.ts";
import { kindOf } from "./read-file.ts";

/** A file that was come upon. */
export type WalkedFile = {
  readonly kind: "file";
  /** As it is shown: as it was asked for, with `/`. */
  readonly path: string;
  /** Relative to the current directory, or to what was asked for if that lies elsewhere. */
  readonly judgedAs: string;
  /** For opening, as a byte string: a name need not be UTF-8. */
  readonly file: string;
};

export type Walked =
  | WalkedFile
  | { readonly kind: "unread"; readonly path: string; readonly reason: "unreadable"; readonly detail: string }
  | { readonly kind: "passed-over"; readonly what: "symbolicLinks" | "specialFiles" | "excluded" };

/** A place in a walk. The texts are byte strings. */
type Place = { readonly shown: string; readonly judged: string; readonly file: string };

/**
 * Every file at or below `asked`, in the order of names. Git's own directories are passed over, symbolic links are not followed
 * (what they lead to is met where it stands, or is none of ours), pipes, sockets and devices are not opened. `asked` itself may be a link.
 */
export function* walkFiles(asked: string, cwd: string, isExcluded: Exclusion): Generator<Walked> {
  const target = resolve(cwd, asked);
  const start = startOf(target, asked, cwd);
  if (asked === "") {
    // As a variable that is not set gives it: the current directory is not what was meant.
    yield unread({ ...start, shown: '""' }, "The path is empty.");
    return;
  }
  let stats;
  try {
    stats = statSync(target);
  } catch (error) {
    yield unread(start, describeFileError(error));
    return;
  }
  if (stats.isDirectory()) yield* walkDirectory(start, isExcluded);
  else if (stats.isFile()) yield fileAt({ ...start, judged: start.judged || bytesOf(basename(target)) });
  else yield unread(start, `It is ${kindOf(stats)}, not a file.`);
}

/**
 * The files of a list: paths below `asked`, as byte strings. What is a directory (a repository in the repository) is walked whole;
 * what is not there any more has no content.
 */
export function* walkListed(
  asked: string,
  cwd: string,
  paths: readonly string[],
  isExcluded: Exclusion,
): Generator<Walked> {
  const target = resolve(cwd, asked);
  const start = startOf(target, asked, cwd);
  for (const path of paths) {
    const place = below(start, path.replace(/\/$/, ""));
    const stats = lstatSync(Buffer.from(place.file, "latin1"), { throwIfNoEntry: false });
    if (stats !== undefined) yield* walkEntry(place, stats, isExcluded);
  }
}

function startOf(target: string, asked: string, cwd: string): Place {
  const inside = relative(cwd, target);
  const isInside = inside !== ".." && !inside.startsWith(`..${sep}`) && !isAbsolute(inside);
  const shown = isInside ? inside : isAbsolute(asked) ? target : inside;
  return { shown: bytesOf(shown), judged: isInside ? bytesOf(inside) : "", file: bytesOf(target) };
}

function* walkDirectory(directory: Place, isExcluded: Exclusion): Generator<Walked> {
  let entries: Entries;
  try {
    entries = entriesOf(Buffer.from(directory.file, "latin1"));
  } catch (error) {
    yield unread(directory, describeFileError(error));
    return;
  }
  for (const [name, kind] of inOrder(entries)) {
    // A directory in a repository; a file in a linked work tree and in a submodule.
    if (name !== ".git") yield* walkEntry(below(directory, name), kind, isExcluded);
  }
}

type EntryKind = Pick<Dirent, "isDirectory" | "isFile" | "isSymbolicLink">;

const kinds = ["file", "directory", "link", "other"] as const;
type Kind = (typeof kinds)[number];

const entryKinds = Object.fromEntries(
  kinds.map((kind): [Kind, EntryKind] => [
    kind,
    {
      isFile: () => kind === "file",
      isDirectory: () => kind === "directory",
      isSymbolicLink: () => kind === "link",
    },
  ]),
) as Readonly<Record<Kind, EntryKind>>;

/** Names, as byte strings, by what has them. There may be millions in one directory, so that nothing else is kept of each. */
type Entries = Readonly<Record<Kind, string[]>>;

/** So many are read at once. */
const bufferSize = 32;

function entriesOf(directory: Buffer): Entries {
  try {
    return entriesIn(directory, "latin1", (name) => String(name));
  } catch (error) {
    // A file system that does not say what its entries are: Node then asks for each, which it can only with a name in bytes.
    if (error instanceof TypeError)
      return entriesIn(directory, "buffer", (name) => (name as Buffer).toString("latin1"));
    throw error;
  }
}

function entriesIn(
  directory: Buffer,
  encoding: BufferEncoding | "buffer",
  textOf: (name: string | Buffer) => string,
): Entries {
  const entries: Entries = { file: [], directory: [], link: [], other: [] };
  const opened = opendirSync(directory, { encoding: encoding as BufferEncoding, bufferSize });
  try {
    for (let entry = opened.readSync(); entry !== null; entry = opened.readSync()) {
      const kind = entry.isFile()
        ? "file"
        : entry.isDirectory()
          ? "directory"
          : entry.isSymbolicLink()
            ? "link"
            : "other";
      entries[kind].push(textOf(entry.name));
    }
  } finally {
    opened.closeSync();
  }
  for (const kind of kinds) entries[kind].sort();
  return entries;
}

/** All of them in the order of names. */
function* inOrder(entries: Entries): Generator<[name: string, kind: EntryKind]> {
  const at: Record<Kind, number> = { file: 0, directory: 0, link: 0, other: 0 };
  for (;;) {
    let next: Kind | null = null;
    let least = "";
    for (const kind of kinds) {
      const name = entries[kind][at[kind]];
      if (name !== undefined && (next === null || name < least)) [next, least] = [kind, name];
    }
    if (next === null) return;
    at[next] += 1;
    yield [least, entryKinds[next]];
  }
}

function* walkEntry(place: Place, entry: EntryKind, isExcluded: Exclusion): Generator<Walked> {
  if (isExcluded(pathText(place.judged), entry.isDirectory())) yield { kind: "passed-over", what: "excluded" };
  else if (entry.isDirectory()) yield* walkDirectory(place, isExcluded);
  else if (entry.isFile()) yield fileAt(place);
  else yield { kind: "passed-over", what: entry.isSymbolicLink() ? "symbolicLinks" : "specialFiles" };
}

function below(directory: Place, name: string): Place {
  const join = (path: string): string => (path === "" || path.endsWith("/") ? path : `${path}/`) + name;
  return { shown: join(directory.shown), judged: join(directory.judged), file: join(directory.file) };
}

function fileAt({ shown, judged, file }: Place): WalkedFile {
  return { kind: "file", path: pathText(shown), judgedAs: pathText(judged), file };
}

function unread({ shown }: Place, detail: string): Walked {
  return { kind: "unread", path: pathText(shown) || ".", reason: "unreadable", detail };
}

/** As a byte string, with `/` on Windows too. */
function bytesOf(path: string): string {
  return Buffer.from(sep === "/" ? path : path.replaceAll(sep, "/")).toString("latin1");
}
