import fc from "fast-check";
import { expect, test } from "vitest";
import { createWasmSpotter } from "../../../src/adapters/engine/wasm-spotter.ts";
import { bytesOfByteText } from "../../../src/core/scan/byte-text.ts";
import { createDictionary } from "../../../src/core/scan/engine/dictionary.ts";
import { createPlainSpotter, type Glance } from "../../../src/core/scan/engine/spotter.ts";

const words = ["token", "key", "apikey", "AKIA", "pw", "x_y", "\xd0\xbf", "://", "aaa", "aaaa", "\t-u"];
const dictionary = createDictionary(words);
const wasm = createWasmSpotter(dictionary);
const plain = createPlainSpotter(dictionary);

/** Pieces that the kernels tell apart, so that random texts are not all alike. */
const pieces = [
  ...words,
  "TOKEN",
  "Key",
  "akia",
  "PW",
  "X_Y",
  "X\x7fY",
  "\xf0\xbf",
  "a",
  "=",
  ".",
  "~",
  "%41",
  "%u0041",
  "%zz",
  "\\x41",

  "\\u0041",
  "\\u{41}",
  "\\101",
  "\\/",
  "\\x00",
  "&amp;",
  "&#61;",
  "&x",
  "\0",
  "a\0b\0c\0d\0e\0f\0g\0h\0",
  "\n",
  " ",
  "0x41, ",
  "0x41,",
  "41424344",
  "4142434445464748494a4b4c",
  "00ff00ff00ff00ff00ff00ff",
  "aGVsbG8gd29ybGQ",
  "aGVsbG8=",
  "-",
  "_",
  "+",
  "/",
  "SGVsbG8sIHdvcmxkIQ==",
  "H4sIAAAAAAAA",
  "\xff\xfe",
  "1",
  "22",
];
const text = fc
  .array(fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...pieces) }, { weight: 1, arbitrary: byteText(3) }), {
    maxLength: 60,
  })
  .map((parts) => parts.join(""));

function byteText(maxLength: number): fc.Arbitrary<string> {
  return fc.uint8Array({ maxLength }).map((bytes) => String.fromCharCode(...bytes));
}

const inOrder = ({ hits }: Glance): readonly string[] =>
  Array.from({ length: hits.length / 2 }, (_, at) => `${hits[2 * at]} ${hits[2 * at + 1]}`).sort();

function expectSame(fromKernel: Glance, fromPlain: Glance): void {
  expect(inOrder(fromKernel)).toEqual(inOrder(fromPlain));
  expect(fromKernel.dotted).toEqual(fromPlain.dotted);
  expect(fromKernel.opaque).toEqual(fromPlain.opaque);
  // A bit may be set too often and never too seldom.
  expect(fromKernel.encodings & fromPlain.encodings).toBe(fromPlain.encodings);
}

test("the kernels see what the plain form sees, in texts and in bytes", () => {
  fc.assert(
    fc.property(text, (sample) => {
      expectSame(wasm.glanceAt(sample), plain.glanceAt(sample));
      expectSame(wasm.glance(bytesOfByteText(sample)), plain.glanceAt(sample));
    }),
    { numRuns: 400 },
  );
});

test("at every place around the blocks of the kernels", () => {
  for (let before = 0; before < 140; before++) {
    const sample = `${" ".repeat(before)}token.aGVsbG8gd29ybGQhIGhlbGxvIQ a1b2c3d4e5f6~ 4142434445464748494a4b4c4d4e4f50`;
    expectSame(wasm.glanceAt(sample), plain.glanceAt(sample));
    expectSame(wasm.glanceAt("k".repeat(before)), plain.glanceAt("k".repeat(before)));
  }
});

test("what was looked at before leaves no trace", () => {
  wasm.glanceAt("token ".repeat(1000));
  expectSame(wasm.glanceAt("tok"), plain.glanceAt("tok"));
  expectSame(wasm.glanceAt(""), plain.glanceAt(""));
});

test("more words than fit into one answer are all told", () => {
  const { hits } = wasm.glanceAt("key ".repeat(50_000));
  expect(hits).toHaveLength(100_000);
  expect(hits.at(-2)).toBe(4 * 49_999);
});

test("more places than fit are none, which stands for everywhere", () => {
  expect(wasm.glanceAt("a1b2c3d4e5f6 ".repeat(40_000)).opaque).toBeNull();
  expect(wasm.glanceAt(`.${"a".repeat(30)} `.repeat(40_000)).dotted).toBeNull();
});
