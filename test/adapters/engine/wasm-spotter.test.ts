import fc from "fast-check";
import { expect, test } from "vitest";
import { createWasmSpotter } from "../../../src/adapters/engine/wasm-spotter.ts";
import { bytesOfByteText } from "../../../src/core/scan/byte-text.ts";
import { automatonOf } from "../../../src/core/scan/engine/automaton.ts";
import { nameTables } from "../../../src/core/scan/provider-named/may-be-named.ts";
import { createDictionary, type Seeker } from "../../../src/core/scan/engine/dictionary.ts";
import type { RequiredRun } from "../../../src/core/scan/engine/required-run.ts";
import { createPlainSpotter, type Glance } from "../../../src/core/scan/engine/spotter.ts";
import { fillShape } from "../../../src/core/scan/shape/fill-shape.ts";
import { surelyGiven } from "../../../src/core/scan/generic/surely-given.ts";
import { parseRe2 } from "../../../src/core/scan/re2/parse.ts";

const words = ["token", "key", "apikey", "AKIA", "pw", "x_y", "\xd0\xbf", "://", "aaa", "aaaa", "\t-u"];
const automaton = (re2: string, least = 0, most = 0, run: RequiredRun | null = null): Seeker["gate"] => {
  const made = automatonOf(parseRe2(re2).node);
  if (made === null) throw new Error(`${re2} has no automaton`);
  return { kind: "automaton", automaton: made, least, most, run };
};
const seekers: readonly Seeker[] = [
  ...words.map((word) => ({ key: word, words: [word], gate: null })),
  { key: "names", words: ["token", "key", "pw", "secret"], gate: { kind: "name" } },
  { key: "assigned", words: ["token", "apikey"], gate: automaton(String.raw`(?i)(?:token|apikey) ?= ?[a-z0-9]{4}`) },
  { key: "before", words: ["AKIA"], gate: automaton(String.raw`(?:^|[^a-z])[x_]{0,3}AKIA`, 0, 4) },
  { key: "long", words: ["aaa"], gate: automaton("aaa[^b]*b") },
  { key: "near", words: ["key"], gate: automaton("key", 0, 0, { length: 16, end: 30 }) },
  { key: "near before", words: ["pw"], gate: automaton("[a-z0-9]*pw", 0, 40, { length: 20, end: 6 }) },
  { key: "near a long run", words: ["token", "x_y"], gate: automaton("token|x_y", 0, 0, { length: 30, end: 100 }) },
  { key: "near a long run before", words: ["AKIA"], gate: automaton("[a-z]*AKIA", 0, 64, { length: 40, end: 192 }) },
  { key: "dots", words: "dotted", gate: null },
  { key: "dots after hex", words: "dotted", gate: automaton(String.raw`[0-9a-f]{4}\.[A-Za-z0-9]{16}`, 4, 4) },
];
const wasm = createWasmSpotter({ dictionary: createDictionary(seekers), names: nameTables() });
const plain = createPlainSpotter(seekers);

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
  " = ",
  ": ",
  "==",
  '"',
  "'",
  "\\",
  "(",
  ")",
  ",",
  "|",
  "<",
  ">",
  "-",
  "value",
  "b",
  "secret",
  "deadbeef",
  "x_",
  "to ",
  "is ",
  "\t",
  "\r\n",
  ";",
  "{",
  "api ",
  "$",
  "abcdefghij",
  "a\0b\0c\0d\0e\0f\0g\0h\0",
  "\0".repeat(20),
  "aaaa",
  "4321",
  "xyxyxy",
  "abcdefghij".repeat(3),
  "abcdefghij".repeat(30),
  " .".repeat(40),
  "/v1.",
  "qwrtzpsdfghjklyxcvbn",
  "zq",
  ["a1b2c3d4e5", "f6g7h8i9j0"].join(""),
];
const text = fc
  .array(fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...pieces) }, { weight: 1, arbitrary: byteText(3) }), {
    maxLength: 60,
  })
  .map((parts) => parts.join(""));

function byteText(maxLength: number): fc.Arbitrary<string> {
  return fc.uint8Array({ maxLength }).map((bytes) => String.fromCharCode(...bytes));
}

