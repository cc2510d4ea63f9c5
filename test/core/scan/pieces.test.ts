import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pieceContext, piecesOf } from "../../../src/core/scan/pieces.ts";

const textOf = (bytes: Uint8Array | null): string | null =>
  bytes === null ? null : Buffer.from(bytes).toString("latin1");
const line = `${"x".repeat(79)}\n`;
const long = Buffer.from(line.repeat(200));

describe("piecesOf", () => {
  it("takes what is new with its context, to the ends of lines", () => {
    expect(textOf(piecesOf(long, [8005, 8010]))).toBe(`${line.repeat(14)}\n\n\n\n`);
    expect(textOf(piecesOf(long, [0, 0]))).toBe(`${line.repeat(7)}\n\n\n\n`);
    expect(piecesOf(long, [])).toEqual(new Uint8Array());
  });

  it("joins what is near, and keeps apart what is not", () => {
    expect(textOf(piecesOf(long, [4000, 4001, 4500, 4500]))?.split("\n\n\n\n")).toHaveLength(2);
    expect(textOf(piecesOf(long, [4000, 4001, 12_000, 12_000]))?.split("\n\n\n\n")).toHaveLength(3);
  });

  it("is null where nearly all would be taken", () => {
    expect(piecesOf(long, [0, long.length])).toBeNull();
    expect(piecesOf(Buffer.from(line), [3, 4])).toBeNull();
  });

  it("follows words out of long lines, as far as they go", () => {
    const text = Buffer.from(`${"a b ".repeat(2000)}${"T".repeat(5000)} ${"c d ".repeat(2000)}`);
    expect(textOf(piecesOf(text, [10_500, 10_500]))?.includes("T".repeat(5000))).toBe(true);
  });

  it("has every stretch of up to the context that touches something new", () => {
    const texts = fc.array(fc.constantFrom("word", "\n", " ", "x".repeat(300), "-"), {
      minLength: 200,
      maxLength: 400,
    });
    fc.assert(
      fc.property(
        texts,
        fc.array(fc.nat(), { minLength: 1, maxLength: 4 }),
        fc.nat(pieceContext),
        (parts, at, before) => {
          const text = Buffer.from(parts.map((part, number) => (part === "word" ? `word${number}` : part)).join(""));
          const news = at.map((one) => one % (text.length + 1)).toSorted((a, b) => a - b);
          const all =
            textOf(
              piecesOf(
                text,
                news.flatMap((one) => [one, one]),
              ),
            ) ?? text.toString("latin1");
          for (const one of news) {
            const start = Math.max(0, one - before);
            expect(all.includes(text.toString("latin1", start, start + pieceContext))).toBe(true);
          }
        },
      ),
    );
  });
});
