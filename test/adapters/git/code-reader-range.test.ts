import type { Change } from "../../../src/core/change/change.ts";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { changeOf, readAll, startBench, textsOf, type Bench, type ReadChange } from "../../support/reader-bench.ts";

let bench: Bench;
beforeEach(async () => {
  bench = await startBench();
});
afterEach(() => bench.close());

const shas = (change: ReadChange): string[] => change.commits.map(({ sha }) => sha);

describe("what a push brought to its branch", () => {
  const signal = new AbortController().signal;

  test("is what the branch did not lead to before, or everything where that cannot be known", async () => {
    const [base = "", leak = "", after = "", other = ""] = await bench.origin.commits([
      { files: { a: "1" } },
      { parents: [0], files: { a: "2" } },
      { parents: [1], files: { a: "3" } },
      { parents: [0], files: { a: "4" } },
    ]);
    await bench.origin.setRef("refs/heads/main", base);
    await bench.origin.setRef("refs/heads/topic", after);
    await bench.origin.setRef("refs/heads/other", other);
    const brought = async (head: string, before: string | null) => {
      const change = bench.push(head, before, "refs/heads/topic");
      await readAll(bench.reader, change);
      return [...(await bench.reader.past.broughtBy(change, [leak], signal))];
    };
    expect(await brought(after, leak)).toEqual([]);
    expect(await brought(leak, base)).toEqual([leak]);
    expect(await brought(leak, other)).toEqual([leak]);
    expect(await brought(leak, null)).toEqual([leak]);
    expect(await brought(after, "1".repeat(40))).toEqual([leak]);
  });
});

describe("a push to the default branch", () => {
  test("covers all its commits, oldest first, and what was added and removed again within it", async () => {
    const [before = "", added = "", removed = ""] = await bench.origin.commits([
      { files: { "a.txt": "one", "old.txt": "old" } },
      {
        parents: [0],
        files: { "a.txt": "two", "key.txt": "key" },
        author: "Zoë <zoe@example.test>",
        subject: "Add\n\nbody",
      },
      { parents: [1], files: { "a.txt": "three", "key.txt": null }, time: 1_700_000_500 },
    ]);
    await bench.origin.setRef("refs/heads/main", removed);

    const change = await readAll(bench.reader, bench.push(removed, before));

    expect(change.commits).toEqual([
      {
        sha: added,
        parents: [before],
        authorName: "Zoë",
        authorEmail: "zoe@example.test",
        committedAt: "2023-11-14T22:13:21.000Z",
        subject: "Add",
      },
      expect.objectContaining({ sha: removed, parents: [added], committedAt: "2023-11-14T22:21:40.000Z" }),
    ]);
    expect(textsOf(change)).toEqual(["a.txt: three", "a.txt: two", "key.txt: key"]);
    const places = change.read.flatMap(({ places }) => places);
    expect(places).toContainEqual({ path: "key.txt", commit: added, atHead: false });
    expect(places).toContainEqual({ path: "a.txt", commit: removed, atHead: true });
    expect(change.unread).toEqual([]);
  });

  test("that is the first covers everything", async () => {
    const [, head = ""] = await bench.origin.commits([{ files: { a: "1" } }, { parents: [0], files: { b: "2" } }]);
    await bench.origin.setRef("refs/heads/main", head);
    const change = await readAll(bench.reader, bench.push(head, null));
    expect(change.commits).toHaveLength(2);
    expect(textsOf(change)).toEqual(["a: 1", "b: 2"]);
  });

  test("that forces another history covers all of what is new, also of commits that were dropped before", async () => {
    const [base = "", dropped = "", kept = ""] = await bench.origin.commits([
      { files: { a: "base" } },
      { parents: [0], files: { a: "dropped" } },
      { parents: [0], files: { a: "kept" } },
    ]);
    await bench.origin.setRef("refs/heads/main", dropped);
    await readAll(bench.reader, bench.push(dropped, base));
    await bench.origin.setRef("refs/heads/main", kept);
    const change = await readAll(bench.reader, bench.push(kept, dropped));
    expect(shas(change)).toEqual([kept]);
    expect(textsOf(change)).toEqual(["a: kept"]);
  });

  test("whose old head is gone everywhere covers everything", async () => {
    const [first = "", head = ""] = await bench.origin.commits([
      { files: { a: "1" } },
      { parents: [0], files: { a: "2" } },
    ]);
    await bench.origin.setRef("refs/heads/main", head);
    const change = await readAll(bench.reader, bench.push(head, "1".repeat(40)));
    expect(shas(change)).toEqual([first, head]);
    expect(textsOf(change)).toEqual(["a: 1", "a: 2"]);
  });

  test("that moves the head back brings nothing", async () => {
    const [first = "", second = ""] = await bench.origin.commits([
      { files: { a: "1" } },
      { parents: [0], files: { a: "2" } },
    ]);
    await bench.origin.setRef("refs/heads/main", first);
    const change = await readAll(bench.reader, bench.push(first, second));
    expect(change).toEqual({ commits: [], submodules: 0, read: [], messages: [], unread: [] });
  });
});

