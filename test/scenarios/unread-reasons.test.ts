import { randomBytes } from "node:crypto";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { assertFaithful } from "../github/testing/faithful.ts";
import { patchedZip, zipOf } from "../support/archives/zip.ts";
import { startRepository } from "../support/scenario.ts";
import { startScene, type Scene } from "../support/scene.ts";
import { verdictOn } from "../support/watch.ts";

let scene: Scene;

beforeAll(async () => {
  scene = await startScene();
});
afterAll(async () => {
  await scene[Symbol.asyncDispose]();
});

const pointer = (): string =>
  `version https://git-lfs.github.com/spec/v1\noid sha256:${randomBytes(32).toString("hex")}\nsize 12345\n`;

async function nested(levels: number): Promise<Buffer> {
  let inner = await zipOf({ "note.txt": "deep" });
  for (let level = 1; level < levels; level += 1) inner = await zipOf({ "inner.zip": inner });
  return inner;
}

/** What cannot be read for a reason that stays: by file, with what its row says. */
const unreadable: readonly (readonly [path: string, why: RegExp, content: () => Promise<Buffer | string>])[] = [
  ["film.bin", /larger than Keyward reads/, async () => Buffer.alloc(33 * 1024 * 1024)],
  ["model.bin", /kept in Git LFS/, async () => pointer()],
  [
    "locked.zip",
    /encrypted/,
    async () => patchedZip(await zipOf({ "note.txt": "locked" }), 1, { local: 6, directory: 8 }),
  ],
  ["onion.zip", /packed in too many layers/, () => nested(10)],
  ["broken.gz", /damaged/, async () => gzipSync(randomBytes(2000)).subarray(0, 900)],
  [
    "packed.7z",
    /in a format Keyward cannot open/,
    async () => Buffer.concat([Buffer.from("377abcaf271c0004", "hex"), randomBytes(200)]),
  ],
];

test("everything that was not read is named with its reason, and counted beside what was", async () => {
  const { repository, tree } = await startRepository(scene);
  await tree.git("switch", "--quiet", "--create", "topic");
  const files = await Promise.all(unreadable.map(async ([path, , content]) => [path, await content()] as const));
  const head = await tree.commit({ message: "Odd files", files: [...files, ["app.ts", "export {};\n"]] });
  await tree.push("topic");
  const run = await verdictOn(repository, head);
  expect(run.conclusion).toBe("action_required");
  expect(run.summary).toMatch(/Read 1 commit, \d files, [\d.]+ (bytes|kB)\. Not read: 6 files, see below\./);
  const rows = (run.summary ?? "").split("\n").filter((line) => line.startsWith("| `"));
  for (const [path, why] of unreadable) {
    const row = rows.find((line) => line.includes(path));
    expect(row, path).toMatch(why);
  }
  await assertFaithful(scene.github);
});
