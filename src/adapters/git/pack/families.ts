import { elsewhere, noBase, type PackMap } from "./pack-map.ts";

/** Which objects of a pack are made from which, in shared memory. */
export type Families = {
  readonly firstChild: Int32Array;
  readonly nextSibling: Int32Array;
  /** Of the children the one from which most is made: taken last, so that its base need not be kept any more. */
  readonly heaviest: Int32Array;
  /** 0: not needed; `asBase`: something wanted is made from it; `wanted`. */
  readonly need: Uint8Array;
  /** The places from which what is wanted is made, in order. */
  readonly roots: readonly number[];
};

export const asBase = 1;
export const wanted = 2;

/** What to unpack so as to have what is wanted. Objects that are made from each other in a circle are left out. */
export function familiesOf(
  { count, bases }: Pick<PackMap, "count" | "bases">,
  isWanted: (place: number) => boolean,
): Families {
  const [firstChild, nextSibling, heaviest] = [column(count), column(count), column(count)];
  const roots: number[] = [];
  for (let place = count - 1; place >= 0; place--) {
    const base = bases[place] ?? noBase;
    if (base === noBase || base === elsewhere) roots.push(place);
    else {
      nextSibling[place] = firstChild[base] ?? -1;
      firstChild[base] = place;
    }
  }
  roots.reverse();
  const need = new Uint8Array(new SharedArrayBuffer(count));
  const weights = new Uint32Array(count);
  const order = parentsFirst(roots, firstChild, nextSibling);
  for (let at = order.length - 1; at >= 0; at--) {
    const place = order[at] ?? 0;
    if (isWanted(place)) {
      need[place] = wanted;
      weights[place] = (weights[place] ?? 0) + 1;
    }
    const base = bases[place] ?? noBase;
    if (base < 0 || need[place] === 0) continue;
    need[base] = Math.max(need[base] ?? 0, asBase);
    weights[base] = (weights[base] ?? 0) + (weights[place] ?? 0);
    const heavy = heaviest[base] ?? -1;
    if (heavy < 0 || (weights[heavy] ?? 0) < (weights[place] ?? 0)) heaviest[base] = place;
  }
  return { firstChild, nextSibling, heaviest, need, roots: roots.filter((root) => need[root] !== 0) };
}

function column(count: number): Int32Array {
  return new Int32Array(new SharedArrayBuffer(4 * count)).fill(-1);
}

function parentsFirst(roots: readonly number[], firstChild: Int32Array, nextSibling: Int32Array): readonly number[] {
  const order = [...roots];
  for (let at = 0; at < order.length; at++) {
    for (let child = firstChild[order[at] ?? 0] ?? -1; child >= 0; child = nextSibling[child] ?? -1) order.push(child);
  }
  return order;
}
