import { Damaged } from "./damage.ts";

/** What an object is made of when its base is known: stretches of the base, and bytes of its own. */
export type Delta = {
  readonly baseSize: number;
  readonly resultSize: number;
  /** Where the instructions begin. */
  readonly start: number;
};

/** Reads the two sizes that a delta begins with. Throws `Damaged`. */
export function parseDelta(delta: Uint8Array): Delta {
  const base = sizeAt(delta, 0);
  const result = sizeAt(delta, base.end);
  return { baseSize: base.value, resultSize: result.value, start: result.end };
}

function sizeAt(delta: Uint8Array, from: number): { readonly value: number; readonly end: number } {
  let [value, scale, at] = [0, 1, from];
  for (let byte = 0x80; byte >= 0x80; scale *= 128) {
    byte = delta[at++] ?? 0x100;
    if (byte === 0x100) throw new Damaged("a delta is cut off");
    value += (byte & 0x7f) * scale;
  }
  if (!Number.isSafeInteger(value)) throw new Damaged("a delta makes something of no possible size");
  return { value, end: at };
}

/**
 * What is new in a result: pairs of where something begins and ends that does not come from the base as one piece. A pair without
 * length is a seam between two stretches of the base. In order.
 */
export type NewRanges = number[];

/** A copy takes so much where it says nothing. */
const copySize = 0x1_0000;

/**
 * Makes the result, in `result`, which must have its size, and notes what is new in it: as one, what is no further apart than `near`. Throws
 * `Damaged`. The plain form of the kernel's (`unpacker.ts`).
 */
export function applyDelta(
  delta: Buffer,
  { start }: Delta,
  base: Buffer,
  result: Buffer,
  news: NewRanges = [],
  near = 0,
): void {
  const note = (from: number, to: number): void => {
    const last = news.length - 1;
    if (last > 0 && from - (news[last] ?? 0) <= near) news[last] = to;
    else news.push(from, to);
  };
  // `copied`: where the stretch of the base ends that was taken last; after bytes of its own no stretch goes on.
  let [at, filled, copied] = [start, 0, 0];
  const end = delta.length;
  while (at < end) {
    const command = delta[at++] ?? 0;
    if (command >= 0x80) {
      let [offset, size] = [0, 0];
      if (command & 0x01) offset = delta[at++] ?? 0;
      if (command & 0x02) offset |= (delta[at++] ?? 0) << 8;
      if (command & 0x04) offset |= (delta[at++] ?? 0) << 16;
      if (command & 0x08) offset = (offset | ((delta[at++] ?? 0) << 24)) >>> 0;
      if (command & 0x10) size = delta[at++] ?? 0;
      if (command & 0x20) size |= (delta[at++] ?? 0) << 8;
      if (command & 0x40) size |= (delta[at++] ?? 0) << 16;
      if (size === 0) size = copySize;
      if (at > end || offset + size > base.length || filled + size > result.length)
        throw new Damaged("a delta copies what its base does not have");
      base.copy(result, filled, offset, offset + size);
      if (offset !== copied) note(filled, filled);
      filled += size;
      copied = offset + size;
    } else {
      if (command === 0 || at + command > end || filled + command > result.length)
        throw new Damaged("a delta has an instruction that cannot be");
      delta.copy(result, filled, at, at + command);
      note(filled, filled + command);
      at += command;
      filled += command;
      copied = -1;
    }
  }
  // What the base begins or ends with and the result does not is missing at an edge.
  if (copied !== base.length) note(filled, filled);
  if (filled !== result.length) throw new Damaged("a delta makes less than it says");
}
