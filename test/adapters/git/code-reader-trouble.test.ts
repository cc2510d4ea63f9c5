import { randomBytes } from "node:crypto";
import { chmod, mkdir, open, readdir, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { defaultLimits } from "../../../src/adapters/git/code-reader.ts";
import type { Change } from "../../../src/core/change/change.ts";
import { processesOf, until } from "../../support/processes.ts";
import { drain, readAll, startBench, textsOf, type Bench } from "../../support/reader-bench.ts";

let bench: Bench;
beforeEach(async () => {
  bench = await startBench();
});
afterEach(() => bench.close());

const never = new AbortController().signal;

/** A push of one commit that changes one file of two. */
async function onePush(): Promise<{ before: string; head: string; change: Change }> {
  const [before = "", head = ""] = await bench.origin.commits([
    { files: { a: "1", b: "b" } },
    { parents: [0], files: { a: "2" } },
  ]);
  await bench.origin.setRef("refs/heads/main", head);
  return { before, head, change: bench.push(head, before) };
}

describe("what is gone is a value", () => {
  test("a repository the server does not know", async () => {
    const { change } = await onePush();
    const reader = bench.readerWith({ remoteUrl: () => bench.server.url("acme/none.git") });
    expect(await reader.openChange(change, never)).toEqual({
      kind: "unavailable",
      reason: "repository-gone",
      detail: "The server knows no such repository, or does not show it to this installation.",
    });
  });

  test("a head the server does not have", async () => {
    const { before } = await onePush();
    const gone = "2".repeat(40);
    expect(await bench.reader.openChange(bench.push(gone, before, "refs/heads/other"), never)).toEqual({
      kind: "unavailable",
      reason: "commit-gone",
      detail: `The server has neither the commit ${gone} nor a ref that leads to it.`,
    });
  });

  test.each([401, 403])("a repository whose server answers %i to a newly made token too", async (status) => {
    const { change } = await onePush();
    const asked: boolean[] = [];
    const token = async (_: unknown, use: { fresh: boolean }): Promise<string> => {
      asked.push(use.fresh);
      return bench.token;
    };
    bench.server.failWith = status;
    const result = await bench.readerWith({ token }).openChange(change, never);
    expect(result).toMatchObject({ kind: "unavailable", reason: "repository-gone" });
    expect(result).toHaveProperty("detail", expect.stringContaining("newly made token"));
    expect(asked).toEqual([false, true]);
  });
});

test("a refused token is replaced by a newly made one", async () => {
  const { change } = await onePush();
  const token = async (_: unknown, { fresh }: { fresh: boolean }): Promise<string> => (fresh ? bench.token : "expired");
  expect(textsOf(await readAll(bench.readerWith({ token }), change))).toEqual(["a: 2"]);
});

describe("what takes too long", () => {
  test("a server that does not answer in time", async () => {
    const { change } = await onePush();
    bench.server.hang = true;
    const reader = bench.readerWith({ limits: { ...defaultLimits, fetchTimeoutMs: 300 } });
    expect(await reader.openChange(change, never)).toMatchObject({ kind: "unavailable", reason: "timeout" });
  });
});

describe("what may be better next time is thrown", () => {
  test.each([500, 502, 429])("a server that answers %i", async (status) => {
    const { change } = await onePush();
    bench.server.failWith = status;
    await expect(bench.reader.openChange(change, never)).rejects.toThrow(`error: ${status}`);
    bench.server.failWith = null;
    expect(textsOf(await readAll(bench.reader, change))).toEqual(["a: 2"]);
  });

  test("a server that fails while the default branch is asked for beside the head", async () => {
    const { before, head } = await onePush();
    await readAll(bench.reader, bench.push(before, null));
    bench.server.failWith = 500;
    const change = bench.push(head, before, "refs/heads/feature");
    await expect(bench.reader.openChange(change, never)).rejects.toThrow("error: 500");
  });

  test("a disk without room, and the cache is kept", async () => {
    const { change, head } = await onePush();
    await readAll(bench.reader, change);
    const full = join(bench.cacheDir, "..", "full");
    await mkdir(full);
    await writeFile(join(full, "git"), "#!/bin/sh\necho 'fatal: write error: No space left on device' >&2\nexit 128\n");
    await chmod(join(full, "git"), 0o755);
    const next = await bench.origin.commit({ parents: [head], files: { a: "3" } });
    const reader = bench.readerWith({ environment: { PATH: full } });
    await expect(reader.openChange(bench.push(next, head), never)).rejects.toThrow("No space left");
    expect(bench.logged).toEqual([]);
    expect(textsOf(await readAll(bench.reader, bench.push(next, head)))).toEqual(["a: 3"]);
  });

  test("a server that cannot be reached", async () => {
    const { change } = await onePush();
    const reader = bench.readerWith({ remoteUrl: () => "http://127.0.0.1:1/acme/shop.git" });
    await expect(reader.openChange(change, never)).rejects.toThrow("connect");
  });

  test("a token that cannot be had", async () => {
    const { change } = await onePush();
    const reader = bench.readerWith({ token: () => Promise.reject(new Error("no token today")) });
    await expect(reader.openChange(change, never)).rejects.toThrow("no token today");
  });

  test("a git that is not installed", async () => {
    const { change } = await onePush();
    const reader = bench.readerWith({ environment: { PATH: bench.cacheDir } });
    await expect(reader.openChange(change, never)).rejects.toThrow("is it installed?");
  });
});

test.each([
  ["a head that is not an id", (change: Change) => ({ ...change, head: "--upload-pack=x" })],
  [
    "a ref that git does not allow",
    (change: Change) => ({ ...change, source: { kind: "push", ref: "--x", before: null } }),
  ],
  [
    "a default branch that git does not allow",
    (change: Change) => ({ ...change, repo: { ...bench.repo, defaultBranch: "a..b" } }),
  ],
  ["an id that is not a number", (change: Change) => ({ ...change, repo: { ...bench.repo, repoId: "../x" as never } })],
] as const)("%s is refused before git is asked", async (_, spoil) => {
  const { change } = await onePush();
  await expect(bench.reader.openChange(spoil(change) as Change, never)).rejects.toThrow("Expected");
  expect(bench.server.requests).toEqual([]);
});

describe("cancelling", () => {
  test("ends a fetch and everything it started", async () => {
    const { change } = await onePush();
    bench.server.hang = true;
    const controller = new AbortController();
    const opening = bench.reader.openChange(change, controller.signal);
    await until(async () => (await processesOf(bench.gitDir)).length >= 2);
    controller.abort(new Error("enough"));
    await expect(opening).rejects.toThrow("enough");
    await until(async () => (await processesOf(bench.gitDir)).length === 0);
  });

  test("ends the reading of blobs", async () => {
    const files = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`f${i}`, randomBytes(500_000)]));
    const head = await bench.origin.commit({ files });
    const controller = new AbortController();
    const opened = await bench.reader.openChange(bench.push(head, null), controller.signal);
    if (opened.kind !== "open") throw new Error(opened.detail);
    const blobs = opened.blobs[Symbol.asyncIterator]();
    await blobs.next();
    controller.abort(new Error("enough"));
    const rest = async (): Promise<void> => {
      while ((await blobs.next()).done !== true);
    };
    await expect(rest()).rejects.toThrow("enough");
    await until(async () => (await processesOf(bench.gitDir)).length === 0);
  });

  test("leaves a queue without disturbing who is before and behind", async () => {
    const { change } = await onePush();
    const controller = new AbortController();
    const first = readAll(bench.reader, change);
    const second = readAll(bench.reader, change, controller.signal);
    const third = readAll(bench.reader, change);
    controller.abort(new Error("enough"));
    await expect(second).rejects.toThrow("enough");
    expect([textsOf(await first), textsOf(await third)]).toEqual([["a: 2"], ["a: 2"]]);
  });
});

