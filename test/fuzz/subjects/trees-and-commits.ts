import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateSync } from "node:zlib";
import fc from "fast-check";
import { GitFailed } from "../../../src/adapters/git/git-process.ts";
import { openStoreOf } from "../../../src/adapters/git/pack/open-store.ts";
import { type History, listEverything, listHistory, readMessages } from "../../../src/adapters/git/list-history.ts";
import { type Repository, repositoryAt } from "../../../src/adapters/git/repository.ts";
import { expectThat, type FuzzSubject } from "../subject.ts";

/** Longer than git takes for a handful of objects, on a machine that is busy with other things. */
const patienceMs = 60_000;

const blobs = ["", "one\n", "KEY=two\n", "three\0", "four\n".repeat(300)].map((text) => Buffer.from(text));

const oddMode = fc.constantFrom(
  ..."100644 100755 120000 160000 40000 040000 0100644 100664 140000 777777 1 0 644 9 -1 x".split(" "),
);
const name = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom("a", "b", "c", "a.txt", "d") },
  fc.constantFrom(
    "",
    ".",
    "..",
    ".git",
    ".GIT",
    "a/b",
    "/",
    "a\nb",
    'a"b',
    "a\tb",
    "\x01",
    "\xff\xfe",
    "a ",
    "n".repeat(5000),
  ),
  fc.string({ unit: "binary-ascii", maxLength: 5 }),
);
/** What an entry leads to: a blob, a tree that was made before, or nothing that there is. */
const target = fc.oneof(
  { weight: 12, arbitrary: fc.record({ kind: fc.constant("blob" as const), at: fc.nat(blobs.length - 1) }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("tree" as const), at: fc.nat(4) }) },
  fc.record({ kind: fc.constant("none" as const), at: fc.nat(255) }),
);
const entry = fc.oneof(
  { weight: 5, arbitrary: fc.record({ mode: fc.constant(null), name, target }) },
  fc.record({ mode: oddMode, name, target }),
);
/** A place in an object where a byte is another one, or where it ends. */
const damage = fc.oneof(
  { weight: 8, arbitrary: fc.constant(null) },
  fc.record({ at: fc.nat(), to: fc.nat(255), isCut: fc.boolean() }),
);
const tree = fc.record({ entries: fc.array(entry, { maxLength: 5 }), isSorted: fc.boolean(), damage });

const person = fc.constantFrom(
  "A <a@example.test> 1700000000 +0000",
  "A <a@example.test> 99999999999999999999 +9999",
  "A <a@example.test>",
  "A",
  "<> 0 +0000",
  "A <a@example.test> -5 -0",
  "",
);
const lostParent = -1;
const commit = fc.record({
  tree: fc.option(fc.nat(4), { nil: null, freq: 20 }),
  parents: fc.array(fc.oneof({ weight: 10, arbitrary: fc.nat(3) }, fc.constant(lostParent)), { maxLength: 3 }),
  author: fc.oneof({ weight: 8, arbitrary: fc.constant("A <a@example.test> 1700000000 +0000") }, person),
  more: fc.constantFrom(
    "",
    "",
    "",
    "encoding x-none\n",
    "gpgsig a\n b\n c\n",
    "mergetag object x\n y\n",
    "\0\n",
    "tree x\n",
  ),
  message: fc.constantFrom(
    "\nfirst\n\nmore\n",
    "\n",
    "",
    "no empty line\n",
    "\n\0\xff\n",
    `\n${"word ".repeat(3000)}\n`,
  ),
  damage,
});

type Tree = typeof tree extends fc.Arbitrary<infer T> ? T : never;
type Commit = typeof commit extends fc.Arbitrary<infer T> ? T : never;

/**
 * Trees and commits as no git writes them: entries of any mode and name, out of order, twice, leading to nothing or to the wrong kind; commits with lines missing, twice
 * or of anything; bytes changed and ends cut. Whatever git itself finds in the tree of a commit that it lists is listed by Keyward, or the commit is told.
 */
export const treesAndCommitsSubject: FuzzSubject = {
  name: "trees-and-commits",
  shortRuns: 10,
  inputsPerRun: 1,
  start: async () => {
    const top = mkdtempSync(join(tmpdir(), "keyward-fuzz-trees-"));
    const property = fc.asyncProperty(
      fc.array(tree, { minLength: 1, maxLength: 5 }),
      fc.array(commit, { minLength: 1, maxLength: 4 }),
      async (trees, commits) => {
        const directory = mkdtempSync(join(top, "r-"));
        try {
          write(directory, trees, commits);
          await expectEverything(directory);
        } finally {
          rmSync(directory, { recursive: true, force: true });
        }
      },
    );
    return { property, end: async () => rmSync(top, { recursive: true, force: true }) };
  },
};

