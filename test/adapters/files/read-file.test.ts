import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readFile } from "../../../src/adapters/files/read-file.ts";
import { testDirectory } from "../../support/keyward-cli.ts";

test("a file is read whole, up to the limit", () => {
  const path = join(testDirectory(), "a");
  writeFileSync(path, "12345");
  expect(readFile(path, 5)).toEqual({ kind: "read", bytes: Buffer.from("12345") });
  expect(readFile(path, 4)).toMatchObject({ kind: "unread", reason: "too-large" });
});

// The kernel makes such files while they are read: they have more in them than their size says.
test.runIf(process.platform === "linux")("a file with other content than it had when it was opened has changed", () => {
  expect(readFile("/proc/self/status", 1e6)).toMatchObject({ kind: "unread", reason: "changed" });
});

test("what is no file is said", () => {
  const directory = testDirectory();
  expect(readFile(directory, 10)).toMatchObject({ detail: "It is a directory, not a file." });
  expect(readFile(join(directory, "none"), 10)).toMatchObject({ detail: "There is no such file." });
  expect(readFile(join(directory, "n".repeat(300)), 10)).toMatchObject({ detail: "Its path is too long." });
});
