import { readFileSync } from "node:fs";
import type { Dictionary } from "../../core/scan/engine/dictionary.ts";
import type { Glance, Spotter } from "../../core/scan/engine/spotter.ts";

type Kernels = {
  readonly memory: WebAssembly.Memory;
  readonly found: WebAssembly.Global;
  readonly findWords: (
    text: number,
    from: number,
    length: number,
    tables: number,
    heads: number,
    entries: number,
    out: number,
    room: number,
  ) => number;
  readonly dotted: WebAssembly.Global;
  readonly opaque: WebAssembly.Global;
  readonly encodings: (text: number, length: number, out: number, room: number) => number;
};

/** The kernels; `kernels/` stands beside `src/` and `dist/`. */
const program = new URL("../../../kernels/scan.wasm", import.meta.url);

const pageSize = 65_536;
/** What the program itself keeps at the beginning of its memory. */
const ownSize = 16_384;
/** Zeros behind a text, into which the kernels may look. */
const margin = 128;
/** Words found in one call of the kernel, and places of runs found in one text. */
const room = 32_768;

let compiled: WebAssembly.Module | undefined;

/** Looks at texts with the kernels. Grows with the largest text; belongs to one thread. */
export function createWasmSpotter(dictionary: Dictionary): Spotter {
  compiled ??= new WebAssembly.Module(readFileSync(program));
  const kernels = new WebAssembly.Instance(compiled).exports as Kernels;
  const { tables, layout } = dictionary;
  const out = ownSize + aligned(tables.length);
  const text = out + 8 * room;
  const heads = ownSize + layout.heads;
  const entries = ownSize + layout.entries;

  let memory = Buffer.alloc(0);
  const reserve = (length: number): void => {
    const missing = text + length + margin - kernels.memory.buffer.byteLength;
    if (missing > 0) kernels.memory.grow(Math.ceil(missing / pageSize));
    if (memory.length !== kernels.memory.buffer.byteLength) memory = Buffer.from(kernels.memory.buffer);
  };
  reserve(0);
  memory.set(tables, ownSize);

  const places = (counter: WebAssembly.Global, from: number): readonly number[] | null => {
    const count = counter.value as number;
    if (count === 0) return nowhere;
    if (count > room) return null;
    const found = new Uint32Array(kernels.memory.buffer, from, count);
    const copy: number[] = [];
    for (let at = 0; at < count; at++) copy.push(found[at] ?? 0);
    return copy;
  };
  const look = (length: number): Glance => {
    memory.fill(0, text + length, text + length + margin);
    const parts: Uint32Array[] = [];
    for (let at = 0; at < length;) {
      at = kernels.findWords(text, at, length, ownSize, heads, entries, out, room);
      const found = kernels.found.value as number;
      if (found > 0) parts.push(new Uint32Array(kernels.memory.buffer, out, 2 * found).slice());
    }
    const encodings = kernels.encodings(text, length, out, room);
    return {
      hits: joined(parts),
      encodings,
      dotted: places(kernels.dotted, out),
      opaque: places(kernels.opaque, out + 4 * room),
    };
  };
  return {
    glance: (bytes) => {
      reserve(bytes.length);
      memory.set(bytes, text);
      return look(bytes.length);
    },
    glanceAt: (chars) => {
      reserve(chars.length);
      memory.write(chars, text, chars.length, "latin1");
      return look(chars.length);
    },
  };
}

const nothing = new Uint32Array(0);
const nowhere: readonly number[] = [];

function joined(parts: readonly Uint32Array[]): Uint32Array {
  const [first = nothing, ...rest] = parts;
  if (rest.length === 0) return first;
  const all = new Uint32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

const aligned = (size: number): number => Math.ceil(size / 64) * 64;
