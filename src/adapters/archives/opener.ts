import type { Allowance } from "./allowance.ts";
import type { Part, PartGap } from "./part.ts";
import type { UnpackWorker } from "./unpack-worker-client.ts";

export type Opening = {
  readonly bytes: Uint8Array;
  readonly path: string;
  readonly allowance: Allowance;
  readonly worker: UnpackWorker;
};

/** Opens one kind of container. What the bytes are is no reason to throw, though a library may: the caller makes a gap of that. */
export type Opener = (opening: Opening) => AsyncIterable<Part | PartGap>;
