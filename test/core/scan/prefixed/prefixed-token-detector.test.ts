import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { levelFrom } from "../../../../src/core/scan/confidence.ts";
import { createPlainSpotter } from "../../../../src/core/scan/engine/spotter.ts";
import { knownPrefixes } from "../../../../src/core/scan/prefixed/known-prefixes.ts";
import {
  prefixedTokenDetector,
  prefixedTokenRule,
} from "../../../../src/core/scan/prefixed/prefixed-token-detector.ts";
import { fillShape } from "../../../../src/core/scan/shape/fill-shape.ts";

const haystackOf = (text: string) => ({ path: "src/example.txt", text, via: [] });

/** The tokens that are found at medium confidence or above. */
function tokensIn(text: string): readonly string[] {
  return prefixedTokenDetector
    .find(haystackOf(text))
    .filter(({ reasons = [] }) => reasons.reduce((sum, { points }) => sum + points, 0) >= levelFrom.medium)
    .map(({ secret }) => secret);
}

const seeds = [1, 2, 3];

describe("a token with a prefix of its own", () => {
  it.each([
    "zqx_{alnum:32}",
    "ZQX_{alnum:40}",
    "zqx-v1-{alnum:40}",
    "zqx_{hex:40}",
    "sk_{alnum:40}",
    "zqx_live_{alnumlower:32}",
    "zqx_{alnum:8}_{alnum:24}",
    "rotate zqx_{alnum:32}. Then tell us",
    'client.use("zqx_{alnum:32}")',
    "- zqx-{alnum:32}",
    "curl -H 'X-Thing: zqx_{alnum:32}'",
    "first,zqx_{alnum:32},second",
  ])("is found in %s", (shape) => {
    for (const seed of seeds) expect(tokensIn(fillShape(shape, seed)), `seed ${seed}`).toHaveLength(1);
  });

  it.each([
    ["the id of a thing", "price_{alnum:24}"],
    ["an id by its name", 'resource_id: "zqx-{alnum:26}"'],
    ["a key for everybody", "pk_live_{alnum:32}"],
    ["a name of words", "ge-flow-animation-{alnum:24}"],
    ["the fingerprint of a file", "zqx-{hex:32}"],
    ["a file", "zqx_{alnum:32}.css"],
    ["a part of a URL", "https://acme.dev/v1/zqx_{alnum:32}"],
    ["a member of a key", `"y": "zqx-{alnum:32}"`],
    ["what an expression gives", '# user.invite # => "invite_token_{alnum:24}"'],
    ["a shorter one", "zqx_{alnum:19}"],
    ["a longer name", "zqxbcdefghijk_{alnum:32}"],
    ["what goes on", "zqx_{alnum:32}(1)"],
    ["what was begun before", "@zqx_{alnum:32}"],
    ["words", "zqx_theQuickBrownFox123JumpsOver"],
  ])("is not %s: %s", (_what, shape) => {
    for (const seed of seeds) expect(tokensIn(fillShape(shape, seed)), `seed ${seed}`).toEqual([]);
  });

  it("is left to the rule of its provider, if the prefix is not one that everybody has", () => {
    const isKnown = knownPrefixes([
      { ...prefixedTokenRule, prefixes: ["zqx_"] },
      { ...prefixedTokenRule, prefixes: ["sk_live_"] },
    ]);
    const found = (shape: string): readonly boolean[] =>
      prefixedTokenDetector.find(haystackOf(fillShape(shape, 1))).map(isKnown);
    expect(found("zqx_{alnum:32}")).toEqual([true]);
    expect(found("zqy_{alnum:32}")).toEqual([false]);
    expect(found("sk_live_{alnum:32}")).toEqual([false]);
  });
});

const pieces = [
  ...Array.from("_-./+~%= \n\"'():,"),
  "zqx",
  "ZQX",
  "v1",
  "live",
  ["a1b2c3d4", "e5f6g7h8", "i9j0k1"].join(""),
  "9f86d081884c7d659a2feaa0",
  "Word",
];

test("what a spotter leaves out holds none", () => {
  const spotter = createPlainSpotter([]);
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 14 }), (parts) => {
      const haystack = haystackOf(parts.join(""));
      const places = spotter.glanceAt(haystack.text).opaque ?? [];
      expect(prefixedTokenDetector.spotted?.find(haystack, () => places)).toEqual(prefixedTokenDetector.find(haystack));
    }),
    { numRuns: 3000 },
  );
});