describe("at the same time", () => {
  test("several readings of one repository each give their own", async () => {
    const [base = "", one = "", two = ""] = await bench.origin.commits([
      { files: { a: "1" } },
      { parents: [0], files: { a: "one" } },
      { parents: [0], files: { a: "two" } },
    ]);
    await bench.origin.setRef("refs/heads/main", base);
    const heads = [one, two, one, two];
    const changes = await Promise.all(heads.map((head) => readAll(bench.reader, bench.push(head, base))));
    expect(changes.map(textsOf)).toEqual([["a: one"], ["a: two"], ["a: one"], ["a: two"]]);
  });

  test("two processes may share the cache", async () => {
    const [base = "", one = "", two = ""] = await bench.origin.commits([
      { files: { a: "1", b: "moved" } },
      { parents: [0], files: { a: "one", c: "moved" } },
      { parents: [0], files: { a: "two", d: "moved" } },
    ]);
    const changes = await Promise.all([one, two].map((head) => readAll(bench.readerWith({}), bench.push(head, base))));
    expect(changes.map(textsOf)).toEqual([
      ["a: one", "c: moved"],
      ["a: two", "d: moved"],
    ]);
  });
});

describe("a cache", () => {
  test("that was cut off in the middle of anything is made anew, and the change read", async () => {
    const { change } = await onePush();
    await readAll(bench.reader, change);
    for (const pack of await packs(".pack")) await writeFile(pack, "not a pack");
    for (const index of await packs(".idx")) await writeFile(index, "not an index");
    expect(textsOf(await readAll(bench.reader, change))).toEqual(["a: 2"]);
    await rm(join(bench.gitDir, "objects"), { recursive: true });
    expect(textsOf(await readAll(bench.reader, change))).toEqual(["a: 2"]);
    expect(bench.logged.filter((line) => line.includes("made anew")).length).toBeGreaterThan(0);
  });

  test("whose notes are lost or broken works on", async () => {
    const { change, head } = await onePush();
    await readAll(bench.reader, change);
    await writeFile(join(bench.gitDir, "keyward-notes.json"), '{"tips": ["');
    const next = await bench.origin.commit({ parents: [head], files: { a: "3" } });
    expect(textsOf(await readAll(bench.reader, bench.push(next, head)))).toEqual(["a: 3"]);
  });

  test("that claims a commit it does not have is made anew", async () => {
    const { change, head } = await onePush();
    await readAll(bench.reader, change);
    const notes = { tips: ["3".repeat(40)], oversize: {} };
    await writeFile(join(bench.gitDir, "keyward-notes.json"), JSON.stringify(notes));
    const next = await bench.origin.commit({ parents: [head], files: { a: "3" } });
    expect(textsOf(await readAll(bench.reader, bench.push(next, head)))).toEqual(["a: 3"]);
  });

  test("with a corrupt blob says so, reads the rest, and heals the next time", async () => {
    const files = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`f${i}`, randomBytes(20_000)]));
    const head = await bench.origin.commit({ files });
    const opened = await bench.reader.openChange(bench.push(head, null), never);
    if (opened.kind !== "open") throw new Error(opened.detail);
    const [pack = ""] = await packs(".pack");
    await flipByte(pack, Math.floor((await stat(pack)).size / 2));

    const change = await drain(opened);
    expect(change.unread).toEqual([
      {
        path: expect.stringMatching(/^f\d+$/),
        commit: head,
        reason: "corrupt",
        detail: "The object is in the cache but cannot be unpacked.",
      },
    ]);
    expect(change.read).toHaveLength(29);

    const again = await readAll(bench.reader, bench.push(head, null));
    expect(again.read).toHaveLength(30);
    expect(again.unread).toEqual([]);
  });

  test("with a blob that git cannot even describe heals at once", async () => {
    const { head, before } = await onePush();
    const opened = await bench.reader.openChange(bench.push(head, before), never);
    if (opened.kind !== "open") throw new Error(opened.detail);
    const listed = await bench.origin.git(["rev-parse", `${head}:a`]);
    await spoilObject(listed.trim());
    expect(textsOf(await readAll(bench.reader, bench.push(head, before)))).toEqual(["a: 2"]);
  });

  test("that is made anew while a change is read from it does not make the change incomplete", async () => {
    const files = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`f${i}`, randomBytes(20_000)]));
    const head = await bench.origin.commit({ files });
    const change = bench.push(head, null);
    const opened = await bench.reader.openChange(change, never);
    if (opened.kind !== "open") throw new Error(opened.detail);
    await rm(bench.gitDir, { recursive: true });
    await expect(drain(opened)).rejects.toThrow("made anew");
    await readAll(bench.reader, bench.push(head, head));
    await expect(drain(opened)).rejects.toThrow("made anew");
    await readAll(bench.reader, change);
    expect((await drain(opened)).read).toHaveLength(30);
  });

  test("is kept in few packs when many have come", async () => {
    let { head } = await onePush();
    for (let i = 0; i < 30; i += 1) {
      const next = await bench.origin.commit({ parents: [head], files: { a: `version ${i}` } });
      await readAll(bench.reader, bench.push(next, head));
      head = next;
    }
    await until(async () => (await packs(".pack")).length < 50);
    const first = await readAll(bench.reader, bench.push(head, null));
    expect(first.read).toHaveLength(33);
  });

  test("loses what killed fetches left behind", async () => {
    const { change } = await onePush();
    await readAll(bench.reader, change);
    const leftover = join(bench.gitDir, "objects", "pack", "tmp_pack_x");
    await writeFile(leftover, "half");
    const later = bench.readerWith({ now: () => new Date(Date.now() + 2 * 60 * 60 * 1000).toISOString() });
    await readAll(later, change);
    await until(async () => (await packs("tmp_pack_x")).length === 0);
    expect(await packs(".pack")).not.toEqual([]);
  });

  test("is found by ids, whatever the repository is called, and is nobody else's to see", async () => {
    const { change } = await onePush();
    await readAll(bench.reader, { ...change, repo: { ...bench.repo, owner: "../../x", name: "renamed" } });
    expect(await readdir(bench.cacheDir)).toEqual(["7"]);
    expect(await readdir(join(bench.cacheDir, "7"))).toEqual(["42.git"]);
    expect((await stat(join(bench.cacheDir, "7"))).mode & 0o077).toBe(0);
  });
});