describe("a push to another branch", () => {
  test("that is new covers what the default branch does not have", async () => {
    const [base = "", main = "", feature = ""] = await bench.origin.commits([
      { files: { a: "1" } },
      { parents: [0], files: { a: "main" } },
      { parents: [0], files: { b: "feature" } },
    ]);
    await bench.origin.setRef("refs/heads/main", main);
    await bench.origin.setRef("refs/heads/feature", feature);
    const change = await readAll(bench.reader, bench.push(feature, null, "refs/heads/feature"));
    expect(shas(change)).toEqual([feature]);
    expect(textsOf(change)).toEqual(["b: feature"]);
    expect(change.commits[0]?.parents).toEqual([base]);
  });

  test("that is new and has no commits of its own brings nothing", async () => {
    const main = await bench.origin.commit({ files: { a: "1" } });
    await bench.origin.setRef("refs/heads/main", main);
    const change = await readAll(bench.reader, bench.push(main, null, "refs/heads/feature"));
    expect(change).toEqual({ commits: [], submodules: 0, read: [], messages: [], unread: [] });
  });

  test("covers the whole branch again, and what a merge of the default branch brought to it", async () => {
    const [, first = "", main = "", second = ""] = await bench.origin.commits([
      { files: { a: "1" } },
      { parents: [0], files: { b: "first" } },
      { parents: [0], files: { c: "main" } },
      { parents: [1, 2], files: { c: "main", b: "second" } },
    ]);
    await bench.origin.setRef("refs/heads/main", main);
    await bench.origin.setRef("refs/heads/feature", second);
    const change = await readAll(bench.reader, bench.push(second, first, "refs/heads/feature"));
    expect(shas(change).toSorted()).toEqual([first, main, second].toSorted());
    expect(textsOf(change)).toEqual(["b: first", "b: second", "c: main"]);
  });

  test("covers everything while there is no default branch", async () => {
    const [first = "", second = ""] = await bench.origin.commits([
      { files: { a: "1" } },
      { parents: [0], files: { a: "2" } },
    ]);
    await bench.origin.setRef("refs/heads/feature", second);
    const change = await readAll(bench.reader, bench.push(second, first, "refs/heads/feature"));
    expect(shas(change)).toEqual([first, second]);
    expect(textsOf(change)).toEqual(["a: 1", "a: 2"]);
  });

  test("whose old head is gone covers what the default branch does not have", async () => {
    const [main = "", , head = ""] = await bench.origin.commits([
      { files: { a: "1" } },
      { parents: [0], files: { a: "2" } },
      { parents: [1], files: { a: "3" } },
    ]);
    await bench.origin.setRef("refs/heads/main", main);
    await bench.origin.setRef("refs/heads/feature", head);
    const change = await readAll(bench.reader, bench.push(head, "1".repeat(40), "refs/heads/feature"));
    expect(textsOf(change)).toEqual(["a: 2", "a: 3"]);
  });

  test("with a history of its own covers all of it", async () => {
    const [main = "", other = "", head = ""] = await bench.origin.commits([
      { files: { a: "main" } },
      { files: { a: "other" } },
      { parents: [1], files: { a: "head" } },
    ]);
    await bench.origin.setRef("refs/heads/main", main);
    const change = await readAll(bench.reader, bench.push(head, other, "refs/heads/pages"));
    expect(textsOf(change)).toEqual(["a: head", "a: other"]);
  });

  test("that was merged and deleted before it was read covers what it brought", async () => {
    const [first = "", , head = "", , merge = "", later = ""] = await bench.origin.commits([
      { files: { a: "1" } },
      { parents: [0], files: { b: "on the branch" } },
      { parents: [1], files: { c: "on the branch" } },
      { parents: [0], files: { d: "beside it" } },
      { parents: [3, 2], files: {} },
      { parents: [4], files: { e: "after it" } },
    ]);
    await bench.origin.setRef("refs/heads/main", later);
    const change = await readAll(bench.reader, bench.push(head, null, "refs/heads/feature"));
    expect(textsOf(change)).toEqual(["b: on the branch", "c: on the branch"]);
    // What the default branch was moved on to is its own: its push has it.
    expect(textsOf(await readAll(bench.reader, bench.push(merge, null, "refs/heads/same")))).toEqual([]);
    expect(textsOf(await readAll(bench.reader, bench.push(first, null, "refs/heads/old")))).toEqual([]);
  });

  test("that was merged with the default branch criss-cross covers only what one of them lacks", async () => {
    const [, , , main = "", before = "", head = ""] = await bench.origin.commits([
      { files: { a: "1" } },
      { parents: [0], files: { x: "x" } },
      { parents: [0], files: { y: "y" } },
      { parents: [1, 2], files: { y: "y" } },
      { parents: [2, 1], files: { x: "x" } },
      { parents: [4], files: { z: "z" } },
    ]);
    await bench.origin.setRef("refs/heads/main", main);
    const change = await readAll(bench.reader, bench.push(head, before, "refs/heads/feature"));
    expect(shas(change)).toEqual([before, head]);
    expect(textsOf(change)).toEqual(["z: z"]);
  });

  test("whose name looks like an option is read like any other", async () => {
    const [main = "", head = ""] = await bench.origin.commits([
      { files: { a: "1" } },
      { parents: [0], files: { a: "2" } },
    ]);
    await bench.origin.setRef("refs/heads/main", main);
    const ref = "refs/heads/--upload-pack=touch${IFS}pwned";
    await bench.origin.setRef(ref, head);
    expect(textsOf(await readAll(bench.reader, bench.push(head, null, ref)))).toEqual(["a: 2"]);
  });
});

