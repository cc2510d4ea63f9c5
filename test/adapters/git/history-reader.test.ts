import { afterEach, beforeEach, expect, test } from "vitest";
import { defaultLimits } from "../../../src/adapters/git/code-reader.ts";
import type { HistoryReader, HistoryTips, OpenedHistory } from "../../../src/flows/ports/history-reader.ts";
import { drain, readAll, startBench, textsOf, type Bench } from "../../support/reader-bench.ts";

let bench: Bench;
beforeEach(async () => {
  bench = await startBench();
});
afterEach(() => bench.close());

const { signal } = new AbortController();
const limits = { ...defaultLimits, commitsOfPart: 2 };

async function open(reader: HistoryReader, tips: HistoryTips | null = null): Promise<OpenedHistory> {
  const opened = await reader.openHistory(bench.repo, tips, signal);
  if (opened.kind !== "open") throw new Error(`Expected an open history, found ${opened.kind}.`);
  return opened;
}

/** What each part brings: `path: text`, and the messages. */
async function partsOf(opened: OpenedHistory, from = 0): Promise<string[][]> {
  const parts: string[][] = [];
  for await (const part of opened.partsFrom(from)) {
    const read = await drain({ ...part, commits: [] });
    const said = read.messages.map(({ of, bytes }) => `${of}: ${Buffer.from(bytes).toString().trim()}`);
    parts.push([...textsOf(read), ...read.unread.map(({ path, reason }) => `${path}: ${reason}`), ...said]);
  }
  return parts;
}

/** A line of commits on the default branch, and one beside it. */
async function someHistory(): Promise<string[]> {
  const commits = await bench.origin.commits([
    { files: { a: "1" }, subject: "one" },
    { parents: [0], files: { a: "2", b: "2" }, subject: "two" },
    { parents: [1], files: { a: null }, subject: "three" },
    { parents: [0], files: { c: "side" }, subject: "side" },
  ]);
  await bench.origin.setRef("refs/heads/main", commits[2] ?? "");
  return commits;
}

test("what any branch, tag or pull request leads to is read, and what GitHub merged for a try is not", async () => {
  const [one = "", , , side = ""] = await someHistory();
  const [tried = "", forked = ""] = await bench.origin.commits([
    { parents: [one], files: { tried: "by GitHub" }, subject: "tried" },
    { parents: [one], files: { forked: "from a fork" }, subject: "forked" },
  ]);
  await bench.origin.setRef("refs/pull/7/merge", tried);
  await bench.origin.setRef("refs/pull/7/head", forked);
  const who = ["-c", "user.name=T", "-c", "user.email=t@example.com"];
  await bench.origin.git([...who, "tag", "--annotate", "v1", "-m", "the first", side]);
  const opened = await open(bench.readerWith({ limits }));
  expect(opened).toMatchObject({ commits: 5, lost: [] });
  const read = (await partsOf(opened)).flat().toSorted();
  expect(read).toEqual(
    [
      "a: 1",
      "a: 2",
      "b: 2",
      "c: side",
      "forked: from a fork",
      "commit: one",
      "commit: two",
      "commit: three",
      "commit: side",
      "commit: forked",
      "tag: the first",
    ].toSorted(),
  );
});

test("a history is gone on with where it was left, with the same commits whatever was pushed meanwhile", async () => {
  const [, , three = "", side = ""] = await someHistory();
  await bench.origin.setRef("refs/heads/side", side);
  const reader = bench.readerWith({ limits });
  const { head, tips, ...opened } = await open(reader);
  expect(head).toBe(three);
  const all = await partsOf({ head, tips, ...opened });
  expect(all).toHaveLength(2);
  const [pushed = ""] = await bench.origin.commits([{ parents: [three], files: { d: "new" } }]);
  await bench.origin.setRef("refs/heads/main", pushed);
  expect(await partsOf(await open(reader, { head, tips }), 2)).toEqual(all.slice(1));
  // In another process, on an empty disk.
  expect(await partsOf(await open(bench.readerWith({ limits }), { head, tips }), 2)).toEqual(all.slice(1));
});

test("where changes were read before, what they left out is fetched as well", async () => {
  const [one = "", , three = "", side = ""] = await someHistory();
  const reader = bench.readerWith({ limits });
  await readAll(reader, bench.push(three, one));
  await bench.origin.setRef("refs/heads/side", side);
  const texts = (await partsOf(await open(reader))).flat().filter((text) => !text.startsWith("commit"));
  expect(texts.toSorted()).toEqual(["a: 1", "a: 2", "b: 2", "c: side"]);
  // And the other way round: a change is read from what the history brought.
  const [next = ""] = await bench.origin.commits([{ parents: [side], files: { e: "next" } }]);
  await bench.origin.setRef("refs/heads/side", next);
  expect(textsOf(await readAll(reader, bench.push(next, side, "refs/heads/side")))).toEqual(["c: side", "e: next"]);
});

test("a repository without a commit is empty", async () => {
  expect(await bench.reader.openHistory(bench.repo, null, signal)).toEqual({ kind: "empty" });
});

test("what is left out for its size, and a branch that the server has no more, are unread", async () => {
  const [head = ""] = await bench.origin.commits([{ files: { big: "x".repeat(100), small: "x" }, subject: "one" }]);
  await bench.origin.setRef("refs/heads/main", head);
  const opened = await open(bench.readerWith({ limits: { ...limits, maxBlobBytes: 10 } }));
  expect(await partsOf(opened)).toEqual([["small: x", "big: too-large", "commit: one"]]);
  const gone = "1".repeat(40);
  const without = await open(bench.readerWith({ limits }), { head, tips: [head, gone] });
  expect(without.lost).toMatchObject([{ commit: gone, reason: "missing-object" }]);
  expect((await partsOf(without)).flat()).toContain("commit: one");
});

test("a repository that is gone, or not ours to see, cannot be opened", async () => {
  const elsewhere = bench.readerWith({ remoteUrl: () => bench.server.url("acme/nothing.git") });
  expect(await elsewhere.openHistory(bench.repo, null, signal)).toMatchObject({ reason: "repository-gone" });
});
