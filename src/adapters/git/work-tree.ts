import { resolve } from "node:path";
import { GitFailed, type GitOptions, runGit } from "./git-process.ts";
import { findPlainRepository } from "./plain-repository.ts";
import { type Repository, repositoryAt } from "./repository.ts";

/** Somebody's own repository, with its files. It is only read. */
export type WorkTree = {
  /** The top directory of the files; of a repository without files its own. */
  readonly top: string;
  readonly repository: Repository;
  /** The directory of its objects. */
  readonly objects: string;
};

/** Why a repository of somebody cannot be used, for people. */
export class NoWorkTree extends Error {
  override readonly name = "NoWorkTree";
}

const timeoutMs = 10 * 60 * 1000;

/**
 * The repository around a directory. Git itself decides which that is and whether it is to be trusted, by the person's own settings; after
 * that no setting and no hook of anybody has a say. The index that git names to a hook is respected. Throws `NoWorkTree`.
 */
export async function openWorkTree(
  directory: string,
  outer: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<WorkTree> {
  const plain = findPlainRepository(directory, outer);
  const [gitDir = "", objects = "", top = ""] =
    plain === null ? await locate(directory, outer, signal) : [plain.gitDir, plain.objects, plain.top];
  return { top, objects, repository: repositoryHere(gitDir, outer, signal) };
}

/** The same repository, once it is known where it is: for another thread. */
export const repositoryHere = (gitDir: string, outer: NodeJS.ProcessEnv, signal: AbortSignal): Repository =>
  repositoryAt(gitDir, outer, signal, timeoutMs, placesFrom(outer));

async function locate(directory: string, outer: NodeJS.ProcessEnv, signal: AbortSignal): Promise<readonly string[]> {
  const options: GitOptions = { env: { ...definedOf(outer), LC_ALL: "C" }, signal, timeoutMs, scrub: (text) => text };
  const asked = ["rev-parse", "--path-format=absolute", "--git-dir", "--git-path", "objects", "--show-toplevel"];
  try {
    const output = await runGit(["-C", directory, ...asked], options);
    return output.toString("utf8").replace(/\n$/, "").split("\n");
  } catch (error) {
    if (!(error instanceof GitFailed)) throw error;
    const bare = await bareRepository(directory, options);
    if (bare !== null) return bare;
    const why = error.stderr === "" ? error.message : error.stderr;
    throw new NoWorkTree(`There is no git work tree to read at ${directory}: ${why}`, { cause: error });
  }
}

/** Null where there is none. */
async function bareRepository(directory: string, options: GitOptions): Promise<readonly string[] | null> {
  try {
    const asked = ["rev-parse", "--path-format=absolute", "--git-dir", "--git-path", "objects", "--is-bare-repository"];
    const output = await runGit(["-C", directory, ...asked], options);
    const [gitDir = "", objects = "", isBare] = output.toString("utf8").split("\n");
    return isBare === "true" ? [gitDir, objects, gitDir] : null;
  } catch (error) {
    if (!(error instanceof GitFailed)) throw error;
    return null;
  }
}

/** Where git told this process to look, as hooks are told; absolute. */
function placesFrom(outer: NodeJS.ProcessEnv): Record<string, string> {
  const names = ["GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY"] as const;
  const given = names.flatMap((name) => (outer[name] === undefined ? [] : [[name, resolve(outer[name])] as const]));
  return Object.fromEntries(given);
}

/** The environment as a process of git takes it. */
export function definedOf(outer: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(outer).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}
