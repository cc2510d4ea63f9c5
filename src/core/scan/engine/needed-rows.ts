import { type CodePoints, lastCodePoint, sizeOf, within } from "../re2/code-points.ts";
import { maxLengthOf, minLengthOf } from "../re2/measure.ts";
import type { RegexNode } from "../re2/node.ts";
import type { ByteRange } from "../re2/utf8-ranges.ts";

/** So many bytes in a row, each of which is in the ranges. */
type Stretch = { readonly ranges: readonly ByteRange[]; readonly times: number };

/** Stretches, one directly after the other. */
export type Row = {
  readonly stretches: readonly Stretch[];
  /** What comes next, unless the text ends: its ranges. */
  readonly next: readonly ByteRange[] | null;
};

/**
 * Rows of bytes of which every match of a regex holds one. Mostly they are the credential itself: what stands before it is soon met, and its length is what
 * a gate does not count. Pure data.
 */
export type NeededRows = {
  readonly rows: readonly Row[];
  /** How many bytes after the beginning of a match the row begins, at least and at most. */
  readonly least: number;
  readonly most: number;
};

/** Shorter rows say little. */
const shortestRow = 8;
/** Beyond, too much would be looked through. */
const longestRow = 512;
const widestRange = 1024;
const mostRows = 8;

/** The longest rows, or `null` if none are long enough. */
export function neededRowsOf(node: RegexNode, shortest: number = shortestRow): NeededRows | null {
  const found = longestIn(node);
  return found === null || lengthOf(found) < shortest ? null : found;
}

const lengthOfAll = (stretches: readonly Stretch[]): number => stretches.reduce((sum, { times }) => sum + times, 0);
const lengthOf = ({ rows }: NeededRows): number => Math.min(...rows.map(({ stretches }) => lengthOfAll(stretches)));

const partsOf = (node: RegexNode): readonly RegexNode[] => {
  if (node.kind === "capture") return partsOf(node.of);
  return node.kind === "concat" ? node.parts.flatMap(partsOf) : [node];
};

function longestIn(node: RegexNode): NeededRows | null {
  let chosen: NeededRows | null = null;
  const choose = (found: NeededRows | null): void => {
    if (found === null || found.most - found.least > widestRange) return;
    if (chosen === null || lengthOf(found) > lengthOf(chosen)) chosen = found;
  };
  let stretches: readonly Stretch[] = [];
  let begins = { least: 0, most: 0 };
  let [least, most] = [0, 0];
  const add = (more: readonly Stretch[]): void => {
    if (stretches.length === 0) begins = { least, most };
    stretches = [...stretches, ...more];
  };
  const end = (next: Row["next"] = null): void => {
    if (stretches.length > 0) choose({ rows: [{ stretches, next }], ...begins });
    stretches = [];
  };
  for (const part of partsOf(node)) {
    if (part.kind === "empty" || part.kind === "assert") continue;
    const fixed = fixedOf(part);
    const rounds = part.kind === "repeat" ? repeated(fixedOf(part.of), part.min) : null;
    if (fixed !== null) add(fixed);
    else if (part.kind === "repeat" && rounds !== null) {
      add(rounds);
      end();
      // The last rounds stand directly before what comes next.
      const more = part.max === null ? Infinity : (part.max - part.min) * lengthOfAll(fixedOf(part.of) ?? []);
      stretches = rounds;
      begins = { least, most: most + more };
    } else {
      end(nextOrEnd(part));
      if (part.kind === "repeat" && part.min > 0) choose(moved(longestIn(part.of), least, most));
      else if (part.kind === "alternate") choose(moved(together(part.options.map(longestIn)), least, most));
    }
    least += minLengthOf(part);
    most += maxLengthOf(part) ?? Infinity;
  }
  end();
  return chosen;
}

/** Of `(?:[^a-z]|$)` the set. */
function nextOrEnd(node: RegexNode): Row["next"] {
  if (node.kind !== "alternate" || node.options.length !== 2) return null;
  const [set, end] = node.options;
  return set?.kind === "set" && end?.kind === "assert" && end.what === "text-end" ? bytesOf(set.points) : null;
}

const moved = (found: NeededRows | null, least: number, most: number): NeededRows | null =>
  found === null ? null : { rows: found.rows, least: found.least + least, most: found.most + most };

/** Of alternatives each has its rows. */
function together(each: readonly (NeededRows | null)[]): NeededRows | null {
  const known = each.filter((one) => one !== null);
  const rows = known.flatMap((one) => one.rows);
  if (known.length < each.length || rows.length > mostRows) return null;
  return {
    rows,
    least: Math.min(...known.map((one) => one.least)),
    most: Math.max(...known.map((one) => one.most)),
  };
}

