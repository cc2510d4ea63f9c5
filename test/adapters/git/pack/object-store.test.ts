import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { decodeFamily } from "../../../../src/adapters/git/pack/decode-family.ts";
import { familiesOf } from "../../../../src/adapters/git/pack/families.ts";
import { type ObjectStore, openObjectStore, type StoredPack } from "../../../../src/adapters/git/pack/object-store.ts";
import { createUnpacker } from "../../../../src/adapters/git/pack/unpacker.ts";
import { repositoryAt } from "../../../../src/adapters/git/repository.ts";
import { openStoreOf } from "../../../../src/adapters/git/pack/open-store.ts";

/** What a repository has, as git says: names, types and contents. */
type Objects = ReadonlyMap<string, { readonly type: string; readonly bytes: string }>;

const most = 64 << 20;
let top = "";
let made = 0;
beforeAll(() => (top = mkdtempSync(join(tmpdir(), "keyward-packs-"))));
afterAll(() => rmSync(top, { recursive: true, force: true }));

const git = (directory: string, args: readonly string[], input: string | Buffer = ""): Buffer =>
  execFileSync("git", ["-C", directory, "-c", "gc.auto=0", ...args], {
    input,
    maxBuffer: 1 << 28,
    stdio: ["pipe", "pipe", "ignore"],
  });

/** A bare repository with versions of files that are much alike, in files of their own. */
function makeRepository(format = "sha1", versions = 60): string {
  const directory = join(top, `${made++}.git`);
  mkdirSync(directory);
  git(directory, ["init", "--quiet", "--bare", `--object-format=${format}`, "."]);
  addVersions(directory, 0, versions);
  return directory;
}

function addVersions(directory: string, from: number, to: number): void {
  const lines = Array.from(
    { length: 200 },
    (_, line) => `line ${line} of a file that changes little ${(line * 7919) % 1000}`,
  );
  let script = "";
  for (let version = from; version < to; version++) {
    const changed = lines.map((line, at) => (at % 40 === version % 40 ? `${line} in version ${version}` : line));
    const content = `${changed.slice(0, 120 + (version % 80)).join("\n")}\n`;
    const message = `version ${version}\n`;
    script += `commit refs/heads/main\ncommitter Ada <ada@example.test> ${1e9 + version} +0000\ndata ${message.length}\n${message}`;
    if (version === from && from > 0) script += "from refs/heads/main^0\n";
    script += `M 100644 inline file\ndata ${content.length}\n${content}\nM 100644 inline dir/other-${version % 5}\ndata 3\n${String(version).padStart(3)}\n`;
  }
  script += `tag v${to}\nfrom refs/heads/main\ntagger Ada <ada@example.test> 1000000000 +0000\ndata 3\ntag\n`;
  git(directory, ["-c", "fastimport.unpackLimit=1000000", "fast-import", "--quiet"], script);
}

function objectsOf(directory: string): Objects {
  const output = git(directory, ["cat-file", "--batch-all-objects", "--batch", "--unordered"]);
  const objects = new Map<string, { readonly type: string; readonly bytes: string }>();
  for (let at = 0; at < output.length;) {
    const end = output.indexOf("\n", at);
    const [name = "", type = "", size] = output.toString("latin1", at, end).split(" ");
    objects.set(name, { type, bytes: output.toString("latin1", end + 1, end + 1 + Number(size)) });
    at = end + 2 + Number(size);
  }
  return objects;
}

function withStore<T>(directory: string, use: (store: ObjectStore) => T, nameLength = 20): T {
  const store = openObjectStore(join(directory, "objects"), nameLength);
  try {
    return use(store);
  } finally {
    store.close();
  }
}

/** Every object, read by its name; and every one that is in a pack, unpacked with its family. */
function expectSame(directory: string, nameLength = 20): readonly StoredPack[] {
  const expected = objectsOf(directory);
  return withStore(
    directory,
    (store) => {
      expect(store.unreadable).toEqual([]);
      const read = [...expected.keys()].map((name) => {
        const object = store.read(name, most);
        const { type, bytes } = typeof object === "string" ? { type: object, bytes: Buffer.alloc(0) } : object;
        return [name, { type, bytes: bytes.toString("latin1") }] as const;
      });
      expect(new Map(read)).toEqual(expected);
      const names = new Set(store.loose());
      for (const { map, pack } of store.mapped()) {
        const families = familiesOf(map, () => true);
        const unpacker = createUnpacker();
        const baseElsewhere = (): null => null;
        for (const root of families.roots) {
          for (const { place, bytes } of decodeFamily(
            { map, pack, families, unpacker, mostBytes: most, baseElsewhere },
            root,
          )) {
            names.add(map.nameAt(place));
            expect(Buffer.from(bytes).toString("latin1") === expected.get(map.nameAt(place))?.bytes).toBe(true);
          }
        }
      }
      expect([...names].sort()).toEqual([...expected.keys()].sort());
      return store.mapped();
    },
    nameLength,
  );
}

