import { constants, deflateRawSync, deflateSync, inflateRawSync, inflateSync } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { Damaged } from "../../../../src/adapters/git/pack/damage.ts";
import { applyDelta, type NewRanges, parseDelta } from "../../../../src/adapters/git/pack/delta.ts";
import { createUnpacker, nearby } from "../../../../src/adapters/git/pack/unpacker.ts";

const unpacker = createUnpacker();

/** What the kernel makes of compressed bytes; null where it says that they are none. */
function unpacked(compressed: Uint8Array, size: number): Buffer | null {
  const block = damagedOr(() => unpacker.inflate(compressed, size));
  const bytes = block === null ? null : Buffer.from(unpacker.view(block));
  if (block !== null) unpacker.release(block);
  return bytes;
}

function damagedOr<T>(make: () => T): T | null {
  try {
    return make();
  } catch (error) {
    if (error instanceof Damaged) return null;
    throw error;
  }
}

function byZlib(compressed: Uint8Array, size: number): Buffer | null {
  try {
    const bytes = inflateSync(compressed, { maxOutputLength: size + 64, chunkSize: size + 64 });
    return bytes.length === size ? bytes : null;
  } catch {
    return null;
  }
}

/** Repetition near and far, of every length, and stretches without any. */
const content = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
      fc.tuple(fc.string({ minLength: 1, maxLength: 20 }), fc.nat(400)).map(([text, times]) => text.repeat(times)),
      fc.tuple(fc.nat(255), fc.nat(70_000)).map(([byte, times]) => Buffer.alloc(times, byte)),
    ),
    { maxLength: 8 },
  )
  .map((parts) => Buffer.concat(parts.map((part) => Buffer.from(part))));
const ways = fc.record({
  level: fc.constantFrom(0, 1, 6, 9),
  strategy: fc.constantFrom(
    constants.Z_DEFAULT_STRATEGY,
    constants.Z_FILTERED,
    constants.Z_HUFFMAN_ONLY,
    constants.Z_RLE,
    constants.Z_FIXED,
  ),
  memLevel: fc.constantFrom(1, 9),
});

test("what zlib packs is unpacked, whatever comes behind it; with another size it is damaged", () => {
  fc.assert(
    fc.property(content, ways, fc.uint8Array({ maxLength: 20 }), (bytes, way, behind) => {
      const packed = Buffer.concat([deflateSync(bytes, way), behind]);
      expect(unpacked(packed, bytes.length)?.equals(bytes)).toBe(true);
      expect(unpacked(packed, bytes.length + 1)).toBeNull();
      expect(unpacked(packed, Math.max(bytes.length - 1, 0))?.length).toBe(bytes.length === 0 ? 0 : undefined);
    }),
    { numRuns: 150 },
  );
});

test("bytes that were changed or cut off are unpacked if zlib unpacks them, and only then", () => {
  const change = fc.record({ at: fc.nat(), to: fc.nat(255) });
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 400 }),
      ways,
      fc.array(change, { maxLength: 2 }),
      fc.option(fc.nat(), { nil: null }),
      (bytes, way, changes, cut) => {
        const packed = deflateSync(bytes, way);
        for (const { at, to } of changes) packed[at % packed.length] = to;
        const given = cut === null ? packed : packed.subarray(0, cut % (packed.length + 1));
        expect(unpacked(given, bytes.length)).toEqual(byZlib(given, bytes.length));
      },
    ),
    { numRuns: 1500 },
  );
});

test("codes that are no codes, and matches that reach too far, are told without the help of the checksum", () => {
  const change = fc.record({ at: fc.nat(), bit: fc.nat(7) });
  let [taken, refused] = [0, 0];
  fc.assert(
    fc.property(content, ways, fc.array(change, { minLength: 1, maxLength: 3 }), (bytes, way, changes) => {
      const raw = deflateRawSync(bytes.subarray(0, 5000), way);
      // Where most of what can be wrong stands.
      for (const { at, bit } of changes)
        raw[at % Math.min(raw.length, 80)] = (raw[at % Math.min(raw.length, 80)] ?? 0) ^ (1 << bit);
      const made = rawByZlib(raw);
      if (made === null) refused += 1;
      else taken += 1;
      const expected = made?.bytes ?? null;
      const packed = whole(raw.subarray(0, made?.used), expected ?? Buffer.alloc(1));
      expect(unpacked(packed, expected?.length ?? 1)).toEqual(expected);
    }),
    { numRuns: 1500, seed: 7 },
  );
  expect(Math.min(taken, refused)).toBeGreaterThan(100);
});

function rawByZlib(raw: Buffer): { readonly bytes: Buffer; readonly used: number } | null {
  try {
    const { buffer, engine } = inflateRawSync(raw, { info: true, maxOutputLength: 1 << 22 }) as unknown as {
      readonly buffer: Buffer;
      readonly engine: { readonly bytesWritten: number };
    };
    return { bytes: buffer, used: engine.bytesWritten };
  } catch {
    return null;
  }
}

