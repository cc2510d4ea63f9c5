import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import type { EngineProgram } from "../../core/scan/engine/engine-scanner.ts";
import type { Glance, Spotter } from "../../core/scan/engine/spotter.ts";
import { nameWordHashes } from "../../core/scan/generic/kind-of-name.ts";
import { surpriseSteps } from "../../core/scan/word-shape.ts";

type Kernels = {
  readonly memory: WebAssembly.Memory;
  readonly found: WebAssembly.Global;
  readonly useTables: (tables: number, entries: number, probes: number, dotted: number) => void;
  readonly useNames: (beginnings: number, ends: number, names: number) => void;
  readonly useSurprise: (at: number) => void;
  readonly useWords: (at: number) => void;
  readonly useLessons: (at: number, first: number, second: number) => void;
  readonly learnPair: (text: number, nameLength: number, valueLength: number, bare: number) => void;
  readonly learnRun: (text: number, length: number) => void;
  readonly findWords: (text: number, from: number, length: number, near: number, out: number, room: number) => number;
  readonly dotted: WebAssembly.Global;
  readonly opaque: WebAssembly.Global;
  readonly encodings: (text: number, length: number, out: number, room: number, runs: number) => number;
};

/** The kernels; `kernels/` stands beside `src/` and `dist/`. */
const program = new URL("../../../kernels/scan.wasm", import.meta.url);

const pageSize = 65_536;
/** What the program itself keeps at the beginning of its memory. */
const ownSize = 32_768;
/** Zeros before and behind a text, into which the kernels may look. */
const marginBefore = 256;
const margin = 512;
/** Hits of one call of the kernel, and places of runs found in one text. */
const room = 32_768;
/** As in the kernel. */
const mostAtPlace = 4096;
/** Behind a text the kernels have a byte for so many of its bytes. */
const block = 64;
const marginOfBlocks = 32;
/** As in `kernels/lessons.as.ts`: 8192 sets of four hashes. */
const lessonsSize = 8192 * 4 * 8;
/** Nothing longer is learned. */
const longestLesson = 4096;

let compiled: WebAssembly.Module | undefined;

/** Looks at texts with the kernels. Grows with the largest text; belongs to one thread. */
export function createWasmSpotter({ dictionary, names }: Pick<EngineProgram, "dictionary" | "names">): Spotter {
  compiled ??= new WebAssembly.Module(readFileSync(program));
  const kernels = new WebAssembly.Instance(compiled).exports as Kernels;
  const { tables, layout } = dictionary;
  const { beginnings, ends } = names;
  const nameHashes = Buffer.from(names.names.buffer, names.names.byteOffset, names.names.byteLength);
  const beginningsAt = ownSize + aligned(tables.length);
  const endsAt = beginningsAt + beginnings.length;
  const namesAt = endsAt + ends.length;
  const surpriseAt = namesAt + nameHashes.length;
  const wordsAt = surpriseAt + aligned(surpriseSteps.length);
  const lessonsAt = wordsAt + aligned(nameWordHashes.byteLength);
  const out = lessonsAt + lessonsSize;
  const text = out + 12 * room + marginBefore;

  let memory = Buffer.alloc(0);
  const reserve = (length: number): void => {
    const missing =
      text + length + margin + Math.ceil(length / block) + 2 * marginOfBlocks - kernels.memory.buffer.byteLength;
    if (missing > 0) kernels.memory.grow(Math.ceil(missing / pageSize));
    if (memory.length !== kernels.memory.buffer.byteLength) memory = Buffer.from(kernels.memory.buffer);
  };
  reserve(0);
  memory.set(tables, ownSize);
  memory.set(beginnings, beginningsAt);
  memory.set(ends, endsAt);
  memory.set(nameHashes, namesAt);
  kernels.useNames(beginningsAt, endsAt, namesAt);
  memory.set(surpriseSteps, surpriseAt);
  kernels.useSurprise(surpriseAt);
  memory.set(Buffer.from(nameWordHashes.buffer), wordsAt);
  kernels.useWords(wordsAt);
  // Who does not know the keys cannot make two texts of one hash.
  const keys = randomBytes(8);
  kernels.useLessons(lessonsAt, keys.readInt32LE(0), keys.readInt32LE(4));
  const { entries, probes, dotted } = layout;
  kernels.useTables(ownSize, ownSize + entries, ownSize + probes, dotted);

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
    const encodings = kernels.encodings(text, length, out, room, text + length + margin);
    const dotted = kernels.dotted.value as number;
    const dots =
      dotted === 0
        ? nothing
        : dotted > room - mostAtPlace
          ? null
          : new Uint32Array(kernels.memory.buffer, out, 2 * dotted).slice();
    const opaque = places(kernels.opaque, out + 8 * room);
    const parts: Uint32Array[] = [];
    // What is sought everywhere, then what is sought near long runs.
    for (const near of [0, 1]) {
      for (let at = 0; at < length;) {
        at = kernels.findWords(text, at, length, near, out, room);
        const found = kernels.found.value as number;
        if (found > 0) parts.push(new Uint32Array(kernels.memory.buffer, out, 2 * found).slice());
      }
    }
    return { hits: joined(parts), encodings, dotted: dots, opaque };
  };
  // Where hits are written, which are copied at once.
  const write = (chars: string): boolean =>
    chars.length <= longestLesson && memory.write(chars, out, chars.length, "latin1") === chars.length;
  return {
    lessons: {
      isNone: (name, value, bare) => {
        if (write(name + value)) kernels.learnPair(out, name.length, value.length, Number(bare));
      },
      isPlain: (run) => {
        if (write(run)) kernels.learnRun(out, run.length);
      },
    },
    roomFor: (length) => {
      reserve(length);
      return memory.subarray(text, text + length);
    },
    glance: (bytes) => {
      reserve(bytes.length);
      const isThere = bytes.buffer === kernels.memory.buffer && bytes.byteOffset === text;
      if (!isThere) memory.set(bytes, text);
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
