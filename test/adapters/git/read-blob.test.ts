import { afterAll, beforeAll, expect, test } from "vitest";
import { defaultLimits } from "../../../src/adapters/git/code-reader.ts";
import { startBench, type Bench } from "../../support/reader-bench.ts";

let bench: Bench;
const { signal } = new AbortController();

beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench.close());

test("a blob is read by its id, into an empty cache as well, also when no branch leads to it any more", async () => {
  const { origin, reader, repo } = bench;
  const commit = await origin.commit({ files: { "src/a.ts": "export const a = 1;\n" } });
  const sha = (await origin.git(["rev-parse", `${commit}:src/a.ts`])).trim();
  const read = await reader.readBlob(repo, sha, signal);
  expect(read.kind === "read" && new TextDecoder().decode(read.bytes)).toBe("export const a = 1;\n");
  await expect(reader.readBlob(repo, sha, signal)).resolves.toMatchObject({ kind: "read" });
});

test("what nobody has, or what is too large, is said", async () => {
  const { origin, readerWith, repo } = bench;
  const commit = await origin.commit({ files: { "big.txt": "x".repeat(2_000) } });
  const sha = (await origin.git(["rev-parse", `${commit}:big.txt`])).trim();
  const reader = readerWith({ limits: { ...defaultLimits, maxBlobBytes: 1_000 } });
  expect(await reader.readBlob(repo, sha, signal)).toMatchObject({ kind: "unavailable", detail: /larger than 1000/ });
  expect(await reader.readBlob(repo, "0123456789".repeat(4), signal)).toMatchObject({ kind: "unavailable" });
});

test("what was said in a commit or a tag, and a file as it was in a commit, are read by their ids", async () => {
  const { origin, reader, repo } = bench;
  const commit = await origin.commit({ files: { "guides/Set up.md": "by hand\n", other: "x" } });
  const object = `object ${commit}\ntype commit\ntag v1\ntagger Ada <ada@example.test> 1700000000 +0000\n\nReleased\n`;
  const tag = (await origin.git(["hash-object", "-w", "-t", "tag", "--stdin"], object)).trim();
  const textOf = async (read: ReturnType<typeof reader.readBlob>): Promise<string> => {
    const found = await read;
    return found.kind === "read" ? Buffer.from(found.bytes).toString() : found.detail;
  };
  expect(await textOf(reader.readMessage(repo, tag, signal))).toBe("Released\n");
  expect(await textOf(reader.readMessage(repo, commit, signal))).not.toMatch(/^(?:tree|author) /m);
  expect(await textOf(reader.readFileAt(repo, { revision: commit, path: "guides/Set up.md" }, signal))).toBe(
    "by hand\n",
  );
  const missing = reader.readFileAt(repo, { revision: commit, path: "Home.md" }, signal);
  expect(await textOf(missing)).toBe("there is no such file in that commit");
  const gone = "the server does not have the commit or tag any more";
  expect(await textOf(reader.readMessage(repo, "0123456789".repeat(4), signal))).toBe(gone);
  await expect(reader.readMessage(repo, "--all", signal)).rejects.toThrow(/object/);
});