describe("merges", () => {
  test("bring their side branch, and what the merge itself put in", async () => {
    const [base = "", side = "", main = "", merge = ""] = await bench.origin.commits([
      { files: { a: "base", b: "base" } },
      { parents: [0], files: { a: "side" } },
      { parents: [0], files: { b: "main" } },
      { parents: [2, 1], files: { a: "evil", hidden: "evil too" } },
    ]);
    await bench.origin.setRef("refs/heads/main", merge);
    const change = await readAll(bench.reader, bench.push(merge, main));
    expect(shas(change)).toEqual([side, merge]);
    expect(textsOf(change)).toEqual(["a: evil", "a: side", "hidden: evil too"]);
    expect(change.commits.at(-1)?.parents).toEqual([main, side]);
    expect(change.commits[0]?.parents).toEqual([base]);
  });

  test("of many branches at once are covered", async () => {
    const [base = "", , , , octopus = ""] = await bench.origin.commits([
      { files: { a: "base" } },
      { parents: [0], files: { b: "b" } },
      { parents: [0], files: { c: "c" } },
      { parents: [0], files: { d: "d" } },
      { parents: [1, 2, 3], files: { c: "c", d: "octopus", a: "evil" } },
    ]);
    const change = await readAll(bench.reader, bench.push(octopus, base));
    expect(change.commits).toHaveLength(4);
    expect(textsOf(change)).toEqual(["a: evil", "b: b", "c: c", "d: d", "d: octopus"]);
  });

  test("of the base into a pull request do not bring what the base had already", async () => {
    const [, feature = "", base = "", head = ""] = await bench.origin.commits([
      { files: { a: "1" } },
      { parents: [0], files: { b: "feature" } },
      { parents: [0], files: { a: "base", more: "base" } },
      { parents: [1, 2], files: { a: "base", more: "base" } },
    ]);
    await bench.origin.setRef("refs/heads/main", base);
    const source = { kind: "pull-request", number: 3, baseRef: "main", baseSha: base } as const;
    const change = await readAll(bench.reader, changeOf(bench.repo, head, source));
    expect(shas(change)).toEqual([feature, head]);
    expect(textsOf(change)).toEqual(["b: feature"]);
  });
});

