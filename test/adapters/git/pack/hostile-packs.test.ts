import { execFileSync } from "node:child_process";
import { closeSync, ftruncateSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Damaged } from "../../../../src/adapters/git/pack/damage.ts";
import { decodeFamily } from "../../../../src/adapters/git/pack/decode-family.ts";
import { familiesOf } from "../../../../src/adapters/git/pack/families.ts";
import { type ObjectStore, openObjectStore } from "../../../../src/adapters/git/pack/object-store.ts";
import { createUnpacker } from "../../../../src/adapters/git/pack/unpacker.ts";
import { deltaOf, nameOf, type WrittenEntry, writeIndex, writePack } from "../../../support/pack-writer.ts";

const most = 1 << 20;
let top = "";
let made = 0;
beforeAll(() => (top = mkdtempSync(join(tmpdir(), "keyward-hostile-"))));
afterAll(() => rmSync(top, { recursive: true, force: true }));

function storeOf(...packs: readonly { readonly pack: Buffer; readonly index: Buffer }[]): ObjectStore {
  const objects = join(top, String(made++), "objects");
  mkdirSync(join(objects, "pack"), { recursive: true });
  for (const [at, { pack, index }] of packs.entries()) {
    writeFileSync(join(objects, "pack", `pack-${at}.pack`), pack);
    writeFileSync(join(objects, "pack", `pack-${at}.idx`), index);
  }
  return openObjectStore(objects, 20);
}

/** What can be unpacked of a store, family by family. */
function unpacked(store: ObjectStore, mostBytes = most): ReadonlyMap<string, string> {
  const out = new Map<string, string>();
  for (const { map, pack } of store.mapped()) {
    const families = familiesOf(map, () => true);
    const unpacker = createUnpacker();
    for (const root of families.roots) {
      const source = { map, pack, families, unpacker, mostBytes, baseElsewhere: () => null };
      for (const { place, bytes } of decodeFamily(source, root))
        out.set(map.nameAt(place), Buffer.from(bytes).toString());
    }
  }
  store.close();
  return out;
}

const blob = (text: string): WrittenEntry => ({ content: Buffer.from(text), as: "whole" });

function deltaTo(deltaTo: number, base: Buffer, pieces: Parameters<typeof deltaOf>[1]): WrittenEntry {
  const { delta, result } = deltaOf(base, pieces);
  return { content: result, as: { deltaTo, delta } };
}

