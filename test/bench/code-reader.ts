/**
 * How long the reader takes: `node test/bench/code-reader.ts [bare repository]`. Without an argument it measures small
 * repositories of its own; with one, the whole history of the repository's HEAD as an initial push.
 */
import { mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { createCodeReader, defaultLimits } from "../../src/adapters/git/code-reader.ts";
import type { Change } from "../../src/core/change/change.ts";
import { startBench } from "../support/reader-bench.ts";
import { startGitHttpServer } from "../support/git-http.ts";

const [given] = process.argv.slice(2);
if (given === undefined) await measureOwn();
else await measureHistory(resolve(given));

async function measureOwn(): Promise<void> {
  const bench = await startBench();
  try {
    const files = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`src/f${i}.ts`, `// ${i}\n`.repeat(50)]));
    const [base = "", first = ""] = await bench.origin.commits([
      { files },
      { parents: [0], files: { "src/f1.ts": "new\n" } },
    ]);
    let head = first;
    await bench.origin.setRef("refs/heads/main", head);
    console.log(`cold cache, one commit: ${(await timed(bench.reader, bench.push(head, base))).text}`);
    for (const [what, ref] of [
      ["default branch", "refs/heads/main"],
      ["other branch", "refs/heads/other"],
    ] as const) {
      const times: number[] = [];
      for (let i = 0; i < 30; i += 1) {
        const text = `${"// 1\n".repeat(50)}${ref} ${i}\n`;
        const next = await bench.origin.commit({
          parents: [head],
          files: { "src/f1.ts": text },
          time: 1_700_001_000 + i,
        });
        times.push((await timed(bench.reader, bench.push(next, head, ref))).ms);
        head = next;
      }
      times.sort((a, b) => a - b);
      console.log(
        `warm cache, one commit, ${what}: median ${times[15]?.toFixed()} ms, worst ${times[29]?.toFixed()} ms`,
      );
    }
    for (const [commits, perCommit] of [
      [600, 1],
      [600, 100],
      [600, Number(process.env["FILES"] ?? 3000)],
    ] as const) {
      const list = Array.from({ length: commits }, (_, i) => ({
        parents: [i === 0 ? head : i - 1],
        files: Object.fromEntries(
          Array.from({ length: perCommit }, (_, f) => [`d${f % 50}/f${f}`, `${i} ${f} ${commits * perCommit}\n`]),
        ),
      }));
      const made: string[] = [];
      for (let start = 0; start < commits; start += 50) {
        const part = list
          .slice(start, start + 50)
          .map((commit, i) => ({ ...commit, parents: [i === 0 ? (made.at(-1) ?? head) : i - 1] }));
        made.push(...(await bench.origin.commits(part)));
      }
      const result = await timed(bench.reader, bench.push(made.at(-1) ?? "", head));
      console.log(`${commits} commits of ${perCommit} files: ${result.text}`);
    }
  } finally {
    await bench.close();
  }
}

async function measureHistory(directory: string): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), "bench-reader-"));
  await mkdir(join(root, "o"));
  await symlink(directory, join(root, "o", "r.git"));
  const server = await startGitHttpServer(root, "token");
  const quiet = { debug: () => undefined, info: () => undefined, warn: console.warn, error: console.error };
  const reader = createCodeReader({
    cacheDir: join(root, "cache"),
    remoteUrl: () => server.url("o/r.git"),
    token: async () => "token",
    limits: defaultLimits,
    logger: quiet,
    now: () => new Date().toISOString(),
  });
  try {
    const { stdout } = await promisify(execFile)("git", ["-C", directory, "rev-parse", "HEAD"]);
    const repo = {
      installationId: 1,
      repoId: 1,
      owner: "o",
      name: "r",
      defaultBranch: "main",
      visibility: "private",
    } as const;
    const source = { kind: "push", ref: "refs/heads/main", before: null } as const;
    const change: Change = { repo, head: stdout.trim(), source };
    console.log(`whole history, empty cache: ${(await timed(reader, change)).text}`);
    console.log(`whole history, warm cache: ${(await timed(reader, change)).text}`);
  } finally {
    await reader.close();
    await server.close();
    await rm(root, { recursive: true, force: true });
  }
}

async function timed(
  reader: ReturnType<typeof createCodeReader>,
  change: Change,
): Promise<{ ms: number; text: string }> {
  const start = performance.now();
  const opened = await reader.openChange(change, new AbortController().signal);
  if (opened.kind !== "open") throw new Error(opened.detail);
  const openMs = performance.now() - start;
  let [blobs, bytes, unread] = [0, 0, 0];
  for await (const blob of opened.blobs) {
    if (blob.kind === "read") [blobs, bytes] = [blobs + 1, bytes + blob.bytes.length];
    else if (blob.kind === "unread") unread += 1;
  }
  const ms = performance.now() - start;
  const readS = (ms - openMs) / 1000;
  const mb = bytes / 1e6;
  const rate = readS > 0.05 ? `, ${(mb / readS).toFixed()} MB/s, ${(blobs / readS).toFixed()} blobs/s` : "";
  const what = `${opened.commits.length} commits, ${blobs} blobs, ${mb.toFixed(1)} MB, ${unread} unread`;
  const memory = `${(process.memoryUsage().rss / 1e6).toFixed()} MB RSS`;
  return {
    ms,
    text: `${ms.toFixed()} ms (open ${openMs.toFixed()} ms, read ${(ms - openMs).toFixed()} ms${rate}): ${what}; ${memory}`,
  };
}