test("an object that the server lost is named, and the rest is read", async () => {
  const [before = "", head = ""] = await bench.origin.commits([
    { files: { lost: "lost", kept: "kept", a: "1" } },
    { parents: [0], files: { lost: null, kept: null, a: "2", "new/lost": "lost", "new/kept": "kept" } },
  ]);
  await bench.origin.setRef("refs/heads/main", head);
  const lost = (await bench.origin.git(["rev-parse", `${before}:lost`])).trim();
  await rm(join(bench.origin.directory, "objects", lost.slice(0, 2), lost.slice(2)));
  const change = await readAll(bench.reader, bench.push(head, before));
  expect(textsOf(change)).toEqual(["a: 2", "new/kept: kept"]);
  expect(change.unread).toEqual([
    { path: "new/lost", commit: head, reason: "missing-object", detail: "The server does not have this object." },
  ]);
});

async function packs(suffix: string): Promise<string[]> {
  const directory = join(bench.gitDir, "objects", "pack");
  return (await readdir(directory)).filter((name) => name.endsWith(suffix)).map((name) => join(directory, name));
}

/** Breaks the header of an object in its pack. */
async function spoilObject(sha: string): Promise<void> {
  for (const pack of await packs(".pack")) {
    const listing = await bench.origin.git(["verify-pack", "-v", pack]);
    const line = listing.split("\n").find((line) => line.startsWith(sha));
    if (line !== undefined) await flipByte(pack, Number(line.split(/\s+/)[4]));
  }
}

async function flipByte(file: string, position: number): Promise<void> {
  await chmod(file, 0o600);
  const handle = await open(file, "r+");
  const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, position);
  await handle.write(Buffer.from([(buffer[0] ?? 0) ^ 0xff]), 0, 1, position);
  await handle.close();
}
