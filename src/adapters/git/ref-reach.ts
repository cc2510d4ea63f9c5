import type { Repository } from "./repository.ts";

/** Which refs lead to objects, by their full names. */
export type RefReach = (shas: readonly string[]) => ReadonlyMap<string, readonly string[]>;

/** So many commits are followed at once: one bit for each. */
const batch = 31;

/** Lists all commits, each with its parents, and where refs stand. Answers take time linear in the commits, for 31 of them at once. */
export async function refReach(repository: Repository): Promise<RefReach> {
  const [listed, refs] = await Promise.all([
    repository.run(["rev-list", "--topo-order", "--reverse", "--parents", "--all"]),
    repository.run(["for-each-ref", "--format=%(objectname) %(*objectname) %(refname)"]),
  ]);
  const numbers = new Map<string, number>();
  const parents: (readonly number[])[] = [];
  for (const line of linesOf(listed)) {
    const [sha = "", ...above] = line.split(" ");
    numbers.set(sha, parents.push(above.flatMap((parent) => numbers.get(parent) ?? [])) - 1);
  }
  const tips = linesOf(refs).map((line) => {
    const [direct = "", peeled = "", ...name] = line.split(" ");
    return { name: name.join(" "), direct, number: numbers.get(peeled === "" ? direct : peeled) ?? -1 };
  });

  const reaching = (shas: readonly string[]): ReadonlyMap<string, readonly string[]> => {
    const marks = new Int32Array(parents.length);
    for (const [bit, sha] of shas.entries()) {
      const number = numbers.get(sha);
      if (number !== undefined) marks[number] = (marks[number] ?? 0) | (1 << bit);
    }
    // Parents come first.
    for (const [number, above] of parents.entries())
      for (const parent of above) marks[number] = (marks[number] ?? 0) | (marks[parent] ?? 0);
    return new Map(
      shas.map((sha, bit) => {
        const leads = tips.filter(({ direct, number }) => direct === sha || ((marks[number] ?? 0) & (1 << bit)) !== 0);
        return [sha, leads.map(({ name }) => name)];
      }),
    );
  };
  return (shas) => {
    const all = new Map<string, readonly string[]>();
    for (let at = 0; at < shas.length; at += batch)
      for (const [sha, names] of reaching(shas.slice(at, at + batch))) all.set(sha, names);
    return all;
  };
}

const linesOf = (output: Buffer): readonly string[] =>
  output
    .toString("utf8")
    .split("\n")
    .filter((line) => line !== "");
