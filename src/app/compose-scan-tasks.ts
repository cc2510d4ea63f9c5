import { statSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import { type Walked, walkFiles, walkListed } from "../adapters/files/walk-files.ts";
import { listWorkFiles } from "../adapters/git/list-work-files.ts";
import type { CommitGraph } from "../adapters/git/commit-graph.ts";
import { type History, listEverything, listHistory, readMessages } from "../adapters/git/list-history.ts";
import { listNewSince } from "../adapters/git/new-blobs-since.ts";
import { type PlacedBlob, readPlacedBlobs } from "../adapters/git/read-placed-blobs.ts";
import type { ObjectStore } from "../adapters/git/pack/object-store.ts";
import { openStoreOf } from "../adapters/git/pack/open-store.ts";
import { listStaged } from "../adapters/git/staged-blobs.ts";
import { NoWorkTree, openWorkTree, type WorkTree } from "../adapters/git/work-tree.ts";
import { keepHeapsSmall } from "../adapters/system/small-heaps.ts";
import { pathText } from "../core/change/path-text.ts";
import { type Exclusion, exclusionOf } from "../core/scan/exclusion.ts";
import type { FamilyPlace } from "../flows/scan-family.ts";
import type { LocalUnread } from "../flows/scan-local-file.ts";
import { cacheDirectory } from "./compose-scan-state.ts";
import { remembered } from "./remembered.ts";
import { composeLooseTasks, composePackedTasks } from "./compose-packed-tasks.ts";
import type { ContentTask, ScanTask } from "./scan-task.ts";

/** Where content comes from. `paths` restrict what comes from git, if there are any. */
export type ScanSource =
  | { readonly kind: "paths"; readonly paths: readonly string[]; readonly respectGitignore: boolean }
  | { readonly kind: "content"; readonly path: string; readonly read: () => Promise<ContentTask["content"]> }
  | { readonly kind: "staged"; readonly paths: readonly string[] }
  | { readonly kind: "since"; readonly ref: string; readonly paths: readonly string[] }
  /** Everything that any ref leads to, messages of commits and tags too; if asked for also what no ref leads to. */
  | { readonly kind: "history"; readonly paths: readonly string[]; readonly dangling: boolean };

export type SourceOptions = {
  readonly cwd: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Globs as in a .gitignore, from `cwd`. */
  readonly exclude: readonly string[];
  readonly maxBytes: number;
  /** So many bytes of each pack are kept, about. */
  readonly window?: number;
  readonly signal: AbortSignal;
  /** Names everything by which is scanned, so that what was clean can be kept; null: nothing is kept. */
  readonly state: (() => Promise<string>) | null;
};

/** A source as a whole cannot be used; `message` is for people. */
export class SourceUnusable extends Error {
  override readonly name = "SourceUnusable";
}

/** What was met and is not content: grows while the tasks are taken. */
export type PassedOver = { symbolicLinks: number; specialFiles: number; excluded: number };

/** How much work is known to come, in the units in which results tell theirs: known some time after the first task is asked for; 0 until then. */
export type Expected = { work: number };

/** What there is to scan, as it is come upon. Throws, while the tasks are taken, when a source as a whole cannot be used. */
export function composeScanTasks(
  source: ScanSource,
  options: SourceOptions,
): {
  readonly tasks: AsyncIterable<ScanTask>;
  readonly passedOver: Readonly<PassedOver>;
  readonly expected: Readonly<Expected>;
  /** All commits of a history, once they were listed with their parents. */
  readonly graph: () => CommitGraph | null;
} {
  let graph: CommitGraph | null = null;
  const onGraph = (known: CommitGraph | null): void => void (graph = known);
  const expected: Expected = { work: 0 };
  const passedOver: PassedOver = { symbolicLinks: 0, specialFiles: 0, excluded: 0 };
  const isExcluded = exclusionOf(options.exclude);
  if (source.kind === "history" || source.kind === "paths") keepHeapsSmall();
  const tasks = async function* (): AsyncGenerator<ScanTask, void, undefined> {
    try {
      if (source.kind === "paths") yield* fromPaths(source, options, isExcluded, passedOver);
      else if (source.kind === "content")
        yield { path: source.path, judgedAs: source.path, content: await source.read() };
      else yield* fromGit(source, options, isExcluded, { passedOver, expected, onGraph });
    } catch (cause) {
      throw cause instanceof NoWorkTree ? new SourceUnusable(cause.message, { cause }) : cause;
    }
  };
  return { tasks: tasks(), passedOver, expected, graph: () => graph };
}

async function* fromPaths(
  { paths, respectGitignore }: Extract<ScanSource, { kind: "paths" }>,
  { cwd, environment, signal }: SourceOptions,
  isExcluded: Exclusion,
  passedOver: PassedOver,
): AsyncGenerator<ScanTask, void, undefined> {
  for (const path of paths) {
    const listed = respectGitignore && isDirectory(path, cwd);
    const found = listed
      ? walkListed(path, cwd, await listWorkFiles(resolve(cwd, path), environment, signal), isExcluded)
      : walkFiles(path, cwd, isExcluded);
    let contents: ContentTask[] = [];
    for (const walked of found) {
      const task = taskOf(walked, passedOver);
      if (task === null) continue;
      contents.push(task);
      if (contents.length < filesTogether) continue;
      yield { contents };
      contents = [];
    }
    yield* contents;
  }
}

/** So many files are one task: each by itself takes as long on its way as in the scanner. */
const filesTogether = 32;

function taskOf(walked: Walked, passedOver: PassedOver): ContentTask | null {
  if (walked.kind === "passed-over") {
    passedOver[walked.what] += 1;
    return null;
  }
  if (walked.kind === "unread") return { path: walked.path, judgedAs: walked.path, content: walked };
  const { path, judgedAs, file } = walked;
  return { path, judgedAs, content: { kind: "file", file } };
}

const isDirectory = (path: string, cwd: string): boolean =>
  statSync(resolve(cwd, path), { throwIfNoEntry: false })?.isDirectory() === true;

/** Whoever is told of what comes with the tasks. */
type Told = {
  readonly passedOver: PassedOver;
  readonly expected: Expected;
  readonly onGraph: (graph: CommitGraph | null) => void;
};

type GitSource = Extract<ScanSource, { kind: "staged" | "since" | "history" }>;

async function* fromGit(
  source: GitSource,
  options: SourceOptions,
  isExcluded: Exclusion,
  told: Told,
): AsyncGenerator<ScanTask, void, undefined> {
  const tree = await openWorkTree(options.cwd, options.environment, options.signal);
  const store = source.kind === "history" ? await openStoreOf(tree.repository, options.window) : null;
  try {
    yield* fromWorkTree({ source, tree, store }, options, isExcluded, told);
  } finally {
    store?.close();
  }
}

/** `store`: the objects of the work tree as they lie on the disk, for a history. */
async function* fromWorkTree(
  { source, tree, store }: { readonly source: GitSource; readonly tree: WorkTree; readonly store: ObjectStore | null },
  { cwd, environment, maxBytes, state }: SourceOptions,
  isExcluded: Exclusion,
  { passedOver, expected, onGraph }: Told,
): AsyncGenerator<ScanTask, void, undefined> {
  const shown = remembered((path) => slashed(relative(cwd, join(tree.top, path))));
  const wanted = source.paths.map((path) => slashed(relative(tree.top, resolve(cwd, path))));
  const isWanted = (path: string): boolean =>
    wanted.length === 0 || wanted.some((one) => one === "" || path === one || path.startsWith(`${one}/`));
  const listed = await blobsOf(source, tree, store);
  onGraph(listed.history?.graph ?? null);
  for (const { path, reason, detail } of listed.unread) {
    yield { path, judgedAs: path, content: { kind: "unread", reason, detail } };
  }
  const blobs = listed.blobs.filter((blob) => {
    const path = pathText(blob.path);
    if (!isWanted(path)) return false;
    if (!isExcluded(shown(path), false)) return true;
    passedOver.excluded += 1;
    return false;
  });
  const placed = (path: string, commit?: string): FamilyPlace => ({
    path: shown(path),
    judgedAs: path,
    ...(commit === undefined ? {} : { commit }),
  });
  let rest: readonly PlacedBlob[] = blobs;
  if (source.kind === "staged") rest = yield* composeLooseTasks(tree.objects, blobs, placed, maxBytes);
  if (source.kind === "history") {
    const cache = state === null ? null : { directory: cacheDirectory(environment), asked: await state() };
    rest = yield* composePackedTasks(tree.repository, store, blobs, placed, { maxBytes, cache, expected });
  }
  if (rest.length === 0 && listed.history === undefined) return;
  for await (const content of readPlacedBlobs(tree.repository, rest, maxBytes))
    yield { ...placed(content.path, content.commit), content };
  // Paths restrict files; messages are of the whole.
  if (listed.history === undefined || wanted.length > 0) return;
  let [contents, size]: [ContentTask[], number] = [[], 0];
  for await (const content of readMessages(tree.repository, listed.history)) {
    const { path, commit } = content;
    // A copy: of a view all the memory under it would be sent.
    const own = content.kind === "read" ? { ...content, bytes: new Uint8Array(content.bytes) } : content;
    contents.push({ path, judgedAs: path, ...(commit === undefined ? {} : { commit }), content: own });
    size += own.kind === "read" ? own.bytes.length : 0;
    if (contents.length < mostMessages && size < mostMessageBytes) continue;
    yield { contents };
    [contents, size] = [[], 0];
  }
  if (contents.length > 0) yield { contents };
}

/** So many messages are one task. */
const mostMessages = 500;
const mostMessageBytes = 1 << 18;

type Listed = {
  readonly history?: History;
  readonly blobs: readonly PlacedBlob[];
  readonly unread: readonly Pick<LocalUnread, "path" | "reason" | "detail">[];
};

async function blobsOf(
  source: GitSource,
  { repository }: Pick<WorkTree, "repository">,
  store: ObjectStore | null,
): Promise<Listed> {
  if (source.kind === "history") {
    const history = await (source.dangling ? listEverything(repository, store) : listHistory(repository, store));
    return { history, blobs: history.blobs, unread: history.unlisted };
  }
  if (source.kind === "since") {
    const since = await listNewSince(repository, source.ref);
    if (since.kind === "unknown") throw new SourceUnusable(`There is no commit "${since.name}" in this repository.`);
    return { blobs: since.blobs, unread: since.unlisted };
  }
  const { blobs, unmerged } = await listStaged(repository);
  const detail = "It has a merge conflict that is not resolved, so it is not staged.";
  return { blobs, unread: unmerged.map((path) => ({ path: pathText(path), reason: "unreadable", detail })) };
}

const slashed = (path: string): string => path.replaceAll(sep, "/");
