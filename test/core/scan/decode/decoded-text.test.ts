import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodedText } from "../../../../src/core/scan/decode/decoded-text.ts";
import type { DecodedRun } from "../../../../src/core/scan/decode/decoder.ts";

/** Runs where `[x]` stands, decoded to `X`. */
function runsIn(text: string): readonly DecodedRun[] {
  return [...text.matchAll(/\[\w*\]/g)].map(({ 0: found, index }) => ({
    start: index,
    end: index + found.length,
    decoded: found.slice(1, -1).toUpperCase(),
  }));
}

const decoded = (text: string): ReturnType<typeof decodedText> => decodedText(text, runsIn(text));

describe("decoded runs stand in their lines", () => {
  it("with what is around them", () => {
    expect(decoded('one\nkey: "[abc]", x\ntwo\n').text).toBe('key: "ABC", x');
  });

  it("together where they are near, apart by the lines between them where they are not", () => {
    expect(decoded("a=[x] b=[y]\nleft\nout\nc=[z]").text).toBe("a=X b=Y\n\n\nc=Z");
  });

  it("within reach on long lines, and never in half a word", () => {
    const word = "w".repeat(500);
    const text = `${"far ".repeat(200)}${word}[abc]${word} ${"far ".repeat(200)}`;
    expect(decoded(text).text).toBe(`${word}ABC${word}`);
  });
});

describe("the way back", () => {
  it("is exact around what was decoded, and the whole run inside it", () => {
    const text = 'key: "[abc]", x';
    const { text: made, rangeOf, isDecoded } = decoded(text);
    const at = (part: string): [number, number] => [made.indexOf(part), made.indexOf(part) + part.length];
    expect(rangeOf(...at("key"))).toEqual([0, 3]);
    expect(rangeOf(...at("B"))).toEqual([6, 11]);
    expect(rangeOf(...at('"ABC"'))).toEqual([5, 12]);
    expect([isDecoded(...at("key")), isDecoded(...at("B")), isDecoded(...at('"ABC"'))]).toEqual([false, true, true]);
  });

  it("leads to the same characters, for any text", () => {
    const piece = fc.oneof(
      fc.string({ unit: fc.constantFrom("a", "b", " ", "\n", '"'), maxLength: 300 }),
      fc.stringMatching(/^\[[a-z]{1,9}\]$/),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const text = pieces.join("");
        const { text: made, rangeOf, isDecoded } = decoded(text);
        for (let at = 0; at < made.length; at++) {
          const [start, end] = rangeOf(at, at + 1);
          const origin = text.slice(start, end);
          const expected = isDecoded(at, at + 1) ? origin.startsWith("[") && origin.endsWith("]") : origin === made[at];
          expect(expected || (origin === "" && made[at] === "\n")).toBe(true);
        }
      }),
      { numRuns: 200 },
    );
  });
});
