import type { PackFile } from "./pack-file.ts";

/**
 * The compressed bytes of an object of some size, from where they begin, and what comes after them as far as `end`: no more is read than compressed bytes
 * can be, as the next object may be far away.
 */
export const compressedAt = (pack: PackFile, start: number, size: number, end = pack.end): Buffer =>
  pack.read(start, Math.min(end - start, size + (size >> 3) + 1024));
