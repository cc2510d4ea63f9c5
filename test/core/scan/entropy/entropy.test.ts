import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { entropyDetector, usualEntropyLimits } from "../../../../src/core/scan/entropy/entropy-detector.ts";
import { isOf, stringEntropy } from "../../../../src/core/scan/entropy/string-entropy.ts";
import { fillShape } from "../../../../src/core/scan/shape/fill-shape.ts";

/** The definition, written out: minus the sum of p log2 p over the characters that occur. */
function byDefinition(text: string): number {
  const shares = [...new Set(text)].map((char) => text.split(char).length - 1).map((count) => count / text.length);
  return -shares.reduce((sum, share) => sum + share * Math.log2(share), 0);
}

const found = (text: string, path = "a"): string[] =>
  entropyDetector(usualEntropyLimits)
    .find({ path, text, via: [] })
    .map(({ rule, secret }) => `${rule.id} ${secret}`);

describe("entropy of a string", () => {
  it.each([
    ["a", 0],
    ["aaaa", 0],
    ["ab", 1],
    ["abcd", 2],
    ["aabb", 1],
    ["abcdefgh", 3],
    ["0123456789abcdef", 4],
  ])("of %s is %d bits a character", (text, bits) => {
    expect(stringEntropy("base64", text)).toBeCloseTo(bits, 12);
  });

  it("is as defined", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z]{1,60}$/), (text) => {
        expect(stringEntropy("base64", text)).toBeCloseTo(byDefinition(text), 9);
      }),
    );
  });

  it("of a hex string of digits alone is lowered by 1.2 / log2(length); one digit is not", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9]{2,40}$/), (text) => {
        const lowered = byDefinition(text) - 1.2 / Math.log2(text.length);
        expect(stringEntropy("hex", text)).toBeCloseTo(lowered, 9);
        expect(stringEntropy("base64", text)).toBeCloseTo(byDefinition(text), 9);
      }),
    );
    expect(stringEntropy("hex", "7")).toBe(0);
    expect(stringEntropy("hex", "0123456789")).toBeLessThan(stringEntropy("hex", "012345678a"));
  });

  it("knows its alphabets", () => {
    expect(isOf("hex", "00fF")).toBe(true);
    expect(isOf("hex", "0g")).toBe(false);
    expect(isOf("base64", "aZ09+/-_=")).toBe(true);
    expect(isOf("base64", "a b")).toBe(false);
  });
});

describe("the entropy detectors", () => {
  const hex = fillShape("{hex:40}", 1);
  const base64 = fillShape("{base64:44}", 1);

  it("find quoted strings above the limit", () => {
    expect(found(`a = "${hex}"; b = '${base64}'`)).toEqual([`entropy-hex ${hex}`, `entropy-base64 ${base64}`]);
  });

  it("find nothing without quotes, below the limit, or in other characters", () => {
    expect(found(`${hex} "abcabcabcabc" "${base64} ${base64}" "1234567890"`)).toEqual([]);
  });

  it.each([
    ["a.yml", `key: ${hex}\n`],
    ["a/b.yaml", `list:\n  - ${hex}\n`],
    ["a.yaml", `- key: ${hex} # of the test\r\n`],
    ["a.ini", `[a]\nkey = ${hex}\n`],
    ["a.properties", `a.b.key=${hex}`],
    [".env", `export KEY=${hex}\n`],
    ["conf/.env.local", `KEY=${hex}\n`],
  ])("find whole values in files of settings without quotes too: %s %j", (path, text) => {
    expect(found(text, path)).toEqual([`entropy-hex ${hex}`]);
    expect(found(text, "a.py")).toEqual([]);
  });

  it("find a value once, and in files of settings no part of one", () => {
    expect(found(`key: "${hex}"\n`, "a.yml")).toEqual([`entropy-hex ${hex}`]);
    expect(found(`key: ${hex} ${hex}\nkey: |\n  ${base64}\n`, "a.yml")).toEqual([]);
  });

  it("can be used one by one and with other limits", () => {
    const only = entropyDetector({ base64: null, hex: 3.9 });
    const text = `"${"0123456789abcdef".repeat(2)}" "${base64}" "${"01234567".repeat(4)}"`;
    expect(only.find({ path: "a", text, via: [] }).map(({ rule }) => rule.id)).toEqual(["entropy-hex"]);
  });
});