describe("a pull request from a fork", () => {
  test("is read from the repository it goes to", async () => {
    const { base, head } = await openPullRequest();
    const change = await readAll(bench.reader, pullRequest(head, base));
    expect(shas(change)).toEqual([head]);
    expect(textsOf(change)).toEqual(["a: fork"]);
  });

  test("is read through its own ref where the server gives nothing by id, even when that has moved on", async () => {
    const { base, head } = await openPullRequest();
    bench.server.oldProtocol = true;
    await bench.origin.git(["config", "uploadpack.allowAnySHA1InWant", "false"]);
    const change = await readAll(bench.reader, pullRequest(head, base));
    expect(shas(change)).toEqual([head]);
    expect(textsOf(change)).toEqual(["a: fork"]);
  });

  async function openPullRequest(): Promise<{ base: string; head: string }> {
    const [base = "", head = "", later = ""] = await bench.origin.commits([
      { files: { a: "1" } },
      { parents: [0], files: { a: "fork" } },
      { parents: [1], files: { a: "later" } },
    ]);
    await bench.origin.setRef("refs/heads/main", base);
    await bench.origin.setRef("refs/pull/9/head", later);
    return { base, head };
  }

  const pullRequest = (head: string, baseSha: string): Change =>
    changeOf(bench.repo, head, { kind: "pull-request", number: 9, baseRef: "main", baseSha });
});

test("a pull request whose base is gone covers what the default branch does not have", async () => {
  const [base = "", head = ""] = await bench.origin.commits([
    { files: { a: "1" } },
    { parents: [0], files: { a: "2" } },
  ]);
  await bench.origin.setRef("refs/heads/main", base);
  const source = { kind: "pull-request", number: 9, baseRef: "main", baseSha: "1".repeat(40) } as const;
  expect(textsOf(await readAll(bench.reader, changeOf(bench.repo, head, source)))).toEqual(["a: 2"]);
});