/** A bare repository with these objects in files of their own; a branch for each commit. */
function write(directory: string, trees: readonly Tree[], commits: readonly Commit[]): void {
  for (const folder of ["objects/info", "objects/pack", "refs/heads"])
    mkdirSync(join(directory, folder), { recursive: true });
  writeFileSync(join(directory, "HEAD"), "ref: refs/heads/main\n");
  writeFileSync(join(directory, "config"), "[core]\n\trepositoryformatversion = 0\n\tbare = true\n");
  const blobNames = blobs.map((bytes) => put(directory, "blob", bytes));
  const treeNames: string[] = [];
  for (const { entries, isSorted, damage } of trees) {
    const lines = entries.map(({ mode, name, target }) => {
      const known =
        target.kind === "blob" ? blobNames[target.at] : target.kind === "tree" ? treeNames[target.at] : null;
      const id = known ?? target.at.toString(16).padStart(2, "0").repeat(20);
      const bits = mode ?? (target.kind === "tree" ? "40000" : "100644");
      return { name, bytes: Buffer.concat([Buffer.from(`${bits} ${name}\0`, "latin1"), Buffer.from(id, "hex")]) };
    });
    if (isSorted) lines.sort((a, b) => (a.name < b.name ? -1 : 1));
    treeNames.push(put(directory, "tree", damaged(Buffer.concat(lines.map(({ bytes }) => bytes)), damage)));
  }
  const commitNames: string[] = [];
  for (const { tree, parents, author, more, message, damage } of commits) {
    const none = "0123456789".repeat(4);
    const lines = [
      ...(tree === null ? [] : [`tree ${treeNames[tree % treeNames.length] ?? none}\n`]),
      ...parents.map((at) => `parent ${commitNames[at] ?? (at === lostParent ? none : (commitNames[0] ?? ""))}\n`),
      `author ${author}\ncommitter ${author}\n${more}${message}`,
    ].filter((line) => line !== "parent \n");
    commitNames.push(put(directory, "commit", damaged(Buffer.from(lines.join(""), "latin1"), damage)));
  }
  for (const [at, sha] of commitNames.entries())
    writeFileSync(join(directory, "refs/heads", at === 0 ? "main" : `branch-${at}`), `${sha}\n`);
}

function damaged(bytes: Buffer, damage: { at: number; to: number; isCut: boolean } | null): Buffer {
  if (damage === null || bytes.length === 0) return bytes;
  const at = damage.at % bytes.length;
  if (damage.isCut) return bytes.subarray(0, at);
  return Buffer.from(bytes).fill(damage.to, at, at + 1);
}

/** What is written is what its name says: only what it says is wrong. */
function put(directory: string, type: string, content: Buffer): string {
  const object = Buffer.concat([Buffer.from(`${type} ${content.length}\0`), content]);
  const sha = createHash("sha1").update(object).digest("hex");
  const folder = join(directory, "objects", sha.slice(0, 2));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, sha.slice(2)), deflateSync(object));
  return sha;
}

async function expectEverything(directory: string): Promise<void> {
  const repository = repositoryAt(directory, process.env, AbortSignal.timeout(patienceMs), patienceMs);
  const read = async <T>(work: () => Promise<T>): Promise<T | null> => {
    try {
      return await work();
    } catch (error) {
      if (repository.signal.aborted) throw new Error("reading hangs", { cause: error });
      // That nothing of the repository can be read is said as well, in git's words.
      if (error instanceof GitFailed && error.why === "exit") return null;
      throw error;
    }
  };
  const everything = await read(() => listEverything(repository));
  if (everything !== null) await expectListed(repository, everything);
  const history = await read(() => listHistory(repository));
  const store = await openStoreOf(repository);
  const stored = await read(() => listHistory(repository, store));
  store?.close();
  expectThat((history === null) === (stored === null), "what git can list is listed with a store too");
  if (history === null || stored === null) return;
  await expectListed(repository, history);
  await expectListed(repository, stored);
  const messages = new Map<string, string>();
  for await (const { commit = "", kind } of readMessages(repository, history)) messages.set(commit, kind);
  expectThat(
    history.commits.every((sha) => messages.has(sha)),
    "the message of each commit is read or told",
  );
}

/** By what git itself lists of the tree of each commit. */
async function expectListed(repository: Repository, { commits, blobs, unlisted }: History): Promise<void> {
  const listed = new Set(blobs.map(({ sha }) => sha));
  const told = new Set(unlisted.map(({ commit }) => commit));
  for (const commit of commits) {
    if (told.has(commit)) continue;
    const lines = await repository.run(["ls-tree", "-r", "-z", commit]).catch(() => null);
    for (const line of lines?.toString("latin1").split("\0") ?? []) {
      const [, sha = ""] = /^\S+ blob ([0-9a-f]{40})\t/.exec(line) ?? [];
      // A commit that was told brought it, perhaps.
      expectThat(sha === "" || listed.has(sha) || told.size > 0, `${sha}, which git lists in ${commit}, is listed`);
    }
  }
}
