import { randomBytes } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { defaultLimits } from "../../../src/adapters/git/code-reader.ts";
import type { WhatIsKnown } from "../../../src/flows/ports/code-reader.ts";
import { readAll, startBench, textsOf, type Bench, type ReadChange } from "../../support/reader-bench.ts";
import type { TestCommit } from "../../support/git-repo.ts";

let bench: Bench;
beforeEach(async () => {
  bench = await startBench();
});
afterEach(() => bench.close());

/** Pushes one commit on top of one that has `old`, and reads it. */
async function readOne(commit: TestCommit, old: TestCommit = { files: { old: "old" } }): Promise<ReadChange> {
  const [before = "", head = ""] = await bench.origin.commits([old, { parents: [0], ...commit }]);
  await bench.origin.setRef("refs/heads/main", head);
  return readAll(bench.reader, bench.push(head, before));
}

describe("names", () => {
  test("that are odd but UTF-8 are given as they are", async () => {
    const odd = [
      "-rf",
      "--",
      "two\nlines",
      "tab\there",
      'quo"te',
      "back\\slash",
      ":(top)x",
      "*",
      "ünï/日本",
      " ",
      "\ufeffbom",
    ];
    const change = await readOne({ files: Object.fromEntries(odd.map((name) => [name, `in ${name}`])) });
    expect(textsOf(change)).toEqual(odd.map((name) => `${name}: in ${name}`).sort());
    expect(change.read.flatMap(({ places }) => places).every(({ atHead }) => atHead)).toBe(true);
  });

  test("that are not UTF-8 are quoted as git does, and told apart", async () => {
    const name = (byte: number): Buffer =>
      Buffer.concat([Buffer.from('dir/c"af'), Buffer.from([byte]), Buffer.from(".txt\n")]);
    const change = await readOne({
      rawFiles: [
        [name(0xe9), "one"],
        [name(0xe8), "two"],
      ],
    });
    expect(textsOf(change)).toEqual([String.raw`"dir/c\"af\350.txt\n": two`, String.raw`"dir/c\"af\351.txt\n": one`]);
    expect(change.read.flatMap(({ places }) => places).every(({ atHead }) => atHead)).toBe(true);
  });
});

test("each blob comes once, with all its places, those that the head still has marked", async () => {
  const [before = "", first = "", head = ""] = await bench.origin.commits([
    { files: { old: "old" } },
    { parents: [0], files: { "a/1": "same", "a/2": "same", "a/3": "same" } },
    { parents: [1], files: { "a/1": null, "a/2": "changed", "a/4": "same" } },
  ]);
  const change = await readAll(bench.reader, bench.push(head, before));
  const same = change.read.find(({ bytes }) => Buffer.from(bytes).toString() === "same");
  expect(same?.places).toEqual([
    { path: "a/1", commit: first, atHead: false },
    { path: "a/2", commit: first, atHead: false },
    { path: "a/3", commit: first, atHead: true },
    { path: "a/4", commit: head, atHead: true },
  ]);
  expect(change.read).toHaveLength(2);
});

test("what the head has is known for more files than git is asked for by name", async () => {
  const files = Object.fromEntries(Array.from({ length: 700 }, (_, i) => [`d/${i}`, `text ${i}`]));
  const change = await readOne({ files });
  expect(change.read).toHaveLength(700);
  expect(change.read.flatMap(({ places }) => places).filter(({ atHead }) => !atHead)).toEqual([]);
});

test("empty and binary content comes through unchanged", async () => {
  const binary = randomBytes(300_000);
  const change = await readOne({ files: { empty: "", binary, "with\r\n": "a\r\n\0b" } });
  const byPath = new Map(change.read.map(({ places, bytes }) => [places[0]?.path, Buffer.from(bytes)]));
  expect(byPath.get("empty")).toHaveLength(0);
  expect(byPath.get("binary")?.equals(binary)).toBe(true);
  expect(byPath.get("with\r\n")?.toString()).toBe("a\r\n\0b");
});

test("the target of a symbolic link is read as content", async () => {
  const link = { mode: "120000", content: "/etc/target" } as const;
  expect(textsOf(await readOne({ files: { link } }))).toEqual(["link: /etc/target"]);
});

