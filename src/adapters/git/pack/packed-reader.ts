import { compressedAt } from "./compressed-at.ts";
import { Damaged } from "./damage.ts";
import { parseDelta } from "./delta.ts";
import { type EntryHead, longestHead, parseEntryHead } from "./entry-head.ts";
import type { LooseObject, ObjectContent } from "./loose-objects.ts";
import type { PackFile } from "./pack-file.ts";
import type { PackLookup } from "./pack-lookup.ts";
import { type Block, createUnpacker, type Unpacker } from "./unpacker.ts";

/** Reads an object of a pack that begins at an offset; `readElsewhere` has what is not in the pack. Throws `Damaged`. */
export type PackedReader = (
  from: { readonly pack: PackFile; readonly lookup: PackLookup },
  offset: number,
  mostBytes: number,
  readElsewhere: (name: string, mostBytes: number) => LooseObject,
) => LooseObject;

type Step = { readonly offset: number; readonly head: EntryHead };

/** Versions of a tree, or a file, are made from each other: what was made on the way to one is the way to the next. */
const keptBytes = 16 << 20;
const mostOfOne = 1 << 20;
/** What takes more to make one object is left to git: long chains of large versions would hold up the thread. */
const mostWork = 1 << 28;

/** One object at a time, down to what stands whole and back, without a look at the rest of the pack. */
export function createPackedReader(nameLength: number): PackedReader {
  let unpacker: Unpacker | undefined;
  /** The one used last is the last. */
  const kept = new Map<string, ObjectContent>();
  let size = 0;
  const recall = (key: string): ObjectContent | undefined => {
    const known = kept.get(key);
    if (known === undefined) return undefined;
    kept.delete(key);
    kept.set(key, known);
    return known;
  };
  const keep = (key: string, object: ObjectContent): void => {
    if (object.bytes.length > mostOfOne) return;
    kept.set(key, object);
    size += object.bytes.length;
    for (const [oldest, { bytes }] of kept) {
      if (size <= keptBytes) break;
      kept.delete(oldest);
      size -= bytes.length;
    }
  };

  return ({ pack, lookup }, place, mostBytes, readElsewhere) => {
    const key = (offset: number): string => `${offset} ${pack.path}`;
    const steps: Step[] = [];
    let start: ObjectContent | undefined;
    for (let offset = place; start === undefined;) {
      start = recall(key(offset));
      if (start !== undefined) break;
      const head = headAt(pack, offset, nameLength);
      if (head.size > mostBytes) return "too-large";
      steps.push({ offset, head });
      if (steps.length > lookup.count) throw new Damaged("deltas of a pack are made from each other");
      if (head.kind === "offset-delta") offset -= head.distance;
      else if (head.kind !== "named-delta") break;
      else {
        const found = lookup.offsetOf(head.base);
        if (found >= 0) offset = found;
        else {
          const base = readElsewhere(Buffer.from(head.base).toString("hex"), mostBytes);
          if (base === "missing") throw new Damaged("the base of a delta is not there");
          if (base === "too-large") return base;
          start = base;
        }
      }
    }
    const made = (unpacker ??= createUnpacker());
    made.clear();
    let type = start?.type ?? "";
    let block: Block | null = start === undefined || steps.length === 0 ? null : made.hold(start.bytes);
    let object = start;
    let work = 0;
    for (const [left, { offset, head }] of [...steps.entries()].reverse()) {
      const entry = made.inflate(compressedAt(pack, offset + head.length, head.size), head.size);
      if (block === null) {
        type = head.kind;
        block = entry;
      } else {
        const { resultSize } = parseDelta(made.view(entry));
        work += resultSize;
        if (resultSize > mostBytes || work > mostWork) return "too-large";
        const base: Block = block;
        ({ block } = made.apply(entry, base));
        made.release(entry);
        made.release(base);
      }
      if (left > 0 && block.size > mostOfOne) continue;
      object = { type, bytes: Buffer.from(made.view(block)) };
      keep(key(offset), object);
    }
    if (object === undefined) throw new Damaged("a delta has no base");
    return object.bytes.length > mostBytes ? "too-large" : object;
  };
}

function headAt(pack: PackFile, offset: number, nameLength: number): EntryHead {
  if (offset < pack.start || offset >= pack.end) throw new Damaged("an object of a pack begins outside of it");
  return parseEntryHead(pack.read(offset, Math.min(longestHead, pack.end - offset)), nameLength);
}
