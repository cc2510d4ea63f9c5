/** A set of code points as sorted, disjoint, inclusive ranges that do not touch. */
export type CodePoints = readonly (readonly [low: number, high: number])[];

export const lastCodePoint = 0x10ffff;

/** Sorts and joins ranges that overlap or touch. */
export function normalized(ranges: CodePoints): CodePoints {
  const sorted = ranges.toSorted((a, b) => a[0] - b[0]);
  const out: [number, number][] = [];
  for (const [low, high] of sorted) {
    const last = out.at(-1);
    if (last !== undefined && low <= last[1] + 1) last[1] = Math.max(last[1], high);
    else out.push([low, high]);
  }
  return out;
}

/** Everything that is not in the set. */
export function complement(points: CodePoints): CodePoints {
  const out: [number, number][] = [];
  let next = 0;
  for (const [low, high] of normalized(points)) {
    if (low > next) out.push([next, low - 1]);
    next = high + 1;
  }
  if (next <= lastCodePoint) out.push([next, lastCodePoint]);
  return out;
}

/** The part of a set between two code points, both included. */
export function within(points: CodePoints, low: number, high: number): CodePoints {
  return points.flatMap(([a, b]) => (b < low || a > high ? [] : [[Math.max(a, low), Math.min(b, high)] as const]));
}

/** How many code points a set has. */
export function sizeOf(points: CodePoints): number {
  return points.reduce((sum, [low, high]) => sum + high - low + 1, 0);
}

// Beyond this many code points above ASCII a set is a script or category, which hold both cases already.
const foldLimit = 1024;

/**
 * The set with both cases of its letters. ASCII letters fold among themselves only: U+212A (Kelvin) and U+017F (long s), which
 * RE2 counts as forms of k and s, are left out, as in RE2's Latin-1 mode.
 */
export function foldCase(points: CodePoints): CodePoints {
  const added: [number, number][] = [];
  for (const [low, high] of within(points, 0x41, 0x5a)) added.push([low + 32, high + 32]);
  for (const [low, high] of within(points, 0x61, 0x7a)) added.push([low - 32, high - 32]);
  const above = within(points, 0x80, lastCodePoint);
  if (sizeOf(above) <= foldLimit) {
    for (const [low, high] of above) {
      for (let code = low; code <= high; code++) added.push(...otherCases(code));
    }
  }
  return normalized([...points, ...added]);
}

function otherCases(code: number): [number, number][] {
  const char = String.fromCodePoint(code);
  return [char.toLowerCase(), char.toUpperCase()].flatMap((form) => {
    const point = form.codePointAt(0) ?? 0;
    const single = String.fromCodePoint(point) === form;
    return single && point >= 0x80 && point !== code ? [[point, point] as [number, number]] : [];
  });
}
