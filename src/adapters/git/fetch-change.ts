import type { RangePlan } from "./change-range.ts";
import { GitFailed } from "./git-process.ts";
import { readNotes } from "./notes.ts";
import type { Remote } from "./remote.ts";
import { RemoteRefusal } from "./remote-problem.ts";
import { lookUp, type Repository } from "./repository.ts";

/** The graph of a change is here: all its commits and trees, and the new blobs as far as the server gave them. */
export type FetchedChange = {
  readonly kind: "fetched";
  /** What these commits lead to is not new. */
  readonly excluded: readonly string[];
  /**
   * The commits we claimed to have when the head came: the server leaves out what they lead to, blobs that this cache lacks included.
   * Null when the head was here already.
   */
  readonly claimed: readonly string[] | null;
  /** Commits whose whole history is here now. */
  readonly tips: readonly string[];
  /** Where the default branch is, if that was asked. */
  readonly defaultTip: string | null;
};

export type HeadGone = { readonly kind: "head-gone" };

/**
 * Fetches the graph of a change. What is old comes without blobs; the head then comes with the blobs that are new, up to
 * `maxBlobBytes` each.
 */
export async function fetchChange(
  repository: Repository,
  remote: Remote,
  plan: RangePlan,
  maxBlobBytes: number,
): Promise<FetchedChange | HeadGone> {
  const { tips } = await readNotes(repository.gitDir);
  const tip = plan.againstDefault === "always" ? begun(remote.resolveRef(plan.defaultRef)) : null;
  // In an empty cache the default branch must be here first: else the head would bring its whole history, blobs and all. Otherwise
  // the two are asked for at once.
  const tipFirst = tips.length === 0 ? await tip : null;
  const old = await fetchGraph(repository, remote, [plan.base, tipFirst], tips);
  const haves = [...new Set([...present(old), ...tips])];
  const claimed = await fetchHead(repository, remote, plan, haves, maxBlobBytes);
  if (claimed === "gone") return { kind: "head-gone" };

  const [base = null] = old;
  const insteadOfBase = plan.againstDefault === "without-base" && base === null;
  const tipNow = insteadOfBase ? await remote.resolveRef(plan.defaultRef) : await tip;
  const [onDefault = null] = await fetchGraph(repository, remote, [tipNow], haves);
  const isNewBranch = plan.againstDefault === "always" && base === null && plan.headRef.startsWith("refs/heads/");
  const merged = isNewBranch && onDefault !== null ? await beforeMerge(repository, plan.head, onDefault) : null;
  const past = [...new Set(present([base, merged ?? onDefault]))];
  // Where there is no default branch, nothing is on it: everything is new.
  const none = plan.againstDefault === "always" && onDefault === null;
  const excluded = none ? [] : await commonPast(repository, past);
  return { kind: "fetched", excluded, claimed, tips: past, defaultTip: onDefault };
}

/**
 * A branch may be merged before it is read. What it brought is then on the default branch, and new all the same: it is told from what
 * the default branch was at before the merge. Null: it was not merged, or by moving the default branch on, whose own push has it.
 */
async function beforeMerge(repository: Repository, head: string, onDefault: string): Promise<string | null> {
  const list = async (option: string): Promise<readonly string[]> => {
    const output = await repository.run(["rev-list", "--parents", option, `${head}..${onDefault}`]);
    return output.toString("latin1").split("\n").filter(Boolean);
  };
  const descendants = new Set((await list("--ancestry-path")).map((line) => line.split(" ")[0]));
  if (descendants.size === 0) return null;
  const merge = (await list("--first-parent")).findLast((line) => descendants.has(line.split(" ")[0]));
  const before = merge?.split(" ")[1];
  return before === undefined || before === head || descendants.has(before) ? null : before;
}

/** A promise that is awaited later, or never, if something else fails before. */
function begun<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}

/**
 * Brings commits with their histories, without blobs. Gives each as the commit it is, or null when the remote has it no more. Nobody
 * is asked about those among `haves`.
 */
async function fetchGraph(
  repository: Repository,
  remote: Remote,
  shas: readonly (string | null)[],
  haves: readonly string[],
): Promise<(string | null)[]> {
  const wanted = present(shas).filter((sha) => !haves.includes(sha));
  const before = await commitsOf(repository, wanted);
  const absent = wanted.filter((sha) => before.get(sha) === null);
  for (const sha of absent) {
    try {
      await remote.fetch({ wants: [sha], haves, filter: "blob:none" });
    } catch (error) {
      if (!(error instanceof RemoteRefusal) || error.problem.kind !== "no-such-object") throw error;
    }
  }
  const after = absent.length === 0 ? before : await commitsOf(repository, wanted);
  return shas.map((sha) => (sha === null || haves.includes(sha) ? sha : (after.get(sha) ?? null)));
}

/** Brings the head with its new blobs. Gives what was claimed to be here, null if nothing had to be asked for. */
async function fetchHead(
  repository: Repository,
  remote: Remote,
  plan: RangePlan,
  haves: readonly string[],
  maxBlobBytes: number,
): Promise<readonly string[] | null | "gone"> {
  const isHere = async (): Promise<boolean> => (await lookUp(repository, [plan.head]))[0] !== null;
  if (haves.includes(plan.head) || (await isHere())) return null;
  const filter = `blob:limit=${maxBlobBytes + 1}` as const;
  // By id first: the ref may have moved on. Servers that serve only what refs lead to get a second try by name.
  for (const want of [plan.head, plan.headRef]) {
    try {
      await remote.fetch({ wants: [want], haves, filter });
      if (want === plan.head || (await isHere())) return haves;
    } catch (error) {
      if (!(error instanceof RemoteRefusal)) throw error;
      if (error.problem.kind !== "no-such-object" && error.problem.kind !== "no-such-ref") throw error;
    }
  }
  return "gone";
}

async function commitsOf(repository: Repository, shas: readonly string[]): Promise<Map<string, string | null>> {
  const found = await lookUp(
    repository,
    shas.map((sha) => `${sha}^{commit}`),
  );
  return new Map(shas.map((sha, index) => [sha, found[index]?.sha ?? null]));
}

/**
 * What to exclude so that everything is covered that is new to any of the given commits: what only one of them leads to is
 * new to the other, so it is the past they share.
 */
async function commonPast(repository: Repository, commits: readonly string[]): Promise<readonly string[]> {
  if (commits.length < 2) return commits;
  try {
    const output = await repository.run(["merge-base", "--all", ...commits]);
    return output.toString("latin1").trim().split("\n");
  } catch (error) {
    // Exit code 1 without a word: they have nothing in common.
    if (error instanceof GitFailed && error.exitCode === 1 && error.stderr === "") return [];
    throw error;
  }
}

const present = (shas: readonly (string | null)[]): string[] => shas.filter((sha) => sha !== null);