/** What a node reads, if that is always a row of so many bytes. */
function fixedOf(node: RegexNode): readonly Stretch[] | null {
  switch (node.kind) {
    case "set": {
      const ranges = bytesOf(node.points);
      return ranges === null ? null : [{ ranges, times: 1 }];
    }
    case "capture":
      return fixedOf(node.of);
    case "concat": {
      const parts = partsOf(node).filter(({ kind }) => kind !== "assert" && kind !== "empty");
      const each = parts.map(fixedOf);
      return each.every((one) => one !== null) ? each.flat() : null;
    }
    case "repeat":
      return node.min === node.max ? repeated(fixedOf(node.of), node.min) : null;
    case "alternate":
    case "assert":
    case "empty":
      return null;
  }
}

function repeated(stretches: readonly Stretch[] | null, times: number): readonly Stretch[] | null {
  if (stretches === null || times === 0 || lengthOfAll(stretches) * times > longestRow) return null;
  const [only] = stretches;
  if (stretches.length === 1 && only !== undefined) return [{ ...only, times: only.times * times }];
  return Array.from({ length: times }, () => stretches).flat();
}

/** The bytes of a set, if each of its characters is one. */
function bytesOf(points: CodePoints): readonly ByteRange[] | null {
  const ascii = within(points, 0, 0x7f);
  const above = sizeOf(within(points, 0x80, lastCodePoint));
  if (above === 0) return ascii;
  return above === lastCodePoint - 0x7f ? [...ascii, [0x80, 0xff]] : null;
}

/** A row, as tables of the bytes that may stand at each of its places. */
type Tables = {
  readonly sets: readonly Uint8Array[];
  /** All of them are the same. */
  readonly isOfOne: boolean;
  readonly next: Uint8Array | null;
};

/** Finds one row, in windows that never go back. */
type Cursor = {
  readonly tables: Tables;
  /** Before here nothing is looked at any more. */
  from: number;
  /** Where the row was found last, or -1. */
  at: number;
};

/**
 * Gives those of some places, which are in order, behind which one of the rows stands. A match begins between `least` and `most` bytes before its
 * place. Takes time linear in the text, whatever the places.
 */
export function placesWithRow(
  { rows, least, most }: NeededRows,
  text: string,
  places: readonly number[],
  before: { readonly least: number; readonly most: number },
): readonly number[] {
  const cursors = rows.map((row): Cursor => ({ tables: tablesOf(row), from: 0, at: -1 }));
  return places.filter((place) => {
    const low = Math.max(0, place - before.most) + least;
    const high = place - before.least + most;
    return cursors.some((cursor) => isBetween(cursor, text, low, high));
  });
}

/** Whether one of the rows stands anywhere in a text. */
export const hasRow = ({ rows }: NeededRows, text: string): boolean =>
  rows.some((row) => isBetween({ tables: tablesOf(row), from: 0, at: -1 }, text, 0, text.length));

function isBetween(cursor: Cursor, text: string, low: number, high: number): boolean {
  if (cursor.at >= low) return cursor.at <= high;
  const { sets, isOfOne, next } = cursor.tables;
  const last = Math.min(high, text.length - sets.length);
  for (let start = Math.max(low, cursor.from); start <= last; start++) {
    let at = sets.length - 1;
    while (at >= 0 && sets[at]?.[text.charCodeAt(start + at)] === 1) at--;
    const end = start + sets.length;
    if (at < 0 && (next === null || end === text.length || next[text.charCodeAt(end)] === 1)) {
      cursor.at = start;
      cursor.from = start + 1;
      return true;
    }
    // A row of one set does not begin before a byte that is not of it.
    if (isOfOne && at > 0) start += at;
  }
  cursor.from = Math.max(cursor.from, high + 1);
  return false;
}

const made = new WeakMap<Row, Tables>();

function tablesOf(row: Row): Tables {
  const known = made.get(row);
  if (known !== undefined) return known;
  const sets = row.stretches.flatMap(({ ranges, times }) => {
    const set = setOf(ranges);
    return Array.from({ length: times }, () => set);
  });
  const tables = { sets, isOfOne: row.stretches.length === 1, next: row.next === null ? null : setOf(row.next) };
  made.set(row, tables);
  return tables;
}

function setOf(ranges: readonly ByteRange[]): Uint8Array {
  const set = new Uint8Array(256);
  for (const [low, high] of ranges) set.fill(1, low, high + 1);
  return set;
}
