import { PassThrough, Readable } from "node:stream";
import fc from "fast-check";
import { GitFailed } from "../../../src/adapters/git/git-process.ts";
import { type ReadObject, readObjects } from "../../../src/adapters/git/read-objects.ts";
import type { Repository } from "../../../src/adapters/git/repository.ts";
import { nameOf } from "../../support/pack-writer.ts";
import { expectThat, type FuzzSubject } from "../subject.ts";

type Ending = { readonly cut: number | null; readonly fails: boolean };

const contents = fc.array(
  fc.oneof(
    fc.string({ unit: "binary", maxLength: 60 }),
    fc.constantFrom("", "\n", "0\n0\n", "a missing\n", "x".repeat(70_000)),
  ),
  { minLength: 1, maxLength: 6 },
);
const change = fc.record({ at: fc.nat(), to: fc.nat(255) });
const ending: fc.Arbitrary<Ending> = fc.record({
  cut: fc.option(fc.nat(), { nil: null, freq: 3 }),
  fails: fc.boolean(),
});

/**
 * The stream of a `git cat-file` that is cut, changed, given in any pieces, and whose process may fail. Each object that was asked for is
 * given once, in order, or the reading ends with an error: nothing is left out in silence, and what broke off is not taken for whole.
 */
export const objectStreamSubject: FuzzSubject = {
  name: "object-stream",
  shortRuns: 400,
  inputsPerRun: 1,
  start: async () => {
    const property = fc.asyncProperty(
      contents,
      fc.array(change, { maxLength: 2 }),
      ending,
      fc.array(fc.nat(5000), { minLength: 1, maxLength: 5 }),
      async (texts, changes, ending, sizes) => {
        const blobs = new Map(texts.map((text) => [nameOf(Buffer.from(text)), Buffer.from(text)]));
        const shas = [...blobs.keys()];
        const { repository, wasCut } = repositoryOf(blobs, changes, ending, sizes);
        const outcome = await within(10_000, allOf(readObjects(repository, shas)));
        if (outcome instanceof Error) {
          expectThat(changes.length > 0 || ending.cut !== null || ending.fails, "a good stream is read");
          return;
        }
        expectThat(outcome.map(({ sha }) => sha).join() === shas.join(), "each object is given once, in order");
        if (changes.length > 0) return;
        for (const one of outcome)
          if (one.kind === "content")
            expectThat(one.bytes.equals(blobs.get(one.sha) ?? Buffer.of(0)), "what is given is the whole object");
        if (wasCut() && !ending.fails) throw new Error("expected that a stream that breaks off is no good end");
      },
    );
    return { property, end: async () => {} };
  },
};

async function allOf(objects: AsyncGenerator<ReadObject, void, undefined>): Promise<readonly ReadObject[] | Error> {
  const all: ReadObject[] = [];
  try {
    for await (const object of objects) all.push(object);
    return all;
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
}

async function within<T>(millis: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("reading hangs")), millis);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/** A repository whose first git misbehaves; the next ones do as they should. */
function repositoryOf(
  blobs: ReadonlyMap<string, Buffer>,
  changes: readonly { readonly at: number; readonly to: number }[],
  { cut, fails }: Ending,
  sizes: readonly number[],
): { readonly repository: Repository; readonly wasCut: () => boolean } {
  let started = 0;
  let cutOff = false;
  const start: Repository["start"] = () => {
    const isFirst = started++ === 0;
    const stdin = new PassThrough();
    const asked: Buffer[] = [];
    const ended = Promise.withResolvers<void>();
    ended.promise.catch(() => undefined);
    const output = async function* (): AsyncGenerator<Buffer> {
      for await (const chunk of stdin) asked.push(chunk as Buffer);
      const whole = answersTo(Buffer.concat(asked).toString(), blobs);
      const end = isFirst && cut !== null ? cut % (whole.length + 1) : whole.length;
      cutOff ||= end < whole.length;
      const bytes = Buffer.from(whole.subarray(0, end));
      if (isFirst) for (const { at, to } of changes) if (bytes.length > 0) bytes[at % bytes.length] = to;
      for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
        const size = (sizes[turn % sizes.length] ?? 0) + 1;
        yield bytes.subarray(at, at + size);
        at += size;
      }
      if (isFirst && fails) ended.reject(new GitFailed("cat-file", "exit", 128, ""));
      else ended.resolve();
    };
    return {
      stdin,
      stdout: Readable.from(output(), { objectMode: false }),
      done: ended.promise,
      kill: () => ended.resolve(),
    };
  };
  const unused = (): never => {
    throw new Error("only `start` is used");
  };
  return {
    repository: { gitDir: "", signal: new AbortController().signal, start, run: unused, runWith: unused },
    wasCut: () => cutOff,
  };
}

function answersTo(asked: string, blobs: ReadonlyMap<string, Buffer>): Buffer {
  const lines = asked.split("\n").filter((line) => line !== "");
  return Buffer.concat(
    lines.flatMap((sha) => {
      const bytes = blobs.get(sha) ?? Buffer.alloc(0);
      return [Buffer.from(`${sha} blob ${bytes.length}\n`), bytes, Buffer.from("\n")];
    }),
  );
}
