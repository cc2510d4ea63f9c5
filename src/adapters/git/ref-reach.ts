import { type CommitGraph, listCommitGraph } from "./commit-graph.ts";
import type { Repository } from "./repository.ts";

/** The refs that lead to an object: so many of them as were asked for, by their full names and in git's order, and how many there are. */
export type Reached = { readonly names: readonly string[]; readonly count: number };

/** Which refs lead to objects. */
export type RefReach = (shas: readonly string[], most: number) => ReadonlyMap<string, Reached>;

/** So many commits are followed at once: one bit for each. */
const batch = 31;

/**
 * Lists where refs stand, and all commits with their parents unless they are known. Answers take time linear in the commits, for 31 of them at once, and there may be
 * hundreds of thousands, and tens of thousands of refs: both are columns of numbers.
 */
export async function refReach(repository: Repository, known: CommitGraph | null = null): Promise<RefReach> {
  const [{ names: commits, firstParent, parents }, refs] = await Promise.all([
    known ?? listCommitGraph(repository),
    repository.run(["for-each-ref", "--format=%(objectname) %(*objectname) %(refname)"]),
  ]);
  const numbers = new Map(commits.map((name, number) => [name, number]));
  const marks = new Int32Array(numbers.size);
  const names: string[] = [];
  const refLines = linesOf(refs);
  const tips = new Int32Array(refLines.length);
  /** What a ref names that is no commit: tags, and what they need not lead to. */
  const others = new Map<string, number[]>();
  for (const line of refLines) {
    const [direct = "", peeled = "", ...name] = line.split(" ");
    const ref = names.push(name.join(" ")) - 1;
    tips[ref] = numbers.get(peeled === "" ? direct : peeled) ?? -1;
    if (!numbers.has(direct)) others.set(direct, [...(others.get(direct) ?? []), ref]);
  }

  const reaching = (shas: readonly string[], most: number): readonly Reached[] => {
    let first = numbers.size;
    for (const [bit, sha] of shas.entries()) {
      const number = numbers.get(sha);
      if (number === undefined) continue;
      marks[number] = (marks[number] ?? 0) | (1 << bit);
      first = Math.min(first, number);
    }
    // Parents come first.
    for (let number = first, at = firstParent[first] ?? 0; number < marks.length; number++) {
      let mark = marks[number] ?? 0;
      for (const end = firstParent[number + 1] ?? 0; at < end; at++) mark |= marks[parents[at] ?? 0] ?? 0;
      marks[number] = mark;
    }
    const found = shas.map((sha) => (others.get(sha) ?? []).map((ref) => names[ref] ?? ""));
    const counts = Int32Array.from(found, ({ length }) => length);
    for (let ref = 0; ref < tips.length; ref++) {
      const tip = tips[ref] ?? -1;
      for (let left = tip < first ? 0 : (marks[tip] ?? 0); left !== 0; left &= left - 1) {
        const bit = 31 - Math.clz32(left & -left);
        const before = counts[bit] ?? 0;
        counts[bit] = before + 1;
        if (before < most) found[bit]?.push(names[ref] ?? "");
      }
    }
    marks.fill(0, first);
    return found.map((all, bit) => ({ names: all.slice(0, most), count: counts[bit] ?? 0 }));
  };
  return (shas, most) => {
    const all = new Map<string, Reached>();
    for (let at = 0; at < shas.length; at += batch) {
      const some = shas.slice(at, at + batch);
      for (const [index, reached] of reaching(some, most).entries()) all.set(some[index] ?? "", reached);
    }
    return all;
  };
}

const linesOf = (output: Buffer): readonly string[] =>
  output
    .toString("utf8")
    .split("\n")
    .filter((line) => line !== "");
