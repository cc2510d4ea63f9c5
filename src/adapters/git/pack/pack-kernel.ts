import { readFileSync } from "node:fs";

/** What `kernels/pack.as.ts` exports. */
type PackKernel = {
  readonly memory: WebAssembly.Memory;
  readonly rangeCount: WebAssembly.Global;
  readonly inflate: (source: number, sourceLength: number, target: number, length: number) => number;
  readonly applyDelta: (
    delta: number,
    deltaLength: number,
    base: number,
    baseLength: number,
    target: number,
    length: number,
    ranges: number,
    room: number,
    near: number,
  ) => number;
  readonly secretSize: WebAssembly.Global;
  readonly useLines: (secret: number, table: number, pending: number, room: number) => void;
  readonly freshLines: (
    text: number,
    length: number,
    ranges: number,
    count: number,
    out: number,
    room: number,
    near: number,
    kind: number,
  ) => number;
  readonly keepLines: () => void;
  readonly newEntries: (
    tree: number,
    length: number,
    other: number,
    otherLength: number,
    idLength: number,
    out: number,
    room: number,
  ) => number;
};

/** `kernels/` stands beside `src/` and `dist/`. */
const program = new URL("../../../../kernels/pack.wasm", import.meta.url);
let compiled: WebAssembly.Module | undefined;

/** The kernels of packs with a memory of their own. */
export function newPackKernel(): PackKernel {
  compiled ??= new WebAssembly.Module(readFileSync(program));
  return new WebAssembly.Instance(compiled).exports as PackKernel;
}
