import { chmod, mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Change } from "../../../src/core/change/change.ts";
import { processesOf, until } from "../../support/processes.ts";
import { readAll, startBench, type Bench } from "../../support/reader-bench.ts";

let bench: Bench;
beforeEach(async () => {
  bench = await startBench();
});
afterEach(() => bench.close());

const never = new AbortController().signal;
const encodings = (token: string): string[] => [token, Buffer.from(`x-access-token:${token}`).toString("base64")];

async function onePush(): Promise<Change> {
  const [before = "", head = ""] = await bench.origin.commits([
    { files: { a: "1\n".repeat(200), b: "moved" } },
    { parents: [0], files: { a: `${"1\n".repeat(200)}2`, b: null, c: "moved" } },
  ]);
  await bench.origin.setRef("refs/heads/main", before);
  return bench.push(head, before, "refs/heads/feature");
}

test("the token and the server's address stand on no command line", async () => {
  const change = await onePush();
  const bin = join(bench.cacheDir, "..", "bin");
  const record = join(bin, "arguments");
  await mkdir(bin);
  const path = process.env["PATH"] ?? "";
  await writeFile(join(bin, "git"), `#!/bin/sh\necho "$@" >> '${record}'\nPATH='${path}' exec git "$@"\n`);
  await chmod(join(bin, "git"), 0o755);

  await readAll(bench.readerWith({ environment: { ...process.env, PATH: `${bin}:${path}` } }), change);

  const lines = await readFile(record, "utf8");
  expect(lines).toContain("fetch --quiet");
  for (const secret of [...encodings(bench.token), "http://"]) expect(lines).not.toContain(secret);
});

test("nor on those of the processes that git starts", async () => {
  const change = await onePush();
  bench.server.hang = true;
  const controller = new AbortController();
  const opening = bench.reader.openChange(change, controller.signal);
  await until(async () => (await processesOf(bench.gitDir)).some((line) => line.includes("remote-http")));
  const lines = (await processesOf(bench.gitDir)).join("\n");
  controller.abort(new Error("enough"));
  await expect(opening).rejects.toThrow("enough");
  for (const secret of encodings(bench.token)) expect(lines).not.toContain(secret);
});

test("the token is in no file of the cache", async () => {
  await readAll(bench.reader, await onePush());
  const files = await readdir(bench.cacheDir, { recursive: true, withFileTypes: true });
  const contents = await Promise.all(
    files.filter((file) => file.isFile()).map((file) => readFile(join(file.parentPath, file.name), "latin1")),
  );
  expect(contents.length).toBeGreaterThan(5);
  for (const secret of [...encodings(bench.token), "http://"]) {
    expect(contents.filter((content) => content.includes(secret))).toEqual([]);
  }
});

test.each([500, 401])(
  "the token is in no error and no log line, even when a server that answers %i repeats it",
  async (status) => {
    const change = await onePush();
    bench.server.failWith = status;
    const result = await bench.reader.openChange(change, never).catch((error: unknown) => error);
    const said = [...errorTexts(result), JSON.stringify(result), ...bench.logged].join("\n");
    expect(said).toMatch(status === 500 ? /error: 500/ : /repository-gone/);
    for (const secret of encodings(bench.token)) expect(said).not.toContain(secret);
  },
);

test("an address with a credential in it is refused without being repeated", async () => {
  const change = await onePush();
  const remoteUrl = (): string => `http://x-access-token:${bench.token}@127.0.0.1/acme/shop.git`;
  const error: unknown = await bench
    .readerWith({ remoteUrl })
    .openChange(change, never)
    .catch((error: unknown) => error);
  expect(errorTexts(error).join("\n")).toContain("without user and password");
  expect(errorTexts(error).join("\n")).not.toContain(bench.token);
});

test.each(["ssh://git@127.0.0.1/x", "file:///etc", "ext::sh -c id"])(
  "an address such as %s is refused",
  async (url) => {
    const change = await onePush();
    await expect(bench.readerWith({ remoteUrl: () => url }).openChange(change, never)).rejects.toThrow(
      /Expected a remote URL/,
    );
  },
);

/** Everything an error says, down its causes. */
function errorTexts(error: unknown): string[] {
  if (!(error instanceof Error)) return [];
  return [error.message, error.stack ?? "", JSON.stringify(error), ...errorTexts(error.cause)];
}
