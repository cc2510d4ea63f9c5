import { randomBytes } from "node:crypto";
import { pieceContext } from "../../../core/scan/pieces.ts";
import type { SeenLines } from "../../../flows/ports/seen-lines.ts";
import { Damaged } from "./damage.ts";
import { parseDelta } from "./delta.ts";
import { newPackKernel } from "./pack-kernel.ts";

/** An object, or a delta, as it lies in an unpacker. */
export type Block = { readonly at: number; readonly size: number };

/** Unpacks objects in memory of its own, by the kernel. Belongs to one thread. */
export type Unpacker = {
  /** So many bytes, no more and no less. Throws `Damaged`. */
  readonly inflate: (compressed: Uint8Array, size: number) => Block;
  /** What a delta makes of its base, and what is new in it (`NewRanges`). Throws `Damaged`. */
  readonly apply: (delta: Block, base: Block) => { readonly block: Block; readonly news: Uint32Array };
  readonly hold: (bytes: Uint8Array) => Block;
  /** A view that is good until something else is unpacked. */
  readonly view: (block: Block) => Uint8Array;
  readonly release: (block: Block) => void;
  /** Forgets all objects, and gives memory back if it was much. */
  readonly clear: () => void;
  /** Lines of objects, which it is quick for if they lie here; null unless it was asked to remember any. */
  readonly seen: SeenLines | null;
};

const pageSize = 65_536;
/** As in the kernel. */
const slack = 320;
const rangesRoom = 4096;
/** Ranges that are so near to each other that their pieces are one (`core/scan/pieces.ts`). */
export const nearby = 2 * pieceContext;
/** Keys of lines that were seen, and of so many that may be kept next. */
const tableSize = 8 << 21;
const pendingRoom = 1 << 16;
const linesSize = tableSize + 8 * pendingRoom;
/** So much is kept for the next family. */
const keptBytes = 24 << 20;
/** More is not held at once. */
const mostBytes = 256 << 20;

export function createUnpacker(remembersLines = false): Unpacker {
  let kernel = newPackKernel();
  const ranges = kernel.memory.buffer.byteLength;
  const freshRanges = ranges + 8 * rangesRoom;
  const lines = freshRanges + 8 * rangesRoom;
  const first = remembersLines ? lines + linesSize : lines;
  /** In order. */
  const held: Block[] = [];
  let memory = Buffer.from(kernel.memory.buffer);

  const take = (size: number): Block => {
    let at = first;
    let place = 0;
    for (const block of held) {
      if (block.at - at >= size + slack) break;
      at = endOf(block);
      place += 1;
    }
    const block = { at, size };
    const missing = endOf(block) - memory.length;
    if (missing > 0) {
      if (endOf(block) > mostBytes) throw new Damaged("objects that are made from each other take too much memory");
      kernel.memory.grow(Math.ceil(missing / pageSize));
      memory = Buffer.from(kernel.memory.buffer);
    }
    held.splice(place, 0, block);
    return block;
  };
  const release = (block: Block): void => {
    const at = held.indexOf(block);
    if (at >= 0) held.splice(at, 1);
  };
  const hold = (bytes: Uint8Array): Block => {
    const block = take(bytes.length);
    memory.set(bytes, block.at);
    return block;
  };
  const view = ({ at, size }: Block): Uint8Array => memory.subarray(at, at + size);
  /** Nobody who writes a file may know which lines are taken for each other. */
  const secret = randomBytes(kernel.secretSize.value as number);
  const numbers = new Map<string, number>();
  const useLines = (known: Uint8Array | null): void => {
    kernel.memory.grow(Math.ceil((first - memory.length) / pageSize));
    memory = Buffer.from(kernel.memory.buffer);
    memory.set(secret, lines);
    kernel.useLines(lines, lines, lines + tableSize, pendingRoom);
    memory.fill(0, lines, lines + secret.length);
    if (known !== null) memory.set(known, lines);
  };
  if (remembersLines) useLines(null);
  const seen: SeenLines = {
    fresh: (bytes, news, about) => {
      const isHere = bytes.buffer === memory.buffer;
      const block = isHere ? { at: bytes.byteOffset, size: bytes.length } : hold(bytes);
      const { at, size } = block;
      new Uint32Array(memory.buffer, ranges, 2 * rangesRoom).set(news);
      const number = numbers.get(about) ?? numbers.size;
      numbers.set(about, number);
      const found = kernel.freshLines(at, size, ranges, news.length / 2, freshRanges, rangesRoom, nearby, number);
      if (!isHere) release(block);
      return new Uint32Array(memory.buffer, freshRanges, 2 * found).slice();
    },
    keep: () => kernel.keepLines(),
  };
  return {
    hold,
    view,
    release,
    inflate: (compressed, size) => {
      const block = take(size);
      let source: Block | null = null;
      try {
        source = hold(compressed);
        if (kernel.inflate(source.at, source.size, block.at, size) !== 0) return block;
        throw new Damaged("an object cannot be unpacked, or is not as long as its head says");
      } catch (error) {
        release(block);
        throw error;
      } finally {
        if (source !== null) release(source);
      }
    },
    apply: (delta, base) => {
      const { baseSize, resultSize, start } = parseDelta(view(delta));
      if (baseSize !== base.size) throw new Damaged("a delta is to be applied to something of another size");
      const block = take(resultSize);
      const made = kernel.applyDelta(
        delta.at + start,
        delta.size - start,
        base.at,
        base.size,
        block.at,
        resultSize,
        ranges,
        rangesRoom,
        nearby,
      );
      if (made !== 0)
        return { block, news: new Uint32Array(memory.buffer, ranges, 2 * (kernel.rangeCount.value as number)).slice() };
      release(block);
      throw new Damaged("a delta does not make what it says of its base");
    },
    clear: () => {
      held.length = 0;
      if (memory.length - first <= keptBytes) return;
      const before = memory;
      kernel = newPackKernel();
      memory = Buffer.from(kernel.memory.buffer);
      if (remembersLines) useLines(before.subarray(lines, first));
    },
    seen: remembersLines ? seen : null,
  };
}

/** Blocks begin at even places, with what the kernel may touch between them. */
const endOf = ({ at, size }: Block): number => at + Math.ceil((size + slack) / 64) * 64;
