import { closeSync, openSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { zipOf } from "../../support/archives/zip.ts";
import { runKeyward, runProgram, testDirectory } from "../../support/keyward-cli.ts";
import { deltaOf, type WrittenEntry, writePack } from "../../support/pack-writer.ts";
import { newToken } from "../../support/tokens.ts";

const jsonl = ["--format", "jsonl"];
const found = (stdout: string): string[] =>
  stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as { path: string; line: number })
    .map(({ path, line }) => `${path}:${line}`)
    .sort();

/** Commits everything, and packs it as fast as that can be. */
async function commitAll(directory: string, message: string): Promise<void> {
  const git = ["-c", "user.name=Ada", "-c", "user.email=ada@example.test", "-c", "core.compression=1"];
  for (const words of [
    ["add", "."],
    ["commit", "--quiet", "-m", message],
    ["repack", "-adq", "--window=2"],
  ])
    await runProgram("git", [...git, ...words], directory);
}

test("a bomb, lines of 5 and of 200 MB: what is beyond any measure is told, what is beside it and far along is found", async () => {
  const directory = testDirectory();
  await runProgram("git", ["init", "--quiet", "--initial-branch=main"], directory);
  const line = Buffer.alloc(5_000_000, "words that never end ");
  writeFileSync(
    join(directory, "bomb.zip"),
    await zipOf({ "zeros.bin": Buffer.alloc(40_000_000), "key.txt": newToken() }),
  );
  writeFileSync(join(directory, "long.txt"), line);
  writeFileSync(join(directory, "longest.txt"), Buffer.alloc(200_000_000, "x"));
  writeFileSync(join(directory, "beside.txt"), `\n${newToken()}\n`);
  await commitAll(directory, "first");
  line.write(` ${newToken()} `, 4_000_000);
  writeFileSync(join(directory, "long.txt"), line);
  await commitAll(directory, "second");
  const run = await runKeyward(directory, ["scan", "--history", ...jsonl]);
  expect({ code: run.code, found: found(run.stdout) }).toEqual({
    code: 2,
    found: ["beside.txt:2", "bomb.zip!/key.txt:1", "long.txt:1"],
  });
  expect(run.stderr).toContain("bomb.zip!/zeros.bin");
  expect(run.stderr).toMatch(
    /longest\.txt in commit [0-9a-f]+: Blobs of up to \d+ bytes are read; this one has 200000000 bytes/,
  );
}, 120_000);

test("a chain of 4,000 deltas; with bytes of it changed, what can be made is scanned and the rest is told", async () => {
  const directory = testDirectory();
  await runProgram("git", ["init", "--quiet", "--bare", "."], directory);
  let content: Buffer = Buffer.from("a line of a file\n".repeat(100));
  const entries: WrittenEntry[] = [{ content, as: "whole" }];
  for (let step = 0; step < 4000; step++) {
    // Of the same length all the way; credentials far down.
    const own = step === 3500 || step === 50 ? `${newToken()}\n` : `step ${step}\n`;
    const { delta, result } = deltaOf(content, [own, [0, 1700]]);
    entries.push({ content: result, as: { deltaTo: step, delta } });
    content = result;
  }
  const { pack, index, names } = writePack(entries);
  const file = join(directory, "objects/pack/pack-1.pack");
  writeFileSync(file, pack);
  writeFileSync(file.replace(/pack$/, "idx"), index);
  const dangling = ["scan", "--history", "--dangling", ...jsonl];
  const whole = await runKeyward(directory, dangling);
  expect(whole.code).toBe(1);
  const paths = new Set(found(whole.stdout).map((one) => one.replace(/:.*/, "")));
  expect([names[51], names[3501]].every((name) => paths.has(`(dangling)/${name}`))).toBe(true);

  const descriptor = openSync(file, "r+");
  writeSync(descriptor, Buffer.from([0, 0xff, 0, 0xff]), 0, 4, Math.floor(pack.length / 2));
  closeSync(descriptor);
  const damaged = await runKeyward(directory, [...dangling, "--no-cache"]);
  expect(damaged.code).toBe(2);
  expect(found(damaged.stdout)).toContain(found(whole.stdout).find((one) => one.includes(names[51] ?? "-")));
  expect(damaged.stderr).toContain("Git cannot unpack this object");
  // More than git is started again for.
  expect(Number(/(\d+) places not read/.exec(damaged.stderr)?.[1])).toBeGreaterThan(1000);
}, 120_000);
