import fc from "fast-check";
import { expect, it } from "vitest";
import { byteTextOf, fromByteText, toByteText } from "../../../src/core/scan/byte-text.ts";

const anyBytes = fc.uint8Array({ maxLength: 64 });
/** Bytes that are nearly UTF-8: cut short, overlong, surrogates. */
const nearlyUtf8 = fc
  .array(
    fc.constantFrom(
      0x41,
      0x80,
      0xbf,
      0xc0,
      0xc3,
      0xa9,
      0xe2,
      0x82,
      0xac,
      0xed,
      0xa0,
      0xf0,
      0x9f,
      0x98,
      0xf4,
      0x90,
      0xff,
    ),
  )
  .map((bytes) => Uint8Array.from(bytes));

it("has one character for each byte", () => {
  fc.assert(
    fc.property(anyBytes, (bytes) => {
      expect(byteTextOf(bytes)).toBe(Buffer.from(bytes).toString("latin1"));
    }),
  );
  expect(byteTextOf(new Uint8Array(100_000).fill(0xe9))).toBe("\u00e9".repeat(100_000));
});

it("is made from text as UTF-8", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(toByteText(text)).toBe(Buffer.from(text).toString("latin1"));
    }),
  );
});

it("is read as UTF-8, whatever it holds: each byte that does not belong becomes U+FFFD", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(fromByteText(toByteText(text))).toBe(text.toWellFormed());
    }),
  );
  fc.assert(
    fc.property(fc.oneof(anyBytes, nearlyUtf8), (bytes) => {
      const withoutMarks = (text: string): string => text.replaceAll("\ufffd", "");
      const decoded = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
      expect(withoutMarks(fromByteText(byteTextOf(bytes)))).toBe(withoutMarks(decoded));
    }),
  );
});