const kindsIn = (packs: readonly StoredPack[]): Set<number> => new Set(packs.flatMap(({ map }) => [...map.kinds]));
const [offsetDelta, namedDelta] = [4, 5];

describe("the store has what git has", () => {
  test("loose only", () => {
    expect(expectSame(makeRepository())).toEqual([]);
  });

  test("one pack, with deltas by offset or by name, short chains and long ones", () => {
    const directory = makeRepository();
    git(directory, ["repack", "-adfq", "--depth=4", "--window=20"]);
    expect(kindsIn(expectSame(directory))).toContain(offsetDelta);
    git(directory, ["-c", "repack.useDeltaBaseOffset=false", "repack", "-adfq", "--depth=200", "--window=250"]);
    expect(kindsIn(expectSame(directory))).toContain(namedDelta);
    git(directory, ["repack", "-adFq", "--depth=0"]);
    expect(kindsIn(expectSame(directory))).not.toContain(namedDelta);
  });

  test("several packs, some objects twice, others loose", () => {
    const directory = makeRepository("sha1", 30);
    git(directory, ["repack", "-dq"]);
    addVersions(directory, 30, 60);
    git(directory, ["repack", "-dq"]);
    const all = git(directory, ["rev-list", "--objects", "refs/heads/main~20"]);
    git(directory, ["pack-objects", "-q", join(directory, "objects/pack/pack")], all);
    addVersions(directory, 60, 65);
    expect(expectSame(directory)).toHaveLength(3);
  });

  test("a multi-pack index, when packs have none of their own", () => {
    const directory = makeRepository("sha1", 30);
    git(directory, ["repack", "-dq"]);
    addVersions(directory, 30, 60);
    git(directory, ["repack", "-dq"]);
    git(directory, ["multi-pack-index", "write"]);
    const expected = objectsOf(directory);
    const packs = join(directory, "objects/pack");
    for (const file of readdirSync(packs)) if (file.endsWith(".idx")) rmSync(join(packs, file));
    withStore(directory, (store) => {
      expect(store.unreadable).toEqual([]);
      expect(store.mapped()).toHaveLength(2);
      for (const [name, { bytes }] of expected)
        expect(store.read(name, most)).toMatchObject({ bytes: Buffer.from(bytes, "latin1") });
    });
  });

  test("alternates, and alternates of alternates", () => {
    const first = makeRepository("sha1", 20);
    git(first, ["repack", "-adq"]);
    const [second, third] = [join(top, "odd name é.git"), join(top, "third.git")];
    git(top, ["clone", "--quiet", "--bare", "--shared", first, second]);
    addVersions(second, 20, 40);
    git(top, ["clone", "--quiet", "--bare", "--shared", second, third]);
    addVersions(third, 40, 50);
    expect(expectSame(third)).toHaveLength(1);
    // Relative to the directory of objects; and what is not there is passed over, as by git.
    const copy = join(top, "copy");
    mkdirSync(copy);
    cpSync(third, join(copy, "third.git"), { recursive: true });
    renameSync(second, join(copy, "second.git"));
    writeFileSync(join(copy, "third.git/objects/info/alternates"), "# a note\n../../second.git/objects\n/nowhere\n");
    expectSame(join(copy, "third.git"));
  });

  test("names of SHA-256", () => {
    const directory = makeRepository("sha256", 20);
    expectSame(directory, 32);
    git(directory, ["repack", "-adfq"]);
    expect(kindsIn(expectSame(directory, 32))).toContain(offsetDelta);
    git(directory, ["-c", "repack.useDeltaBaseOffset=false", "repack", "-adfq"]);
    expect(kindsIn(expectSame(directory, 32))).toContain(namedDelta);
  });

  test("found by git itself: of a linked work tree, in whichever format", async () => {
    const directory = makeRepository("sha256", 3);
    const tree = join(top, "linked");
    git(directory, ["worktree", "add", "--quiet", tree, "main"]);
    const gitDir = git(tree, ["rev-parse", "--absolute-git-dir"]).toString().trim();
    const store = await openStoreOf(repositoryAt(gitDir, process.env, AbortSignal.any([]), 60_000));
    expect([...(store?.loose() ?? [])].sort()).toEqual([...objectsOf(directory).keys()].sort());
    store?.close();
  });
});
