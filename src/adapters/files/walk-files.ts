import { type Dirent, lstatSync, readdirSync, statSync } from "node:fs";
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
  /** For opening: a name need not be UTF-8. */
  readonly file: Buffer;
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
  let entries: Dirent<Buffer>[];
  try {
    entries = readdirSync(Buffer.from(directory.file, "latin1"), { withFileTypes: true, encoding: "buffer" });
  } catch (error) {
    yield unread(directory, describeFileError(error));
    return;
  }
  for (const entry of entries.sort((a, b) => Buffer.compare(a.name, b.name))) {
    const name = entry.name.toString("latin1");
    // A directory in a repository; a file in a linked work tree and in a submodule.
    if (name !== ".git") yield* walkEntry(below(directory, name), entry, isExcluded);
  }
}

type EntryKind = Pick<Dirent, "isDirectory" | "isFile" | "isSymbolicLink">;

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
  return { kind: "file", path: pathText(shown), judgedAs: pathText(judged), file: Buffer.from(file, "latin1") };
}

function unread({ shown }: Place, detail: string): Walked {
  return { kind: "unread", path: pathText(shown) || ".", reason: "unreadable", detail };
}

/** As a byte string, with `/` on Windows too. */
function bytesOf(path: string): string {
  return Buffer.from(sep === "/" ? path : path.replaceAll(sep, "/")).toString("latin1");
}
