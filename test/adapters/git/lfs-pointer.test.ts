import { expect, test } from "vitest";
import { parseLfsPointer } from "../../../src/adapters/git/lfs-pointer.ts";

const oid = "0123456789abcdef".repeat(4);
const version = "version https://git-lfs.github.com/spec/v1";
const parse = (text: string): unknown => parseLfsPointer(Buffer.from(text));

test.each([
  `${version}\noid sha256:${oid}\nsize 12\n`,
  `${version}\next-0-foo sha256:${oid}\next-1-bar sha256:${oid}\noid sha256:${oid}\nsize 12\n`,
  `version https://hawser.github.com/spec/v1\noid sha256:${oid}\nsize 12\n`,
])("a pointer: %j", (text) => {
  expect(parse(text)).toEqual({ oid, size: 12 });
});

test.each([
  "",
  version,
  `${version}\nsize 12\noid sha256:${oid}\n`,
  `${version}\r\noid sha256:${oid}\r\nsize 12\r\n`,
  `${version}\noid sha256:${oid}\nsize twelve\n`,
  `${version}\noid md5:${oid}\nsize 12\n`,
  `${version}\nkey x\noid sha256:${oid}\nsize 12\n`,
  `${version}\noid sha256:${oid}\nsize 12\nmore`,
  `${version}\n${`ext-0-foo sha256:${oid}\n`.repeat(20)}oid sha256:${oid}\nsize 12\n`,
])("not a pointer: %j", (text) => {
  expect(parse(text)).toBeNull();
});
