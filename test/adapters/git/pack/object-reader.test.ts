import fc from "fast-check";
import { expect, test } from "vitest";
import { Damaged } from "../../../../src/adapters/git/pack/damage.ts";
import { createObjectReader } from "../../../../src/adapters/git/pack/object-reader.ts";
import type { ObjectStore } from "../../../../src/adapters/git/pack/object-store.ts";
import { newEntries } from "../../../../src/adapters/git/pack/tree-entries.ts";

const objects = new Map<string, Buffer>();
const store: ObjectStore = {
  mapped: () => [],
  unreadable: [],
  read: (name) => ({ type: "tree", bytes: objects.get(name) ?? Buffer.alloc(0) }),
  loose: function* () {},
  close: () => undefined,
};

const idLengths = [20, 32] as const;
const readers = new Map(idLengths.map((length) => [length, createObjectReader(store, length)]));

/** What the kernel tells of two trees; null where one of both is none. */
function told(tree: Buffer, other: Buffer, idLength: 20 | 32): ReturnType<typeof newEntries> | null {
  const reader = readers.get(idLength);
  const [one, two] = [`01`.repeat(idLength), `02`.repeat(idLength)];
  objects.set(one, tree);
  objects.set(two, other);
  try {
    const entries = reader?.newIn(reader.numberOf(one), reader.numberOf(two)) ?? [];
    const nameOf = (number: number): string => reader?.nameOf(number) ?? "";
    return entries.map(({ kind, name, object, before }) => ({
      kind,
      name,
      id: nameOf(object),
      before: before === null ? null : nameOf(before),
    }));
  } catch (error) {
    if (error instanceof Damaged) return null;
    throw error;
  }
}

function plainly(tree: Buffer, other: Buffer, idLength: number): ReturnType<typeof newEntries> | null {
  try {
    return newEntries(tree, other, idLength);
  } catch (error) {
    if (error instanceof Damaged) return null;
    throw error;
  }
}

type Entry = { readonly mode: string; readonly name: string; readonly id: number };

const entry: fc.Arbitrary<Entry> = fc.record({
  mode: fc.constantFrom("100644", "100755", "120000", "40000", "160000", "040000", "0"),
  name: fc.oneof(fc.stringMatching(/^[a-d.\-0]{1,3}$/), fc.stringMatching(/^[a-d.\-0é]{1,40}$/)),
  id: fc.nat(3),
});

/** In git's order, in which the name of a tree goes on with a slash. */
function treeOf(entries: readonly Entry[], idLength: number): Buffer {
  const keyOf = ({ mode, name }: Entry): string => (/^0?40000$/.test(mode) ? `${name}/` : name);
  const once = [...new Map(entries.map((one) => [one.name, one])).values()].sort((a, b) =>
    Buffer.compare(Buffer.from(keyOf(a), "latin1"), Buffer.from(keyOf(b), "latin1")),
  );
  return Buffer.concat(
    once.map(({ mode, name, id }) =>
      Buffer.concat([Buffer.from(`${mode} ${name}\0`, "latin1"), Buffer.alloc(idLength, id)]),
    ),
  );
}

test("what a tree has and another one has not is told as its plain form tells it", () => {
  const entries = fc.array(entry, { maxLength: 60 });
  fc.assert(
    fc.property(entries, entries, fc.boolean(), fc.constantFrom(...idLengths), (all, more, isEdit, idLength) => {
      const tree = treeOf(all, idLength);
      // Mostly two versions of one tree.
      const other = treeOf(isEdit ? [...all.slice(0, 30), ...more.slice(0, 2), ...all.slice(32)] : more, idLength);
      expect(told(tree, other, idLength)).toEqual(plainly(tree, other, idLength));
      expect(told(tree, Buffer.alloc(0), idLength)).toEqual(plainly(tree, Buffer.alloc(0), idLength));
    }),
    { numRuns: 500 },
  );
});

test("of trees that are not as git writes them nothing is missing, or they are refused", () => {
  const change = fc.record({ at: fc.nat(), to: fc.nat(255) });
  fc.assert(
    fc.property(
      fc.array(entry, { maxLength: 8 }),
      fc.array(change, { maxLength: 3 }),
      fc.nat(),
      (all, changes, cut) => {
        const whole = treeOf(all, 20);
        const tree = Buffer.from(whole.subarray(0, whole.length - (cut % 4 === 0 ? cut % (whole.length + 1) : 0)));
        for (const { at, to } of changes) if (tree.length > 0) tree[at % tree.length] = to;
        const alone = plainly(tree, Buffer.alloc(0), 20);
        expect(told(tree, Buffer.alloc(0), 20)).toEqual(alone);
        if (alone === null) return;
        const found = told(tree, whole, 20) ?? [];
        const keyOf = ({ kind, name, id }: { kind: string; name: string; id: string }): string =>
          `${kind} ${name} ${id}`;
        const known = new Set((plainly(whole, Buffer.alloc(0), 20) ?? []).map(keyOf));
        const isTold = new Set(found.map(keyOf));
        expect(alone.map(keyOf).filter((key) => !known.has(key) && !isTold.has(key))).toEqual([]);
      },
    ),
    { numRuns: 500 },
  );
});
