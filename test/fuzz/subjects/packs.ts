import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { Damaged } from "../../../src/adapters/git/pack/damage.ts";
import { decodeFamily } from "../../../src/adapters/git/pack/decode-family.ts";
import { familiesOf } from "../../../src/adapters/git/pack/families.ts";
import { type ObjectStore, openObjectStore } from "../../../src/adapters/git/pack/object-store.ts";
import { createUnpacker } from "../../../src/adapters/git/pack/unpacker.ts";
import { deltaOf, nameOf, type WrittenEntry, writePack } from "../../support/pack-writer.ts";
import { expectThat, inTime, type FuzzSubject } from "../subject.ts";

const most = 1 << 20;
const texts = ["a base with some text that others share\n".repeat(5), "another\n", "", "\0\xff\x80 bytes\n".repeat(50)];
const bases = texts.map((text) => Buffer.from(text, "latin1"));

type Step = {
  readonly on: number;
  readonly pieces: readonly (readonly [number, number] | string)[];
  readonly lie: number | null;
};

const step: fc.Arbitrary<Step> = fc.record({
  on: fc.nat(),
  pieces: fc.array(
    fc.oneof(fc.tuple(fc.nat(200), fc.nat(200)), fc.string({ unit: "binary-ascii", minLength: 1, maxLength: 60 })),
    { minLength: 1, maxLength: 4 },
  ),
  lie: fc.option(fc.oneof(fc.nat(300), fc.constantFrom(2 ** 31, 2 ** 45, 2 ** 53 - 1)), { nil: null, freq: 6 }),
});
const damage = fc.record({
  which: fc.constantFrom("pack" as const, "index" as const),
  at: fc.nat(),
  to: fc.nat(255),
  cut: fc.option(fc.nat(), { nil: null, freq: 8 }),
});

/**
 * Packs with deltas on deltas, lies about sizes, changed bytes and missing ends. An object is given as what its name says, or it is
 * damaged: whoever reads then leaves it to git, which says so.
 */
export const packsSubject: FuzzSubject = {
  name: "packs",
  shortRuns: 150,
  inputsPerRun: 1,
  start: async () => {
    const top = mkdtempSync(join(tmpdir(), "keyward-fuzz-packs-"));
    const objects = join(top, "objects");
    mkdirSync(join(objects, "pack"), { recursive: true });
    const property = fc.asyncProperty(
      fc.array(step, { maxLength: 8 }),
      fc.array(damage, { maxLength: 3 }),
      async (steps, damages) => {
        const entries = entriesOf(steps);
        const { pack, index } = writePack(entries);
        const files = { pack: Buffer.from(pack), index: Buffer.from(index) };
        for (const { which, at, to, cut } of damages) {
          const file = files[which];
          if (file.length > 0) file[at % file.length] = to;
          if (cut !== null) files[which] = file.subarray(0, cut % (file.length + 1));
        }
        writeFileSync(join(objects, "pack/pack-0.pack"), files.pack);
        writeFileSync(join(objects, "pack/pack-0.idx"), files.index);
        const store = openObjectStore(objects, 20);
        try {
          const isWhole = damages.length === 0;
          for (const { content, claimedSize } of entries)
            expectGiven(store, content, isWhole && claimedSize === undefined && steps.every(({ lie }) => lie === null));
          if (!damages.some(({ which }) => which === "index")) inTime("a pack", () => expectNamed(store));
          else inTime("a pack with another index", () => unpackAll(store, () => {}));
        } finally {
          store.close();
        }
      },
    );
    return { property, end: async () => rmSync(top, { recursive: true, force: true }) };
  },
};

function entriesOf(steps: readonly Step[]): readonly WrittenEntry[] {
  const entries: WrittenEntry[] = bases.map((content) => ({ content, as: "whole" }));
  for (const { on, pieces, lie } of steps) {
    const deltaTo = on % entries.length;
    const base = entries[deltaTo]?.content ?? Buffer.alloc(0);
    const within = pieces
      .map((piece) => (typeof piece === "string" ? piece : copyWithin(piece, base.length)))
      .filter((piece) => typeof piece === "string" || piece[1] > 0);
    const { delta, result } = deltaOf(base, within.length === 0 ? ["x"] : within);
    entries.push({ content: result, as: { deltaTo, delta }, ...(lie !== null && { claimedSize: lie }) });
  }
  return entries;
}

function copyWithin([from, length]: readonly [number, number], size: number): readonly [number, number] {
  const start = from % (size + 1);
  return [start, Math.min(length, size - start)];
}

function expectGiven(store: ObjectStore, content: Buffer, mustBe: boolean): void {
  try {
    const read = inTime("an object", () => store.read(nameOf(content), most));
    const isGiven = typeof read === "object" && Buffer.from(read.bytes).equals(content);
    if (mustBe) expectThat(isGiven, "an object that is whole is given, as its name says");
  } catch (error) {
    if (mustBe || !(error instanceof Damaged)) throw error;
  }
}

/** Of a pack whose index is as it was: what is unpacked under a name has that name. */
function expectNamed(store: ObjectStore): void {
  unpackAll(store, (name, bytes) => expectThat(nameOf(bytes) === name, "what is unpacked is what its name says"));
}

function unpackAll(store: ObjectStore, look: (name: string, bytes: Buffer) => void): void {
  for (const { map, pack } of store.mapped()) {
    const families = familiesOf(map, () => true);
    const unpacker = createUnpacker();
    for (const root of families.roots) {
      const source = { map, pack, families, unpacker, mostBytes: most, baseElsewhere: () => null };
      for (const { place, bytes } of decodeFamily(source, root)) look(map.nameAt(place), Buffer.from(bytes));
    }
  }
}
