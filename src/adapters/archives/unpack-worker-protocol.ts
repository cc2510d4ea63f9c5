import type { OpenableKind } from "../../core/scan/container-kind.ts";
import type { Part, PartGap } from "./part.ts";

/** Containers whose libraries work synchronously for long, or hold much in memory. */
export type WorkerKind = Extract<OpenableKind, "bzip2" | "xz" | "sqlite" | "pdf">;

export type UnpackRequest = {
  readonly id: number;
  readonly kind: WorkerKind;
  readonly bytes: Uint8Array;
  /** What the single content of a compressed file is called. */
  readonly name: string;
  /** Bytes that may come out. */
  readonly room: number;
};

export type UnpackReply = { readonly id: number; readonly parts: readonly (Part | PartGap)[] };