const inOrder = (hits: Glance["dotted"]): readonly string[] | null =>
  hits && Array.from({ length: hits.length / 2 }, (_, at) => `${hits[2 * at]} ${hits[2 * at + 1]}`).sort();

function expectSame(fromKernel: Glance, fromPlain: Glance): void {
  expect(inOrder(fromKernel.hits)).toEqual(inOrder(fromPlain.hits));
  expect(inOrder(fromKernel.dotted)).toEqual(inOrder(fromPlain.dotted));
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

test("zeros are UTF-16 only where characters stand between them", () => {
  const isWide = (sample: string): boolean => (wasm.glanceAt(sample).encodings & 32) !== 0;
  const wide = Array.from("password", (letter) => `${letter}\0`).join("");
  expect([wide, `\0${wide}`, `\0\0${wide}\0`, `é${wide}`].map(isWide)).toEqual([true, true, true, true]);
  expect(["\0".repeat(4000), "ab\0\0".repeat(90), wide.slice(4)].map(isWide)).toEqual([false, false, false]);
});

test("what was learned is left out, by the kernels as by the plain form", () => {
  const [own, other] = [
    createWasmSpotter({ dictionary: createDictionary(seekers), names: nameTables() }),
    createPlainSpotter(seekers),
  ];
  let learned = 0;
  const teach = (sample: string): void => {
    for (let place = 0; place < sample.length; place++) {
      const given = surelyGiven(sample, place);
      if (given === null) continue;
      const { nameStart, nameEnd, start, end, bare } = given;
      const [name, value] = [sample.slice(nameStart, nameEnd), sample.slice(start, end)];
      for (const { lessons } of [own, other]) lessons.isNone(name, value, bare);
      learned++;
    }
    for (const place of other.glanceAt(sample).opaque ?? []) {
      const run = /[A-Za-z0-9_+/.~%-]+={0,2}/y;
      run.lastIndex = place;
      const plain = run.exec(sample)?.[0] ?? "";
      for (const { lessons } of [own, other]) lessons.isPlain(plain);
      learned++;
    }
  };
  const given = fc.constantFrom('"token": "ab22"', "key = x_y;", "secret: 'abcdefghij'", 'pw="4321"', "key: a(b)");
  fc.assert(
    fc.property(text, given, text, (before, assignment, after) => {
      const sample = before + assignment + after;
      expectSame(own.glanceAt(sample), other.glanceAt(sample));
      teach(sample);
      expectSame(own.glanceAt(sample), other.glanceAt(sample));
    }),
    { numRuns: 400 },
  );
  expect(learned).toBeGreaterThan(100);
});

test("a value is left out with the name that it was learned with, and written as it was", () => {
  const own = createWasmSpotter({ dictionary: createDictionary(seekers), names: nameTables() });
  const names = seekers.findIndex(({ key }) => key === "names");
  const isTold = (sample: string): boolean => {
    const { hits } = own.glanceAt(sample);
    return hits.some((seeker, at) => at % 2 === 1 && seeker === names);
  };
  own.lessons.isNone("token", "nextPage", false);
  expect([`"token": "nextPage"`, `token='nextPage';`, `set("token", "nextPage")`].map(isTold)).toEqual([
    false,
    false,
    false,
  ]);
  const others = [
    `"Token": "nextPage"`,
    `"token": "nextpage"`,
    `token=nextPage;`,
    `secret="nextPage"`,
    `token="nextPage" || x`,
  ];
  expect(others.map(isTold)).toEqual([true, true, true, true, false]);
  // It is not known for ever, and what is not known is told.
  for (let at = 0; at < 400_000; at++) own.lessons.isNone("token", String(at), false);
  expect(isTold(`token="nextPage"`)).toBe(true);
  expect(isTold(`token="399999"`)).toBe(false);
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
  const key = words.indexOf("key");
  const places = Array.from(hits).filter((_, at) => at % 2 === 0 && hits[at + 1] === key);
  expect(places).toEqual(Array.from({ length: 50_000 }, (_, at) => 4 * at));
});

test("more places than fit are none, which stands for everywhere", () => {
  expect(wasm.glanceAt(`stripe_key=${fillShape("{alnum:10}", 7)}12 `.repeat(40_000)).opaque).toBeNull();
  expect(wasm.glanceAt(`.${"ab".repeat(9)} `.repeat(40_000)).dotted).toBeNull();
});
