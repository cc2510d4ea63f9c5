import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { RepoRef } from "../../core/change/change.ts";
import type { DropCaches } from "../../flows/ports/repositories.ts";
import type { TextReading, Texts } from "../../flows/ports/texts.ts";
import type { Trace } from "../../flows/ports/tracing.ts";
import { createKeyedMutex } from "./keyed-mutex.ts";
import { listTree, type TreeEntry } from "./list-tree.ts";
import { readOneBlob } from "./read-one-blob.ts";
import { remoteOf, type FetchNotice, type Remote, type TokenSource } from "./remote.ts";
import { RemoteRefusal } from "./remote-problem.ts";
import { cacheDirectory, discardAll, discardCache, ensureCache } from "./repository-cache.ts";
import { repositoryAt, type Repository } from "./repository.ts";

export type WikiPagesOptions = {
  /** Its own: what it holds is not shared with a code reader, whose caches are kept by other rules. */
  readonly cacheDir: string;
  readonly remoteUrl: (repo: RepoRef) => string;
  readonly token: TokenSource;
  /** Gives a token to push with; null: the app may not. */
  readonly writeToken: (repo: RepoRef) => Promise<string | null>;
  /** Under which name a page is written. */
  readonly author: () => Promise<string>;
  readonly maxPageBytes: number;
  /** For all that one page takes. */
  readonly timeoutMs: number;
  /** Put around what goes out to the remote. */
  readonly trace?: Trace;
  readonly onFetched?: FetchNotice;
};

/** Pages of wikis as they read now. */
export type WikiPages = {
  readonly dropCaches: DropCaches;
  readonly read: (repo: RepoRef, path: string) => Promise<TextReading>;
  /**
   * Commits another text of a page, on top of what is there. Rejects where the page is not any more what it was at the revision that the
   * text was made from: somebody else wrote it meanwhile, perhaps another server of Keyward's.
   */
  readonly replace: (repo: RepoRef, from: PageAt, text: string) => ReturnType<Texts["replace"]>;
};

/** A page as it was at a revision of the wiki. */
export type PageAt = { readonly path: string; readonly revision: string };

const branch = "refs/heads/master";
const maxListBytes = 1024 * 1024;

/** Reads and writes pages through git: the branch of the wiki is looked up each time, and moved only if nobody else moved it. */
export function createWikiPages(options: WikiPagesOptions): WikiPages {
  const mutex = createKeyedMutex();

  const inWiki = async <T>(repo: RepoRef, gone: T, work: (wiki: Wiki) => Promise<T>): Promise<T> => {
    const signal = AbortSignal.timeout(options.timeoutMs);
    const gitDir = cacheDirectory(options.cacheDir, repo);
    const at = (directory: string): Repository => repositoryAt(directory, process.env, signal, options.timeoutMs);
    return mutex.run(gitDir, signal, async () => {
      const repository = at(gitDir);
      await ensureCache(repository, at, 40);
      const remote = remoteOf(repository, repo, { ...options, url: options.remoteUrl(repo) });
      try {
        const head = await remote.resolveRef(branch);
        if (head === null) return gone;
        await remote.fetch({ wants: [head], haves: [], filter: "blob:none" });
        return await work({ repository, remote, head });
      } catch (error) {
        if (error instanceof RemoteRefusal && error.problem.kind === "not-found") return gone;
        throw error;
      }
    });
  };

  return {
    dropCaches: async (installationId, repoId) => {
      if (repoId === "all") return discardAll(options.cacheDir, installationId);
      const gitDir = cacheDirectory(options.cacheDir, { installationId, repoId });
      await mutex.run(gitDir, AbortSignal.timeout(options.timeoutMs), () => discardCache(gitDir));
    },
    read: (repo, path) =>
      inWiki<TextReading>(repo, { kind: "gone" }, async (wiki) => readPage(wiki, path, options.maxPageBytes)),
    replace: async (repo, from, text) => {
      const token = await options.writeToken(repo);
      if (token === null) return refused;
      return inWiki<Awaited<ReturnType<Texts["replace"]>>>(repo, { kind: "gone" }, async (wiki) => {
        const commit = await commitPage(wiki, { from, text, author: await options.author() });
        if (commit === null) return { kind: "gone" };
        const url = options.remoteUrl(repo);
        const writer = remoteOf(wiki.repository, repo, { ...options, url, token: async () => token });
        try {
          await writer.push({ commit, ref: branch, expected: wiki.head });
          return { kind: "replaced" };
        } catch (error) {
          if (error instanceof RemoteRefusal && error.problem.kind === "denied") return refused;
          throw error;
        }
      });
    },
  };
}

const refused = {
  kind: "refused",
  reason: "GitHub does not let the app push to the wiki; it takes the permission contents: write",
} as const;

type Wiki = { readonly repository: Repository; readonly remote: Remote; readonly head: string };

async function readPage({ repository, remote, head }: Wiki, path: string, maxBytes: number): Promise<TextReading> {
  const entry = await entryAt(repository, head, path);
  if (!entry) return { kind: "gone" };
  const blob = await readOneBlob(repository, remote, entry.sha, maxBytes);
  if (blob.kind === "unavailable") return { kind: "unread", detail: blob.detail };
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(blob.bytes);
    return { kind: "read", parts: [{ place: { surface: "wiki", path, revision: head }, text, path }] };
  } catch {
    return { kind: "unread", detail: "it is no text in UTF-8" };
  }
}

async function entryAt(repository: Repository, commit: string, path: string): Promise<TreeEntry | undefined> {
  const entries: TreeEntry[] = [];
  await listTree(repository, commit, maxListBytes, (entry) => entries.push(entry), [path]);
  return entries.find(({ mode }) => mode.startsWith("100"));
}

/** Makes the commit, without anything being checked out; null: there is no such page any more. */
async function commitPage(
  { repository, head }: Wiki,
  { from, text, author }: { readonly from: PageAt; readonly text: string; readonly author: string },
): Promise<string | null> {
  const { path, revision } = from;
  const entry = await entryAt(repository, head, path);
  if (!entry) return null;
  // The new text holds nothing of what was written since: not the words of people, nor masks of another server.
  if (revision !== head && (await entryAt(repository, revision, path))?.sha !== entry.sha)
    throw new Error("a page of a wiki was changed while another text of it was made; it is to be read again");
  const index = join(repository.gitDir, `index-${randomUUID()}`);
  const email = `${author}@users.noreply.github.com`;
  const env = {
    GIT_INDEX_FILE: index,
    GIT_AUTHOR_NAME: author,
    GIT_AUTHOR_EMAIL: email,
    GIT_COMMITTER_NAME: author,
    GIT_COMMITTER_EMAIL: email,
  };
  const run = async (args: readonly string[], input = ""): Promise<string> =>
    (await repository.runWith(args, input, { env })).toString().trim();
  try {
    const blob = await run(["hash-object", "-w", "--stdin"], text);
    await run(["read-tree", head]);
    await run(["update-index", "-z", "--index-info"], `${entry.mode} ${blob}\t${path}\0`);
    const tree = await run(["write-tree", "--missing-ok"]);
    return await run(["commit-tree", tree, "-p", head, "-m", "Put a mask in place of a credential"]);
  } finally {
    await rm(index, { force: true });
  }
}
