import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { containerKindOf } from "../../../src/core/scan/container-kind.ts";

const bytes = (text: string): Uint8Array => Buffer.from(text, "latin1");

describe("a container is known by its bytes", () => {
  it.each([
    ["zip", "PK\x03\x04rest"],
    ["gzip", "\x1f\x8b\x08\x00rest"],
    ["bzip2", "BZh91AY&SYrest"],
    ["xz", "\xfd7zXZ\0rest"],
    ["zstd", "\x28\xb5\x2f\xfdrest"],
    ["sqlite", "SQLite format 3\0rest"],
    ["pdf", "%PDF-1.7\n"],
    ["rar", "Rar!\x1a\x07\x01\0"],
    ["lzma", `\x5d\0\0\x80\0${"\xff".repeat(8)}rest`],
    ["lzma", `\x5d\0\0\x01\0\x10\x27${"\0".repeat(6)}rest`],
    ["tar", `${"name".padEnd(257, "\0")}ustar\x0000`],
    ["zip", `MZ program ${"x".repeat(50)}PK\x05\x06${"\0".repeat(18)}`],
    ["notebook", `{"cells": [], "metadata": {}, "nbformat": 4}`],
  ])("%s", (kind, text) => {
    expect(containerKindOf(bytes(text))).toBe(kind);
  });

  it("an old tar archive by its checksum", () => {
    const header = Buffer.alloc(512);
    header.write("file.txt");
    header.write("        ", 148);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
    expect(containerKindOf(header)).toBe("tar");
    header.write("g", 0);
    expect(containerKindOf(header)).toBeNull();
  });
});

describe("prose is no container", () => {
  it.each([
    "BZh is how bzip2 files begin",
    "PK",
    "",
    "{",
    `{"cells": 3}`,
    "# a comment that is longer than five hundred and twelve bytes ".repeat(20),
    "\x1f\x8b\x08\xff",
    "\x1f\x9d",
    "\x5d\0\0 and so on, and on",
  ])("%j", (text) => {
    expect(containerKindOf(bytes(text))).toBeNull();
  });

  it("whatever its name", () => {
    expect(containerKindOf(bytes("text"), "a.zip")).toBeNull();
    expect(containerKindOf(gzipSync("text"), "a.txt")).toBe("gzip");
  });
});
