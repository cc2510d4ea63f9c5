import { type Dirent, lstatSync, opendirSync, readdirSync, statSync } from "node:fs";
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
    if (stats === undefined) continue;
    if (isEntered(place, stats, isExcluded)) yield* walkDirectory(place, isExcluded);
    else yield walkedAt(place, stats, isExcluded);
  }
}

function startOf(target: string, asked: string, cwd: string): Place {
  const inside = relative(cwd, target);
  const isInside = inside !== ".." && !inside.startsWith(`..${sep}`) && !isAbsolute(inside);
  const shown = isInside ? inside : isAbsolute(asked) ? target : inside;
  return { shown: bytesOf(shown), judged: isInside ? bytesOf(inside) : "", file: bytesOf(target) };
}

/** Where a walk is: a directory, and what is left of it. */
type Level = { readonly directory: Place; readonly left: Iterator<[name: string, kind: EntryKind]> };

function* walkDirectory(top: Place, isExcluded: Exclusion): Generator<Walked> {
  const levels: Level[] = [];
  // Generators in each other would pass each file through as many as it lies deep.
  const enter = (directory: Place): Walked | null => {
    try {
      const entries = entriesOf(Buffer.from(directory.file, "latin1"));
      levels.push({ directory, left: inOrder(entries) });
      return null;
    } catch (error) {
      return unread(directory, describeFileError(error));
    }
  };
  const problem = enter(top);
  if (problem !== null) yield problem;
  for (let level = levels.at(-1); level !== undefined; level = levels.at(-1)) {
    const next = level.left.next();
    if (next.done === true) {
      levels.pop();
      continue;
    }
    const [name, kind] = next.value;
    // A directory in a repository; a file in a linked work tree and in a submodule.
    if (name === ".git") continue;
    const place = below(level.directory, name);
    const walked = isEntered(place, kind, isExcluded) ? enter(place) : walkedAt(place, kind, isExcluded);
    if (walked !== null) yield walked;
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

/** Larger than a directory of some thousand entries on most file systems. */
const largeSize = 256 * 1024;

/** So many are read at once of a directory that is large, or may be. */
const bufferSize = 32;

function entriesOf(directory: Buffer): Entries {
  const entries: Entries = { file: [], directory: [], link: [], other: [] };
  try {
    // The quick way makes an object of each before the first is seen. Some file systems do not tell the size of a directory.
    const { size } = statSync(directory);
    const found =
      size === 0 || size > largeSize
        ? opened(directory, "latin1")
        : readdirSync(directory, { encoding: "latin1", withFileTypes: true });
    for (const entry of found) entries[kindOfEntry(entry)].push(entry.name);
  } catch (error) {
    // A file system that does not say what its entries are: Node then asks for each, which it can only with a name in bytes.
    if (!(error instanceof TypeError)) throw error;
    for (const kind of kinds) entries[kind].length = 0;
    for (const entry of opened(directory, "buffer")) {
      entries[kindOfEntry(entry)].push((entry.name as unknown as Buffer).toString("latin1"));
    }
  }
  for (const kind of kinds) if (entries[kind].length > 1) entries[kind].sort();
  return entries;
}

function* opened(directory: Buffer, encoding: BufferEncoding | "buffer"): Generator<Dirent> {
  const entries = opendirSync(directory, { encoding: encoding as BufferEncoding, bufferSize });
  try {
    for (let entry = entries.readSync(); entry !== null; entry = entries.readSync()) yield entry;
  } finally {
    entries.closeSync();
  }
}

function kindOfEntry(entry: EntryKind): Kind {
  if (entry.isFile()) return "file";
  if (entry.isDirectory()) return "directory";
  return entry.isSymbolicLink() ? "link" : "other";
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

const isEntered = (place: Place, entry: EntryKind, isExcluded: Exclusion): boolean =>
  entry.isDirectory() && !isExcluded(pathText(place.judged), true);

/** What an entry is that is not entered. */
function walkedAt(place: Place, entry: EntryKind, isExcluded: Exclusion): Walked {
  if (entry.isDirectory() || isExcluded(pathText(place.judged), false))
    return { kind: "passed-over", what: "excluded" };
  if (entry.isFile()) return fileAt(place);
  return { kind: "passed-over", what: entry.isSymbolicLink() ? "symbolicLinks" : "specialFiles" };
}

function below({ shown, judged, file }: Place, name: string): Place {
  const joined = join(shown, name);
  return { shown: joined, judged: judged === shown ? joined : join(judged, name), file: join(file, name) };
}

const join = (path: string, name: string): string =>
  path === "" || path.endsWith("/") ? path + name : `${path}/${name}`;

function fileAt({ shown, judged, file }: Place): WalkedFile {
  const path = pathText(shown);
  return { kind: "file", path, judgedAs: judged === shown ? path : pathText(judged), file };
}

function unread({ shown }: Place, detail: string): Walked {
  return { kind: "unread", path: pathText(shown) || ".", reason: "unreadable", detail };
}

/** As a byte string, with `/` on Windows too. */
function bytesOf(path: string): string {
  return Buffer.from(sep === "/" ? path : path.replaceAll(sep, "/")).toString("latin1");
}