describe("a tag", () => {
  test("that is annotated covers the commits behind it", async () => {
    const [main = "", tagged = ""] = await bench.origin.commits([
      { files: { a: "1" } },
      { parents: [0], files: { a: "2" } },
    ]);
    await bench.origin.setRef("refs/heads/main", main);
    const tag = await annotatedTag("v1", tagged, "commit");
    const change = await readAll(bench.reader, bench.push(tag, null, "refs/tags/v1"));
    expect(shas(change)).toEqual([tagged]);
    expect(textsOf(change)).toEqual(["a: 2"]);
    expect(change.read[0]?.places).toEqual([{ path: "a", commit: tagged, atHead: true }]);
  });

  test("that is moved covers what the default branch or its old place does not have", async () => {
    const [main = "", old = "", moved = ""] = await bench.origin.commits([
      { files: { a: "1" } },
      { parents: [0], files: { a: "old" } },
      { parents: [1], files: { a: "moved" } },
    ]);
    await bench.origin.setRef("refs/heads/main", main);
    const before = await annotatedTag("old", old, "commit");
    const after = await annotatedTag("new", moved, "commit");
    const change = await readAll(bench.reader, bench.push(after, before, "refs/tags/v1"));
    expect(textsOf(change)).toEqual(["a: moved", "a: old"]);
  });

  test("on a released commit brings nothing", async () => {
    const main = await bench.origin.commit({ files: { a: "1" } });
    await bench.origin.setRef("refs/heads/main", main);
    const tag = await annotatedTag("v1", main, "commit");
    expect(textsOf(await readAll(bench.reader, bench.push(tag, null, "refs/tags/v1")))).toEqual([]);
  });

  test("of a tree or a blob is read too", async () => {
    const main = await bench.origin.commit({ files: { a: "1", "d/b": "2" } });
    await bench.origin.setRef("refs/heads/main", main);
    const blob = (await bench.origin.git(["hash-object", "-w", "--stdin"], "a public key")).trim();
    const blobTag = await annotatedTag("key", blob, "blob");
    const blobChange = await readAll(bench.reader, bench.push(blobTag, null, "refs/tags/key"));
    expect(blobChange.read.map(({ places }) => places)).toEqual([
      [{ path: "refs/tags/key", commit: blobTag, atHead: true }],
    ]);
    const tree = (await bench.origin.git(["rev-parse", `${main}^{tree}`])).trim();
    const treeChange = await readAll(bench.reader, bench.push(tree, null, "refs/tags/tree"));
    expect(textsOf(treeChange)).toEqual(["a: 1", "d/b: 2"]);
    expect(treeChange.commits).toEqual([]);
  });

  test("has its own message read, and those of the tags it leads through", async () => {
    const main = await bench.origin.commit({ files: { a: "1" } });
    await bench.origin.setRef("refs/heads/main", main);
    const inner = await annotatedTag("inner words", main, "commit");
    const outer = await annotatedTag("outer words", inner, "tag");
    const { messages } = await readAll(bench.reader, bench.push(outer, null, "refs/tags/v1"));
    expect(messages.map(({ of, sha, bytes }) => [of, sha, Buffer.from(bytes).toString()])).toEqual([
      ["tag", outer, "outer words\n"],
      ["tag", inner, "inner words\n"],
    ]);
    const light = await readAll(bench.reader, bench.push(main, null, "refs/tags/light"));
    expect(light.messages).toEqual([]);
  });

  async function annotatedTag(name: string, target: string, type: string): Promise<string> {
    const text = `object ${target}\ntype ${type}\ntag ${name}\ntagger Ada <ada@example.test> 1700000000 +0000\n\n${name}\n`;
    const tag = (await bench.origin.git(["hash-object", "-w", "-t", "tag", "--stdin"], text)).trim();
    await bench.origin.setRef(`refs/tags/${name.replaceAll(" ", "-")}`, tag);
    return tag;
  }
});

test("a file that is moved or copied is read at its new place, from content the cache did not have", async () => {
  const [before = "", head = ""] = await bench.origin.commits([
    { files: { "old/name": "moved", same: "copied" } },
    { parents: [0], files: { "old/name": null, "new/name": "moved", "also/here": "moved", copy: "copied" } },
  ]);
  await bench.origin.setRef("refs/heads/main", head);
  const change = await readAll(bench.reader, bench.push(head, before));
  expect(textsOf(change)).toEqual(["also/here: moved", "copy: copied", "new/name: moved"]);
  expect(change.read).toHaveLength(2);
});

test("a revert brings back content of long ago", async () => {
  const [, before = "", head = ""] = await bench.origin.commits([
    { files: { a: "long ago" } },
    { parents: [0], files: { a: "later" } },
    { parents: [1], files: { "elsewhere/b": "long ago" } },
  ]);
  expect(textsOf(await readAll(bench.reader, bench.push(head, before)))).toEqual(["elsewhere/b: long ago"]);
});

test("a repository with SHA-256 is read like any other", async () => {
  const other = await startBench({ objectFormat: "sha256" });
  try {
    const [before = "", head = ""] = await other.origin.commits([
      { files: { a: "1", b: "moved" } },
      { parents: [0], files: { a: "2", b: null, c: "moved" } },
    ]);
    expect(head).toHaveLength(64);
    expect(textsOf(await readAll(other.reader, other.push(head, before)))).toEqual(["a: 2", "c: moved"]);
  } finally {
    await other.close();
  }
});

test("six hundred commits are covered", async () => {
  const commits = Array.from({ length: 601 }, (_, i) => ({
    parents: i === 0 ? [] : [i - 1],
    files: { [`f${i % 20}`]: `version ${i}` },
  }));
  const made = await bench.origin.commits(commits);
  const change = await readAll(bench.reader, bench.push(made[600] ?? "", made[0] ?? ""));
  expect(shas(change)).toEqual(made.slice(1));
  expect(change.read).toHaveLength(600);
});
