import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Secret } from "../../../src/core/scan/secret.ts";
import type { Match } from "../../../src/core/scan/finding.ts";
import { toByteText } from "../../../src/core/scan/byte-text.ts";
import { maskedText } from "../../../src/core/text/mask-text.ts";
import { aFinding } from "../../support/builders.ts";

/** A match of `secret` where it stands first in the text. */
function matchOf(text: string, secret: string, mask = "se****"): Match {
  const offset = toByteText(text).indexOf(toByteText(secret));
  const span = { offset, length: toByteText(secret).length, line: 1, column: 1, endLine: 1, endColumn: 1 };
  return { finding: aFinding({ span, mask }), secret: new Secret(secret) };
}

const mask = ({ finding }: Match): string => finding.mask;

describe("a text that is masked", () => {
  it.each([
    ["a secret in the middle", "use s3cret-words here", "s3cret-words", "use se**** here"],
    ["line ends as GitHub's editor writes them", "a\r\n\r\ns3cret-words\r\n", "s3cret-words", "a\r\n\r\nse****\r\n"],
    [
      "what is not ASCII, before and after",
      "clé “ü” s3cret-words 🔑\u0000é",
      "s3cret-words",
      "clé “ü” se**** 🔑\u0000é",
    ],
    [
      "the same secret again, where nothing was found",
      "s3cret-words and s3cret-words.",
      "s3cret-words",
      "se**** and se****.",
    ],
    ["a short secret only where it was found", "hat: that", "hat", "se****: that"],
  ])("keeps everything but %s", (_, text, secret, expected) => {
    expect(maskedText(text, [matchOf(text, secret)], mask)).toBe(expected);
  });

  it("has one mask where matches overlap", () => {
    const text = "x s3cret-words-and-more y";
    const matches = [matchOf(text, "s3cret-words"), matchOf(text, "words-and-more", "wo****")];
    expect(maskedText(text, matches, mask)).toBe("x se**** y");
  });

  it("holds no secret any more, and every other byte as it was", () => {
    const piece = fc.string({ unit: "grapheme", maxLength: 20 }).filter((text) => !text.includes("~"));
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 6 }), (pieces) => {
        const secret = "~s3cret-ünïcode~";
        const text = pieces.join(secret);
        const match = pieces.length > 1 ? [matchOf(text, secret)] : [];
        expect(maskedText(text, match, () => "****")).toBe(pieces.join("****"));
      }),
    );
  });
});
