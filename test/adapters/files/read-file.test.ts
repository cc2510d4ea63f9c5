import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readFile, reusedRoom } from "../../../src/adapters/files/read-file.ts";
import { walkFiles } from "../../../src/adapters/files/walk-files.ts";
import { testDirectory } from "../../support/keyward-cli.ts";

const missing = { kind: "unread", reason: "unreadable", detail: "There is no such file." };

test("what is gone between the walk and the reading is told, and the rest is read", () => {
  const directory = testDirectory();
  for (const name of ["a", "b", "c"]) writeFileSync(join(directory, name), name);
  const met = [...walkFiles(".", directory, () => false)].flatMap((one) => (one.kind === "file" ? one : []));
  rmSync(join(directory, "b"));
  const read = met.map(({ path, file }) => [path, readFile(file, 100)] as const);
  expect(read.map(([path, { kind }]) => `${path} ${kind}`)).toEqual(["a read", "b unread", "c read"]);
  expect(read[1]?.[1]).toEqual(missing);
});

test("a directory that is gone while its siblings are walked is told", () => {
  const directory = testDirectory();
  for (const name of ["a", "b"]) {
    mkdirSync(join(directory, name));
    writeFileSync(join(directory, name, "file"), name);
  }
  const walk = walkFiles(".", directory, () => false);
  const first = walk.next().value;
  rmSync(join(directory, "b"), { recursive: true });
  expect(first).toMatchObject({ kind: "file", path: "a/file" });
  expect([...walk]).toEqual([{ kind: "unread", path: "b", reason: "unreadable", detail: missing.detail }]);
});

test("a file that became a directory in the meantime is told", () => {
  const directory = testDirectory();
  writeFileSync(join(directory, "a"), "a");
  renameSync(join(directory, "a"), join(directory, "b"));
  mkdirSync(join(directory, "a"));
  expect(readFile(join(directory, "a"), 100)).toMatchObject({
    kind: "unread",
    detail: "It is a directory, not a file.",
  });
});

test("what is read into the same memory is each file's own until the next is read", () => {
  const directory = testDirectory();
  const sizes = [10, 3, 5000, 0, 7];
  const roomFor = reusedRoom();
  const read = sizes.map((size, at) => {
    writeFileSync(join(directory, `${at}`), String(at).repeat(size));
    const content = readFile(join(directory, `${at}`), 10_000, roomFor);
    return content.kind === "read" ? [Buffer.from(content.bytes).toString(), content.bytes.buffer] : [];
  });
  expect(read.map(([text]) => text)).toEqual(sizes.map((size, at) => String(at).repeat(size)));
  expect(read[4]?.[1]).toBe(read[2]?.[1]);
});
