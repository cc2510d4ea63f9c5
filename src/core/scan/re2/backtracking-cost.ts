import type { RegexNode } from "./node.ts";

/**
 * An upper bound of the steps a backtracking engine takes to find that no match begins at a place: what comes after a part is tried
 * once for every length the part can take. `Infinity` with open repetitions.
 */
export function backtrackingCostOf(node: RegexNode): number {
  return measure(node).steps;
}

/** `ways`: in how many ways the node can be left. */
type Cost = { readonly steps: number; readonly ways: number };

function measure(node: RegexNode): Cost {
  switch (node.kind) {
    case "empty":
    case "assert":
    case "set":
      return { steps: 1, ways: 1 };
    case "capture":
      return measure(node.of);
    case "concat":
      return node.parts.map(measure).reduce(inSequence, { steps: 0, ways: 1 });
    case "alternate":
      return node.options
        .map(measure)
        .reduce((sum, one) => ({ steps: sum.steps + one.steps, ways: sum.ways + one.ways }));
    case "repeat":
      return measureRepeat(measure(node.of), node.min, node.max);
  }
}

function inSequence(before: Cost, after: Cost): Cost {
  return { steps: before.steps + before.ways * after.steps, ways: before.ways * after.ways };
}

function measureRepeat(once: Cost, min: number, max: number | null): Cost {
  if (max === null) return { steps: Infinity, ways: Infinity };
  if (once.ways === 1) return { steps: max * once.steps, ways: max - min + 1 };
  const most = once.ways ** max;
  return { steps: most * once.steps, ways: most };
}
