import { execFileSync } from "node:child_process";
import {
  chmodSync,
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readObjects, type ReadObject } from "../../../src/adapters/git/read-objects.ts";
import { readStoredObjects } from "../../../src/adapters/git/read-stored-objects.ts";
import { type Repository, repositoryAt } from "../../../src/adapters/git/repository.ts";

let top = "";
let made = 0;
beforeAll(() => (top = mkdtempSync(join(tmpdir(), "keyward-stored-"))));
afterAll(() => rmSync(top, { recursive: true, force: true }));

const git = (directory: string, args: readonly string[], input = ""): string =>
  execFileSync("git", ["-C", directory, "-c", "gc.auto=0", ...args], {
    input,
    stdio: ["pipe", "pipe", "ignore"],
  }).toString();

/** Versions of a file, in several packs and in files of their own. */
function makeRepository(format: "sha1" | "sha256"): { readonly directory: string; readonly shas: readonly string[] } {
  const directory = join(top, `${made++}.git`);
  git(top, ["init", "--quiet", "--bare", `--object-format=${format}`, directory]);
  for (const part of [0, 1, 2]) {
    let script = "";
    for (let version = 20 * part; version < 20 * part + 20; version++) {
      const lines = Array.from(
        { length: 300 },
        (_, line) => `line ${line} ${line % 20 === version % 20 ? version : ""}`,
      );
      const content = `${lines.join("\n")}\n`;
      script += `commit refs/heads/main\ncommitter Ada <ada@example.test> ${1e9 + version} +0000\ndata 2\nv\n`;
      if (version === 20 * part && part > 0) script += "from refs/heads/main^0\n";
      script += `M 100644 inline file\ndata ${content.length}\n${content}\n`;
    }
    git(directory, ["-c", "fastimport.unpackLimit=1000000", "fast-import", "--quiet"], script);
    if (part < 2) git(directory, ["repack", "-dq"]);
  }
  const shas = git(directory, ["cat-file", "--batch-all-objects", "--batch-check=%(objectname)"]).trim().split("\n");
  return { directory, shas };
}

/** Also tells how often git was started. */
async function readAll(
  read: (repository: Repository, shas: readonly string[]) => AsyncIterable<ReadObject>,
  directory: string,
  shas: readonly string[],
): Promise<{ readonly objects: readonly string[]; readonly starts: number }> {
  let starts = 0;
  const repository = repositoryAt(directory, process.env, AbortSignal.any([]), 60_000);
  const counted: Repository = { ...repository, start: (args) => ((starts += 1), repository.start(args)) };
  const objects: string[] = [];
  for await (const object of read(counted, shas))
    objects.push(`${object.sha} ${object.kind === "content" ? object.bytes.toString("latin1") : "corrupt"}`);
  return { objects, starts };
}

describe("objects are read as git reads them", () => {
  test.each(["sha1", "sha256"] as const)("without git where they lie as they should (%s)", async (format) => {
    const { directory, shas } = makeRepository(format);
    const asked = [...shas, ...shas.slice(5, 10)].toReversed();
    const native = await readAll(readStoredObjects, directory, asked);
    expect(native.starts).toBe(0);
    expect(native.objects).toEqual((await readAll(readObjects, directory, asked)).objects);
  });

  test("the content of one object is never given as that of another, where an index was damaged", async () => {
    const { directory } = makeRepository("sha1");
    git(directory, ["repack", "-adq"]);
    const packs = join(directory, "objects/pack");
    const index = join(packs, readdirSync(packs).find((name) => name.endsWith(".idx")) ?? "");
    chmodSync(index, 0o600);
    const bytes = readFileSync(index);
    // gitformat-pack(5), version 2: a head of 8 bytes, 256 counts, names, checksums, and offsets of 4 bytes each.
    const count = bytes.readUInt32BE(8 + 4 * 255);
    const names = Array.from({ length: count }, (_, at) => bytes.toString("hex", 1032 + 20 * at, 1052 + 20 * at));
    const [one = "", other = ""] = git(directory, ["rev-parse", "main:file", "main~1:file"]).trim().split("\n");
    const [first, second] = [one, other].map((sha) => 1032 + 24 * count + 4 * names.indexOf(sha)) as [number, number];
    const offsets = [bytes.readUInt32BE(first), bytes.readUInt32BE(second)] as const;
    bytes.writeUInt32BE(offsets[1], first);
    bytes.writeUInt32BE(offsets[0], second);
    writeFileSync(index, bytes);
    const { objects } = await readAll(readStoredObjects, directory, [one, other]);
    expect(objects).toEqual([`${one} corrupt`, `${other} corrupt`]);
  });

  test("what is damaged, or not there, git is asked for, in its place in the order", async () => {
    const { directory, shas } = makeRepository("sha1");
    const packs = join(directory, "objects/pack");
    for (const name of readdirSync(packs).filter((one) => one.endsWith(".pack"))) {
      const file = join(packs, name);
      chmodSync(file, 0o600);
      const descriptor = openSync(file, "r+");
      for (const at of [0.4, 0.6])
        writeSync(descriptor, Buffer.from([0xff, 0x00, 0xff]), 0, 3, Math.floor(statSync(file).size * at));
      closeSync(descriptor);
    }
    const asked = [...shas.slice(0, 40), "0".repeat(40), ...shas.slice(40)];
    const expected = await readAll(readObjects, directory, asked);
    expect(expected.objects.filter((one) => one.endsWith(" corrupt")).length).toBeGreaterThan(1);
    expect((await readAll(readStoredObjects, directory, asked)).objects).toEqual(expected.objects);
  });

  test("a pack without an index, or with one of another pack, is git's; whoever stops early leaves nothing open", async () => {
    const { directory, shas } = makeRepository("sha1");
    const packs = join(directory, "objects/pack");
    const [index = ""] = readdirSync(packs).filter((one) => one.endsWith(".idx"));
    rmSync(join(packs, index));
    git(directory, ["index-pack", join(packs, index.replace(/idx$/, "pack")), "-o", join(packs, "other.idx")]);
    expect((await readAll(readStoredObjects, directory, shas)).objects).toEqual(
      (await readAll(readObjects, directory, shas)).objects,
    );
    const open = (): number => readdirSync("/proc/self/fd").length;
    const before = open();
    const repository = repositoryAt(directory, process.env, AbortSignal.any([]), 60_000);
    for await (const object of readStoredObjects(repository, shas)) {
      expect(object.sha).toBe(shas[0]);
      break;
    }
    expect(open()).toBe(before);
  });
});
