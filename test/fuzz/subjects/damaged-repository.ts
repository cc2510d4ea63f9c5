import { createHash } from "node:crypto";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { readStoredObjects } from "../../../src/adapters/git/read-stored-objects.ts";
import { repositoryAt } from "../../../src/adapters/git/repository.ts";
import { createTestRepository, type TestRepository } from "../../support/git-repo.ts";
import { expectThat, type FuzzSubject } from "../subject.ts";

const damage = fc.record({
  file: fc.nat(),
  at: fc.oneof(
    fc.nat(),
    fc.nat(40),
    fc.nat(40).map((back) => -1 - back),
  ),
  to: fc.nat(255),
  also: fc.nat(3),
  cut: fc.option(fc.nat(), { nil: null, freq: 10 }),
});

/** Longer than git takes, on a machine that is busy with other things, to say of a small repository what it can. */
const patienceMs = 60_000;

/**
 * A repository that git has packed, with deltas, whose pack or index was changed or cut on the disk. Each object that is asked for is given
 * as what its name says, or it is said that it is corrupt, or the reading fails as a whole: never other bytes, and none left out.
 */
export const damagedRepositorySubject: FuzzSubject = {
  name: "damaged-repository",
  shortRuns: 8,
  inputsPerRun: 1,
  start: async () => {
    const top = mkdtempSync(join(tmpdir(), "keyward-fuzz-repository-"));
    const origin = await createTestRepository(top, { config: { "core.compression": "6" } });
    const objects = await packed(origin);
    const folder = join(top, "objects/pack");
    const files = readdirSync(folder)
      .filter((name) => /\.(pack|idx)$/.test(name))
      .map((name) => ({ path: join(folder, name), bytes: readFileSync(join(folder, name)) }));
    for (const { path } of files) chmodSync(path, 0o600);
    const property = fc.asyncProperty(fc.array(damage, { minLength: 1, maxLength: 3 }), async (damages) => {
      const now = files.map(({ path, bytes }) => ({ path, bytes: Buffer.from(bytes) }));
      for (const { file, at, to, also, cut } of damages) {
        const one = now[file % now.length];
        if (one === undefined || one.bytes.length === 0) continue;
        const from = ((at % one.bytes.length) + one.bytes.length) % one.bytes.length;
        one.bytes.fill(to, from, Math.min(from + 1 + also, one.bytes.length));
        if (cut !== null) one.bytes = one.bytes.subarray(0, cut % (one.bytes.length + 1));
      }
      for (const { path, bytes } of now) writeFileSync(path, bytes);
      await expectTruth(top, objects);
    });
    return { property, end: async () => rmSync(top, { recursive: true, force: true }) };
  },
};

async function expectTruth(directory: string, shas: readonly string[]): Promise<void> {
  const repository = repositoryAt(directory, process.env, AbortSignal.timeout(patienceMs), patienceMs);
  const given: string[] = [];
  try {
    for await (const object of readStoredObjects(repository, shas)) {
      given.push(object.sha);
      if (object.kind === "content")
        expectThat(nameOf(object.bytes) === object.sha, "what is given is what its name says");
    }
  } catch (error) {
    if (repository.signal.aborted) throw new Error("reading hangs", { cause: error });
    if (error instanceof Error && error.message.startsWith("expected that")) throw error;
    // That nothing could be read is said as well.
    return;
  }
  expectThat(given.join() === shas.join(), "each object is given or said to be corrupt, in order");
}

const nameOf = (bytes: Buffer): string =>
  createHash("sha1").update(`blob ${bytes.length}\0`).update(bytes).digest("hex");

/** Fills the repository with versions of files, small and large, and packs them as git does; gives the ids of the blobs. */
async function packed(repository: TestRepository): Promise<readonly string[]> {
  const lines = Array.from({ length: 400 }, (_, n) => `line ${n} of a file that has many versions\n`);
  const version = (n: number): string =>
    lines
      .with(n * 17, `changed in version ${n}\n`)
      .slice(n)
      .join("");
  const shas = await repository.commits(
    Array.from({ length: 12 }, (_, n) => ({
      ...(n > 0 && { parents: [n - 1] }),
      files: { "a.txt": version(n), [`b/${n}.txt`]: `small ${n}\n`, [`c/${n}.txt`]: `small ${n + 1}\n` },
    })),
  );
  await repository.setRef("refs/heads/main", shas.at(-1) ?? "");
  await repository.git(["repack", "-a", "-d", "-f", "-q", "--depth=10"]);
  const all = await repository.git(["cat-file", "--batch-all-objects", "--batch-check=%(objecttype) %(objectname)"]);
  return all.split("\n").flatMap((line) => (line.startsWith("blob ") ? [line.slice("blob ".length)] : []));
}