test("a file that becomes executable brings nothing that was not read; one that becomes a link does", async () => {
  const change = await readOne(
    { files: { run: { mode: "100755", content: "old" }, link: { mode: "120000", content: "old" } } },
    { files: { run: "old", link: "other" } },
  );
  expect(change.read.flatMap(({ places }) => places.map(({ path }) => path)).sort()).toEqual(["link", "run"]);
});

test("links to submodules are counted, not read", async () => {
  const change = await readOne({
    files: { lib: { submodule: "a".repeat(40) }, "x/lib": { submodule: "b".repeat(40) }, f: "1" },
  });
  expect(change.submodules).toBe(2);
  expect(textsOf(change)).toEqual(["f: 1"]);
});

describe("Git LFS", () => {
  const oid = "0123456789abcdef".repeat(4);
  const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize 5242880\n`;

  test("pointers are unread, with the size of what they stand for", async () => {
    const change = await readOne({ files: { "big.bin": pointer } });
    expect(change.read).toEqual([]);
    expect(change.unread).toEqual([
      {
        path: "big.bin",
        commit: change.commits[0]?.sha,
        reason: "lfs-pointer",
        detail: "Git LFS holds the content: 5242880 bytes.",
      },
    ]);
  });

  test("text around a pointer is content", async () => {
    const texts = [`${pointer}token = x\n`, `\n${pointer}`, pointer.replace("size", "note x\nsize"), "version 1\n"];
    const change = await readOne({ files: Object.fromEntries(texts.map((text, i) => [`f${i}`, text])) });
    expect(change.read).toHaveLength(texts.length);
    expect(change.unread).toEqual([]);
  });
});

describe("a blob over the limit", () => {
  const limit = defaultLimits.maxBlobBytes;
  const sent = (): number => bench.server.requests.reduce((sum, { bytesSent }) => sum + bytesSent, 0);

  test("is not downloaded, now or the next time, and does not keep the rest from being read", async () => {
    const huge = randomBytes(60 * 1024 * 1024);
    const [before = "", head = ""] = await bench.origin.commits([
      { files: { a: "1" } },
      { parents: [0], files: { a: "2", "huge.bin": huge } },
    ]);
    await bench.origin.setRef("refs/heads/main", head);
    for (let time = 0; time < 2; time += 1) {
      const change = await readAll(bench.reader, bench.push(head, before));
      expect(textsOf(change)).toEqual(["a: 2"]);
      expect(change.unread).toEqual([
        {
          path: "huge.bin",
          commit: head,
          reason: "too-large",
          detail: `Blobs of up to ${limit} bytes are read; this one has more than that, not downloaded.`,
        },
      ]);
      expect(sent()).toBeLessThan(100_000);
    }
  });

  test("is told by its size when it was downloaded after all, and one that just fits is read", async () => {
    await bench.origin.git(["config", "uploadpack.allowFilter", "false"]);
    const reader = bench.readerWith({ limits: { ...defaultLimits, maxBlobBytes: 1000 } });
    const [before = "", head = ""] = await bench.origin.commits([
      { files: { a: "1" } },
      { parents: [0], files: { fits: "x".repeat(1000), over: "x".repeat(1001), "over too": "x".repeat(1001) } },
    ]);
    const change = await readAll(reader, bench.push(head, before));
    expect(change.read.map(({ places }) => places[0]?.path)).toEqual(["fits"]);
    expect(change.unread.map(({ detail }) => detail)).toEqual([
      "Blobs of up to 1000 bytes are read; this one has 1001 bytes. Also at 1 other place.",
    ]);
  });

  test("of a first push is left out as well, and read once the limit is raised", async () => {
    const small = bench.readerWith({ limits: { ...defaultLimits, maxBlobBytes: 1000 } });
    const head = await bench.origin.commit({ files: { a: "1", over: "x".repeat(1001) } });
    await bench.origin.setRef("refs/heads/main", head);
    const first = await readAll(small, bench.push(head, null));
    expect(textsOf(first)).toEqual(["a: 1"]);
    expect(first.unread.map(({ path, reason }) => `${path} ${reason}`)).toEqual(["over too-large"]);
    const second = await readAll(bench.reader, bench.push(head, null));
    expect(second.read).toHaveLength(2);
    expect(second.unread).toEqual([]);
  });
});

test("trees that hold one another many times over do not fill the memory, and what was not listed is said", async () => {
  const blob = (await bench.origin.git(["hash-object", "-w", "--stdin"], "content")).trim();
  let entries = Array.from({ length: 20 }, (_, i) => `100644 blob ${blob}\tfile${i}\n`).join("");
  for (let depth = 0; depth < 8; depth += 1) {
    const tree = (await bench.origin.git(["mktree"], entries)).trim();
    entries = Array.from({ length: 20 }, (_, i) => `040000 tree ${tree}\td${i}\n`).join("");
  }
  const tree = (await bench.origin.git(["mktree"], entries)).trim();
  const text = `tree ${tree}\nauthor A <a> 1 +0000\ncommitter A <a> 1 +0000\n\nbomb\n`;
  const bomb = (await bench.origin.git(["hash-object", "-t", "commit", "-w", "--stdin"], text)).trim();
  const head = await bench.origin.commit({ parents: [bomb], files: { after: "after" } });
  const reader = bench.readerWith({ limits: { ...defaultLimits, maxDiffMemoryMiB: 64 } });
  const change = await readAll(reader, bench.push(head, null));
  expect(textsOf(change)).toEqual(["after: after"]);
  expect(change.unread).toEqual([
    {
      path: bomb,
      commit: bomb,
      reason: "too-large",
      detail: "Listing what this commit brings in takes more than 64 MiB of memory, so it was not read.",
    },
  ]);
});

test("what is beyond the longest list that is taken in is said", async () => {
  const files = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`a/longer/name/for/file/${i}`, "same"]));
  const [before = "", first = "", second = ""] = await bench.origin.commits([
    { files: { old: "old" } },
    { parents: [0], files },
    { parents: [1], files: { after: "after" } },
  ]);
  const reader = bench.readerWith({ limits: { ...defaultLimits, maxListBytes: 300_000 } });
  const change = await readAll(reader, bench.push(second, before));
  expect(change.commits).toHaveLength(2);
  expect(change.read[0]?.places.length).toBeGreaterThan(1000);
  expect(change.unread).toEqual([
    {
      path: first,
      commit: first,
      reason: "too-large",
      detail:
        "The list of what is new is longer than 300000 bytes. What comes after a part of this commit was not read.",
    },
  ]);
});

test("a history that came without blobs before is fetched once more as a whole", async () => {
  const files = Object.fromEntries(Array.from({ length: 1200 }, (_, i) => [`d/${i}`, `text ${i}`]));
  const main = await bench.origin.commit({ files: { ...files, "huge.bin": randomBytes(40 * 1024 * 1024) } });
  await bench.origin.setRef("refs/heads/main", main);
  const feature = await bench.origin.commit({ parents: [main], files: { small: "small" } });
  await readAll(bench.reader, bench.push(feature, null, "refs/heads/feature"));
  bench.server.requests.length = 0;
  const change = await readAll(bench.reader, bench.push(main, null));
  expect(change.read).toHaveLength(1200);
  expect(change.unread.map(({ path, reason }) => `${path} ${reason}`)).toEqual(["huge.bin too-large"]);
  expect(bench.server.requests).toHaveLength(2);
  expect(bench.server.requests.reduce((sum, { bytesSent }) => sum + bytesSent, 0)).toBeLessThan(1_000_000);
});

test("a first fetch of a branch does not download what the default branch holds", async () => {
  const main = await bench.origin.commit({ files: { "large.bin": randomBytes(3_000_000) } });
  await bench.origin.setRef("refs/heads/main", main);
  const head = await bench.origin.commit({ parents: [main], files: { small: "small" } });
  await bench.origin.setRef("refs/heads/feature", head);
  const change = await readAll(bench.reader, bench.push(head, null, "refs/heads/feature"));
  expect(textsOf(change)).toEqual(["small: small"]);
  expect(bench.server.requests.reduce((sum, { bytesSent }) => sum + bytesSent, 0)).toBeLessThan(100_000);
});

test("text of commits that is not UTF-8 is replaced, and odd authors and dates are taken", async () => {
  const change = await readOne({
    author: Buffer.concat([Buffer.from("Jos"), Buffer.from([0xe9]), Buffer.from(" <a>")]),
    subject: Buffer.from([0x66, 0xfc, 0x72, 0x0a, 0x0a, 0x78]),
    time: 99_999_999_999_999,
  });
  expect(change.commits[0]).toMatchObject({
    authorName: "Jos\ufffd",
    subject: "f\ufffdr",
    committedAt: "9999-12-31T23:59:59.000Z",
  });
});

test("the blobs can be read again, and a reader that stops early ends git", async () => {
  const [before = "", head = ""] = await bench.origin.commits([
    { files: { old: "old" } },
    { parents: [0], files: Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`f${i}`, randomBytes(100_000)])) },
  ]);
  const opened = await bench.reader.openChange(bench.push(head, before), new AbortController().signal);
  if (opened.kind !== "open") throw new Error(opened.detail);
  for (let time = 0; time < 2; time += 1) {
    let seen = 0;
    for await (const blob of opened.blobs) {
      if (blob.kind === "message") continue;
      expect(blob.kind).toBe("read");
      seen += 1;
      if (time === 0) break;
    }
    expect(seen).toBe(time === 0 ? 1 : 50);
  }
});

test("what a commit says is read with it, each commit once", async () => {
  const [before = "", head = ""] = await bench.origin.commits([
    { files: { old: "old" } },
    { parents: [0], files: { a: "a" } },
  ]);
  const { messages, commits } = await readAll(bench.reader, bench.push(head, before));
  expect(messages.map(({ of, sha }) => ({ of, sha }))).toEqual([{ of: "commit", sha: head }]);
  const text = Buffer.from(messages[0]?.bytes ?? []).toString();
  expect(text.split("\n")[0]).toBe(commits[0]?.subject);
  expect(text).not.toMatch(/^(?:tree|author|committer) /m);
});

test("what is known is given without its bytes, in its turn, and the rest is read", async () => {
  const [before = "", head = ""] = await bench.origin.commits([
    { files: { old: "old" } },
    { parents: [0], files: { a: "one", "b/a": "one", c: "two", d: "three" } },
  ]);
  const opened = await bench.reader.openChange(bench.push(head, before), new AbortController().signal);
  if (opened.kind !== "open" || opened.blobsBut === undefined) throw new Error("the change is there");
  const all = await toArray(opened.blobs);
  const asked: unknown[] = [];
  const spared = new Set(all.flatMap((blob, at) => (at % 2 === 0 && "sha" in blob ? blob.sha : [])));
  const known: WhatIsKnown = async (objects) => {
    asked.push(...objects.map(({ sha, places }) => [sha, places.map(({ path }) => path)]));
    return spared;
  };
  const some = await toArray(opened.blobsBut(known));
  expect(asked).toHaveLength(4);
  expect(asked).toContainEqual([head, ["/commit message"]]);
  expect(asked).toContainEqual([expect.any(String), ["a", "b/a"]]);
  const shas = some.map((blob) => ("sha" in blob ? blob.sha : ""));
  expect(shas).toEqual(all.map((blob) => ("sha" in blob ? blob.sha : "")));
  expect(some.filter(({ kind }) => kind === "known").map((blob) => ("sha" in blob ? blob.sha : ""))).toEqual([
    ...spared,
  ]);
  expect(some.filter(({ kind }) => kind !== "known")).toEqual(
    all.filter((blob) => "sha" in blob && !spared.has(blob.sha)),
  );
});

async function toArray<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

test("the message of a commit that is larger than what is read is named as unread, and the rest is read", async () => {
  const size = defaultLimits.maxBlobBytes + 1;
  const change = await readOne({ subject: Buffer.concat([Buffer.from("Much\n\n"), Buffer.alloc(size, "x")]) });
  const [head] = change.commits;
  expect(change.messages).toEqual([]);
  expect(change.unread).toMatchObject([{ path: "/commit message", commit: head?.sha, reason: "too-large" }]);
  const other = await readOne({ subject: "Little", files: { a: "1" } }, { subject: "First", files: { a: "0" } });
  expect([textsOf(other), other.unread]).toEqual([["a: 1"], []]);
});