describe("what no repository should have", () => {
  test("a chain of 4,000 deltas takes neither the stack nor memory for each", () => {
    const entries: WrittenEntry[] = [blob("a line of a file\n".repeat(100))];
    for (let step = 1; step <= 4000; step++) {
      const base = entries[step - 1]?.content ?? Buffer.alloc(0);
      entries.push(deltaTo(step - 1, base, [[0, 17], `${step}\n`, [17, base.length - 17]]));
      if (step % 10 === 0) entries.splice(step, 1, deltaTo(step - 1, base, [[0, 17], `${step}\n`]));
      const short = entries[step]?.content ?? base;
      if (short.length < 100) entries.splice(step, 1, deltaTo(step - 1, base, ["again\n".repeat(200)]));
    }
    const written = writePack(entries);
    const found = unpacked(storeOf(written));
    expect(found.size).toBe(new Set(written.names).size);
    for (const [at, { content }] of entries.entries())
      expect(found.get(written.names[at] ?? "")).toBe(content.toString());
    const store = storeOf(written);
    expect(store.read(written.names.at(-1) ?? "", most)).toMatchObject({ bytes: entries.at(-1)?.content });
    store.close();
    // The writer writes what git reads.
    execFileSync("git", ["index-pack", "--stdin"], {
      input: written.pack,
      cwd: bareRepository(),
      stdio: ["pipe", "ignore", "inherit"],
    });
  });

  test("sizes that are not true, or more than is read, cost the object and what is made from it", () => {
    const base = Buffer.from("base of others\n");
    const claimed = { ...deltaTo(2, base, ["more\n", [0, 15]]), claimedSize: 2 ** 40 };
    const written = writePack([
      { ...blob("the size of this one is a lie\n"), claimedSize: 2 ** 45 },
      { ...blob("and of this one\n"), claimedSize: 3 },
      blob(base.toString()),
      claimed,
      deltaTo(2, base, [[0, 15], "fine\n"]),
      blob(`large\n${"0".repeat(most)}`),
    ]);
    const found = unpacked(storeOf(written));
    expect([...found.values()].sort()).toEqual(["base of others\n", "base of others\nfine\n"]);
    const store = storeOf(written);
    expect(store.read(written.names[0] ?? "", most)).toBe("too-large");
    expect(() => store.read(written.names[1] ?? "", most)).toThrow(Damaged);
    expect(store.read(written.names[5] ?? "", most)).toBe("too-large");
    store.close();
  });

  test("a bomb: what unpacks to more than its head says is not unpacked further", () => {
    const written = writePack([{ content: Buffer.alloc(64 << 20), as: "whole", claimedSize: 1000 }]);
    expect(unpacked(storeOf(written)).size).toBe(0);
  });

  test("a delta that copies what is not there, makes less than it says, or has an instruction that cannot be", () => {
    const base = Buffer.from("0123456789");
    const bad = [
      Buffer.from([10, 5, 0x91, 8, 5]),
      Buffer.from([10, 5, 0x91, 0, 4]),
      Buffer.from([10, 5, 0]),
      Buffer.from([10, 5, 9, 1, 2]),
      Buffer.from([11, 5, 0x91, 0, 5]),
      Buffer.from([0x80, 0x80]),
      Buffer.alloc(0),
    ];
    const entries = bad.map((delta, at): WrittenEntry => ({
      content: Buffer.from(`bad ${at}`),
      as: { deltaTo: 0, delta },
    }));
    expect([...unpacked(storeOf(writePack([blob(base.toString()), ...entries]))).values()]).toEqual([base.toString()]);
  });

  test("a base in another pack; one that is nowhere; deltas that are made from each other", () => {
    const base = Buffer.from("the base is in another pack\n");
    const { delta, result } = deltaOf(base, [[0, 8], " of this one", [8, 20]]);
    const thin = writePack([{ content: result, as: { named: nameOf(base), delta } }]);
    const store = storeOf(thin, writePack([blob(base.toString())]));
    expect(store.read(nameOf(result), most)).toMatchObject({ type: "blob", bytes: result });
    store.close();
    const alone = storeOf(thin);
    expect(() => alone.read(nameOf(result), most)).toThrow(Damaged);
    expect(unpacked(alone).size).toBe(0);
    const circle = writePack([
      { content: Buffer.from("one"), as: { named: nameOf(Buffer.from("two")), delta } },
      { content: Buffer.from("two"), as: { named: nameOf(Buffer.from("one")), delta } },
    ]);
    const circles = storeOf(circle);
    expect(() => circles.read(nameOf(Buffer.from("one")), most)).toThrow(Damaged);
    expect(unpacked(circles).size).toBe(0);
  });

  test("offsets of 64 bits, beyond 4 GiB too; nothing is read of the hole between", () => {
    const [near, far] = [Buffer.from("near\n"), Buffer.from("far\n")];
    const small = writePack([blob("near\n")]);
    const entry = Buffer.concat([Buffer.from([0x30 | far.length]), deflateSync(far)]);
    const offset = 5 * 2 ** 30;
    const objects = join(top, String(made++), "objects");
    mkdirSync(join(objects, "pack"), { recursive: true });
    const file = openSync(join(objects, "pack/pack-0.pack"), "w");
    const head = Buffer.from(small.pack.subarray(0, small.pack.length - 20));
    head.writeUInt32BE(2, 8);
    writeSync(file, head, 0, head.length, 0);
    writeSync(file, entry, 0, entry.length, offset);
    ftruncateSync(file, offset + entry.length + 20);
    closeSync(file);
    const index = writeIndex([nameOf(near), nameOf(far)], [12, offset], Buffer.alloc(20), true);
    writeFileSync(join(objects, "pack/pack-0.idx"), index);
    const store = openObjectStore(objects, 20);
    expect(store.unreadable).toEqual([]);
    expect(store.read(nameOf(near), most)).toMatchObject({ bytes: near });
    expect(store.read(nameOf(far), most)).toMatchObject({ bytes: far });
    expect([...unpacked(store).values()].sort()).toEqual(["far\n", "near\n"]);
  });

  test("bytes that were changed, of pack or index, or cut off: nothing worse comes of it than that something is damaged", () => {
    const base = Buffer.from("a base with some text that others share\n".repeat(5));
    const entries = [
      blob(base.toString()),
      deltaTo(0, base, [[0, 40], "one\n", [40, 160]]),
      deltaTo(0, base, ["two\n", [0, 200]]),
      blob("another\n"),
    ];
    const written = writePack(entries);
    const names = entries.map(({ content }) => nameOf(content));
    const change = fc.record({
      which: fc.constantFrom("pack" as const, "index" as const),
      at: fc.nat(),
      to: fc.nat(255),
      cut: fc.option(fc.nat(), { nil: null }),
    });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
        const files = { pack: Buffer.from(written.pack), index: Buffer.from(written.index) };
        for (const { which, at, to, cut } of changes) {
          const file = files[which];
          if (file.length > 0) file[at % file.length] = to;
          if (cut !== null) files[which] = file.subarray(0, cut % (file.length + 1));
        }
        const store = storeOf(files);
        const outcomes = names.map((name) => outcomeOf(() => store.read(name, most)));
        expect(outcomes.filter((outcome) => outcome !== "given" && !(outcome instanceof Damaged))).toEqual([]);
        unpacked(store);
      }),
      { numRuns: 300 },
    );
  });
});

function outcomeOf(read: () => unknown): unknown {
  try {
    read();
    return "given";
  } catch (error) {
    return error;
  }
}

function bareRepository(): string {
  const directory = join(top, `${made++}.git`);
  mkdirSync(directory);
  execFileSync("git", ["init", "--quiet", "--bare", directory]);
  return directory;
}
