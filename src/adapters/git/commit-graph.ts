import type { Repository } from "./repository.ts";

/** Commits by their place, parents before children. The parents of each are the places from its `firstParent` up to that of the next. */
export type CommitGraph = {
  readonly names: readonly string[];
  readonly firstParent: Int32Array;
  readonly parents: Int32Array;
};

/** Of everything that any ref leads to, as git lists it. */
export async function listCommitGraph(repository: Repository): Promise<CommitGraph> {
  const listed = await repository.run(["rev-list", "--topo-order", "--reverse", "--parents", "--all"]);
  const places = new Map<string, number>();
  const firstParent = [0];
  const parents: number[] = [];
  for (const line of listed.toString("latin1").split("\n")) {
    if (line === "") continue;
    const [name = "", ...above] = line.split(" ");
    for (const parent of above) {
      const place = places.get(parent);
      if (place !== undefined) parents.push(place);
    }
    places.set(name, places.size);
    firstParent.push(parents.length);
  }
  return { names: [...places.keys()], firstParent: Int32Array.from(firstParent), parents: Int32Array.from(parents) };
}
