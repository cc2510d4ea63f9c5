import type { Layer } from "./decode/layer.ts";
import { byRank, type Judged } from "./rank.ts";

/** A finding of one layer. */
export type Located = Judged & { readonly layer: Layer };

/** A finding as it looks from its own layer or one above. */
type Place = {
  readonly found: Located;
  readonly start: number;
  readonly end: number;
  /** The layer through which it is seen from there: the layer itself, or one that was decoded from it. */
  readonly branch: Layer;
};

/**
 * Findings that come from the same stretch of a text in different ways (as it is and decoded, or decoded in two ways) are one
 * secret: the best of them stays. Several in one decoded stretch are several.
 */
export function bestOfLayers(found: readonly Located[]): readonly Located[] {
  const dropped = new Set<Located>();
  for (const places of placesByLayer(found).values()) {
    if (places.every(({ branch }) => branch === places[0]?.branch)) continue;
    for (const group of overlapping(places)) {
      for (const worse of worseOf(group)) dropped.add(worse);
    }
  }
  return found.filter((located) => !dropped.has(located));
}

function placesByLayer(found: readonly Located[]): ReadonlyMap<Layer, readonly Place[]> {
  const places = new Map<Layer, Place[]>();
  for (const one of found) {
    let [start, end]: readonly [number, number] = [one.candidate.start, one.candidate.end];
    for (let [layer, branch] = [one.layer, one.layer]; ;) {
      const known = places.get(layer);
      if (known === undefined) places.set(layer, [{ found: one, start, end, branch }]);
      else known.push({ found: one, start, end, branch });
      if (layer.above === null) break;
      [start, end] = layer.above.rangeOf(start, end);
      [layer, branch] = [layer.above.layer, layer];
    }
  }
  return places;
}

/** Groups of places that hang together by overlaps. */
function* overlapping(places: readonly Place[]): Generator<readonly Place[]> {
  let group: Place[] = [];
  let reach = -1;
  for (const place of places.toSorted((a, b) => a.start - b.start)) {
    if (place.start >= reach) {
      yield group;
      group = [];
    }
    group.push(place);
    reach = Math.max(reach, place.end);
  }
  yield group;
}

function worseOf(group: readonly Place[]): readonly Located[] {
  if (group.every(({ branch }) => branch === group[0]?.branch)) return [];
  const kept: Place[] = [];
  const worse: Located[] = [];
  for (const place of group.toSorted(byWorth)) {
    const rival = kept.some(
      ({ branch, start, end }) => branch !== place.branch && start < place.end && place.start < end,
    );
    if (rival) worse.push(place.found);
    else kept.push(place);
  }
  return worse;
}

/** Of equals the one with the shorter way in comes first. */
const byWorth = (a: Place, b: Place): number =>
  byRank(a.found, b.found) || a.found.layer.via.length - b.found.layer.via.length;