/** With head and checksum. */
function whole(raw: Buffer, made: Buffer): Buffer {
  let [sum, weighted] = [1, 0];
  for (const byte of made) {
    sum = (sum + byte) % 65_521;
    weighted = (weighted + sum) % 65_521;
  }
  const trailer = Buffer.alloc(4);
  trailer.writeUInt32BE(weighted * 65_536 + sum);
  return Buffer.concat([Buffer.from([0x78, 0x9c]), raw, trailer]);
}

const varint = (value: number): readonly number[] =>
  value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)];

const command = fc.oneof(
  fc.uint8Array({ minLength: 1, maxLength: 127 }).map((bytes) => [bytes.length, ...bytes]),
  fc
    .tuple(fc.nat(3000), fc.nat(2000))
    .map(([offset, size]) => [0xb3, offset & 255, offset >> 8, size & 255, size >> 8]),
  // Whatever it may say.
  fc.uint8Array({ maxLength: 3 }).map((bytes) => [...bytes]),
);

test("a delta makes what the plain form makes, notes the same as new, and is refused when that refuses it", () => {
  let made = 0;
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 2500, maxLength: 6000 }),
      fc.array(command, { maxLength: 30 }),
      fc.boolean(),
      fc.nat(8000),
      (bytes, commands, isTrue, size) => {
        const base = Buffer.from(bytes);
        const result = Buffer.alloc(isTrue ? lengthOf(commands) : size);
        const delta = Buffer.from([...varint(base.length), ...varint(result.length), ...commands.flat()]);
        const news: NewRanges = [];
        const plain = damagedOr(() => {
          applyDelta(delta, parseDelta(delta), base, result, news, nearby);
          return result;
        });
        const [held, heldBase] = [unpacker.hold(delta), unpacker.hold(base)];
        const applied = damagedOr(() => unpacker.apply(held, heldBase));
        expect(applied === null ? null : Buffer.from(unpacker.view(applied.block))).toEqual(plain);
        expect(applied === null ? null : [...applied.news]).toEqual(plain === null ? null : news);
        if (applied !== null) made += 1;
        for (const block of [held, heldBase, applied?.block]) if (block !== undefined) unpacker.release(block);
      },
    ),
    { numRuns: 800, seed: 7 },
  );
  expect(made).toBeGreaterThan(100);
});

/** As far as they can be told. */
const lengthOf = (commands: readonly (readonly number[])[]): number =>
  commands.reduce(
    (sum, [first = 0, , , low = 0, high = 0]) => sum + (first === 0xb3 ? low + 256 * high || 65_536 : first),
    0,
  );

test("when there is no more room for ranges the last one reaches to the end of what is new", () => {
  const base = Buffer.alloc(40_000_000 / 4, "b");
  const commands: number[] = [];
  const [step, most] = [2000, 5000];
  for (let at = 0; at < most; at++) commands.push(0xb7, 0, 0, 0, step & 255, step >> 8, 1, 0x61);
  const delta = Buffer.from([...varint(base.length), ...varint(most * (step + 1)), ...commands]);
  const [held, heldBase] = [unpacker.hold(delta), unpacker.hold(base)];
  const { block, news } = unpacker.apply(held, heldBase);
  expect(news.length).toBeLessThan(2 * most);
  expect(news.at(-1)).toBe(block.size);
  expect([...news.subarray(0, 4)]).toEqual([step, step + 1, 2 * step + 1, 2 * step + 2]);
  unpacker.clear();
});

test("memory: blocks are used again, what is held lies apart, and more than a limit is not taken", () => {
  const small = createUnpacker();
  const blocks = Array.from({ length: 20 }, (_, at) => small.hold(Buffer.alloc(1000 + 13 * at, at)));
  for (const [at, block] of blocks.entries()) if (at % 2 === 0) small.release(block);
  const more = Array.from({ length: 10 }, (_, at) => small.hold(Buffer.alloc(500, 100 + at)));
  const kept = [...blocks.entries()].filter(([at]) => at % 2 === 1);
  for (const [at, block] of kept)
    expect(Buffer.from(small.view(block)).equals(Buffer.alloc(1000 + 13 * at, at))).toBe(true);
  expect(Math.max(...more.map(({ at }) => at))).toBeLessThan(blocks.at(-1)?.at ?? 0);
  expect(() => small.inflate(Buffer.alloc(10), 2 ** 31)).toThrow(Damaged);
  small.clear();
  expect(small.hold(Buffer.alloc(10)).at).toBe(blocks[0]?.at);
});

const context = 512;

