import { createByteReader, type ByteReader } from "./byte-reader.ts";
import { GitFailed, outputOf, type GitProcess } from "./git-process.ts";
import type { Repository } from "./repository.ts";

/** The content of an object, or that the repository lists it and cannot give it. */
export type ReadObject =
  | { readonly kind: "content"; readonly sha: string; readonly bytes: Buffer }
  /** `untried`: git was not asked for it any more, as too many before it were corrupt. */
  | { readonly kind: "corrupt"; readonly sha: string; readonly untried?: true };

/** So many objects that end git one after the other mean that the repository as a whole is broken. */
const deathsAllowed = 100;

/**
 * Reads objects in the order given, one at a time in memory, through one `git cat-file`. It ends when it comes to an object it
 * cannot unpack; it is then started again behind that object, so many times: after that it throws, or gives up and
 * gives the others as untried.
 */
export async function* readObjects(
  repository: Repository,
  shas: readonly string[],
  ifBroken: "throw" | "give-up" = "throw",
): AsyncGenerator<ReadObject, void, undefined> {
  let next = 0;
  for (let deaths = 0; next < shas.length; deaths += 1) {
    for await (const object of readUntilDeath(repository, shas.slice(next))) {
      next += 1;
      yield object;
    }
    if (deaths < deathsAllowed) continue;
    if (ifBroken === "give-up") {
      for (const sha of shas.slice(next)) yield { kind: "corrupt", sha, untried: true };
      return;
    }
    if (next < shas.length) throw new Error(`More than ${deathsAllowed} objects of ${repository.gitDir} are corrupt.`);
  }
}

/** Ends early, with the object that was too much for git. */
async function* readUntilDeath(
  repository: Repository,
  shas: readonly string[],
): AsyncGenerator<ReadObject, void, undefined> {
  const git = repository.start(["cat-file", "--batch", "--buffer"]);
  const output = outputOf(git);
  feed(git, shas);
  const reader = createByteReader(output);
  let current = "";
  try {
    for (current of shas) yield await readAnswer(reader, current);
  } catch (error) {
    if (!(error instanceof GitFailed) || error.why !== "exit") throw error;
    yield { kind: "corrupt", sha: current };
  } finally {
    await output.return();
  }
}

/** Asks for everything; the pipe stops us when git is behind, and git when its reader is. */
function feed(git: GitProcess, shas: readonly string[]): void {
  let next = 0;
  const more = (): void => {
    while (next < shas.length) {
      const lines = shas.slice(next, next + 500);
      next += lines.length;
      if (!git.stdin.write(`${lines.join("\n")}\n`)) {
        git.stdin.once("drain", more);
        return;
      }
    }
    git.stdin.end();
  };
  more();
}

/** `<id> <type> <size>`, the bytes, a line break; or `<id> missing`. */
async function readAnswer(reader: ByteReader, sha: string): Promise<ReadObject> {
  const [id, , size] = (await reader.line()).split(" ");
  if (id !== sha) throw new Error(`Expected git's answer for ${sha}, found one for ${id}.`);
  // It was there when the change was opened: git says this of an object whose head it cannot unpack.
  if (size === undefined) return { kind: "corrupt", sha };
  const bytes = await reader.bytes(Number(size));
  await reader.bytes(1);
  return { kind: "content", sha, bytes };
}
