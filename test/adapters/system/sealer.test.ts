import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createSealer } from "../../../src/adapters/system/sealer.ts";

const old = { id: 1, master: randomBytes(32) };
const current = { id: 2, master: randomBytes(48) };
const sealer = createSealer([current, old]);

test("what was sealed opens again as it was", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 5000 }), fc.string(), (bytes, context) => {
      expect(Uint8Array.from(sealer.open(sealer.seal(bytes, context), context))).toEqual(bytes);
    }),
  );
});

test("a sealed text holds nothing of what was sealed, and is another each time", () => {
  const text = Buffer.from("a sentence that somebody wrote");
  const sealed = [sealer.seal(text, "a"), sealer.seal(text, "a")].map((bytes) => Buffer.from(bytes));
  expect(sealed[0]).not.toEqual(sealed[1]);
  expect(sealed.some((bytes) => bytes.includes("sentence"))).toBe(false);
});

test("one bit changed anywhere, or anything cut off, does not open", () => {
  const sealed = sealer.seal(Buffer.from("text"), "guid");
  fc.assert(
    fc.property(fc.nat({ max: sealed.length * 8 - 1 }), (bit) => {
      const changed = Uint8Array.from(sealed);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(() => sealer.open(changed, "guid")).toThrow(/unable to authenticate|not configured/);
    }),
  );
  for (let length = 1; length < sealed.length; length += 1) {
    expect(() => sealer.open(sealed.slice(0, length), "guid")).toThrow(/authenticat|tag|nonce|initialization/i);
  }
});

test("it does not open in another place than it was sealed for", () => {
  expect(() => sealer.open(sealer.seal(Buffer.from("text"), "guid-1"), "guid-2")).toThrow(/unable to authenticate/);
});

test("what the old key sealed still opens; without that key it says which one is missing", () => {
  const sealed = createSealer([old]).seal(Buffer.from("text"), "guid");
  expect(Buffer.from(sealer.open(sealed, "guid")).toString()).toBe("text");
  expect(() => createSealer([current]).open(sealed, "guid")).toThrow(/key 1, which is not configured/);
});

test("the key in use is not the master key itself", async () => {
  const { createDecipheriv } = await import("node:crypto");
  const sealed = Buffer.from(createSealer([old]).seal(Buffer.from("text"), ""));
  const opening = createDecipheriv("aes-256-gcm", old.master, sealed.subarray(1, 13));
  opening.setAuthTag(sealed.subarray(13, 29));
  opening.update(sealed.subarray(29));
  expect(() => opening.final()).toThrow(/unable to authenticate/);
});

test("weak or ambiguous keys are refused", () => {
  expect(() => createSealer([{ id: 1, master: randomBytes(31) }])).toThrow(/32 bytes or more; key 1 has 31/);
  expect(() => createSealer([{ id: 256, master: randomBytes(32) }])).toThrow(/must be 0 to 255/);
  expect(() => createSealer([old, { ...current, id: 1 }])).toThrow(/same id/);
});