/** The lines in some ranges, and all that begins or ends within the context of each. */
function* linesIn(text: Buffer, ranges: readonly number[]): Generator<{ begin: number; end: number; around: string }> {
  const lines: { begin: number; end: number }[] = [];
  for (let begin = 0; begin < text.length;) {
    const found = text.indexOf(10, begin);
    const end = found < 0 ? text.length : found + 1;
    lines.push({ begin, end });
    begin = end;
  }
  for (let at = 0; at < ranges.length; at += 2) {
    const [from = 0, to = 0] = [ranges[at], ranges[at + 1]];
    for (const { begin, end } of lines) {
      if (begin > to || end < from || (end === from && from < begin)) continue;
      const window = lines.filter((one) => one.end > begin - context && one.begin < end + context);
      const [first, last] = [window[0]?.begin ?? 0, window.at(-1)?.end ?? 0];
      const before = window.filter((one) => one.begin < begin).length;
      yield { begin, end, around: `${before} ${text.toString("latin1", first, last)}` };
    }
  }
}

/** Short and long lines, most of which come again. */
const line = fc.oneof(
  { weight: 8, arbitrary: fc.nat(12).map((number) => `line ${number} ${"x".repeat(number * 7)}\n`) },
  { weight: 2, arbitrary: fc.constantFrom("\n", "\n\n\n", "a\n") },
  { weight: 1, arbitrary: fc.nat(6000).map((length) => `${"long ".repeat(length / 5)}\n`) },
);
const someText = fc
  .tuple(fc.array(line, { maxLength: 60 }), fc.constantFrom("", "no line break"))
  .map(([lines, end]) => Buffer.from(lines.join("") + end));

test("of what is new all lines are looked at but those that were seen with the same around them, when nothing was in these", () => {
  const step = fc.record({
    text: someText,
    places: fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(3000)), { maxLength: 4 }),
    about: fc.constantFrom("one kind", "another"),
    isHere: fc.boolean(),
    isClean: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 12 }), (steps) => {
      const own = createUnpacker(true);
      const known = new Set<string>();
      for (const { text, places, about, isHere, isClean } of steps) {
        const ranges: number[] = [];
        for (const [share, length] of places.toSorted(([a], [b]) => a - b)) {
          const from = Math.floor(share * text.length);
          if (ranges.length === 0 || from > (ranges.at(-1) ?? 0) + nearby)
            ranges.push(from, Math.min(text.length, from + length));
        }
        const bytes = isHere ? own.view(own.hold(text)) : text;
        const fresh = own.seen?.fresh(bytes, ranges, about) ?? [];
        const isFresh = (from: number, to: number): boolean =>
          Array.from({ length: fresh.length / 2 }, (_, at) => 2 * at).some(
            (at) => (fresh[at] ?? 0) <= from && to <= (fresh[at + 1] ?? 0),
          );
        for (let at = 0; at < ranges.length; at += 2) {
          const [from = 0, to = 0] = [ranges[at], ranges[at + 1]];
          // Where a long line is near, or is what is new, there is no more to look at than what is new.
          if (isFresh(from, to)) continue;
          for (const { begin, end, around } of linesIn(text, [from, to])) {
            const isLong = end - begin > 4096;
            const [first, last] = isLong ? [Math.max(begin, from), Math.min(end, to)] : [begin, end];
            expect(first > last || known.has(`${about} ${around}`) || isFresh(first, last)).toBe(true);
          }
        }
        if (isClean) {
          own.seen?.keep();
          for (const { begin, end, around } of linesIn(text, ranges))
            if (end - begin <= 4096) known.add(`${about} ${around}`);
        }
        own.clear();
      }
    }),
    { numRuns: 300 },
  );
});

test("what was seen and had nothing is not looked at again; what is near a change is, and so is all of it in another place", () => {
  const own = createUnpacker(true);
  const lines = Array.from({ length: 400 }, (_, number) => `this is line ${number} of many\n`);
  const text = Buffer.from(lines.join(""));
  const all = [0, text.length];
  const fresh = (bytes: Buffer, about = "x"): number[] =>
    Array.from(own.seen?.fresh(bytes, [0, bytes.length], about) ?? []);
  expect(fresh(text)).toEqual(all);
  expect(fresh(text)).toEqual(all);
  own.seen?.keep();
  expect(fresh(text)).toEqual([]);
  expect(fresh(text, "y")).toEqual(all);
  const changed = Buffer.from(lines.with(200, "this is new\n").join(""));
  const [from = 0, to = 0, ...more] = fresh(changed);
  const at = changed.indexOf("this is new");
  expect(more).toEqual([]);
  expect([at - from, to - at].every((distance) => distance > context && distance < 2 * context)).toBe(true);
  // Forgetting objects, and giving much memory back, is not forgetting lines.
  own.release(own.hold(Buffer.alloc(50 << 20)));
  own.clear();
  expect(fresh(text)).toEqual([]);
});
