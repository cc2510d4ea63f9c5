/** How far one file is opened. Sizes in bytes. */
export type ExpandLimits = {
  /** Of the file itself. */
  readonly sourceBytes: number;
  /** Of one entry, unpacked. */
  readonly entryBytes: number;
  /** Of everything that is unpacked of one file, at all levels together. */
  readonly totalBytes: number;
  /** Unpacked to packed, for one entry. Applies above `ratioFloorBytes`: small texts of one repeated line pack better than this. */
  readonly ratio: number;
  readonly ratioFloorBytes: number;
  /** Entries in one file, at all levels together. */
  readonly entries: number;
  /** Containers in containers: `a.tar.gz` is 2. */
  readonly depth: number;
  /** Time spent unpacking, without the time others take to look at what was unpacked. */
  readonly millis: number;
  /** Of the part of memory that the opener of documents and databases may use. */
  readonly workerMegabytes: number;
  /** Gaps that are told one by one; the rest is counted. */
  readonly gaps: number;
};

const megabyte = 1024 * 1024;

/** Generous to what people commit, and small against what a bomb would take. */
export const defaultExpandLimits: ExpandLimits = {
  sourceBytes: 256 * megabyte,
  entryBytes: 64 * megabyte,
  totalBytes: 256 * megabyte,
  ratio: 250,
  ratioFloorBytes: 16 * megabyte,
  entries: 50_000,
  depth: 8,
  millis: 30_000,
  workerMegabytes: 512,
  gaps: 100,
};

/** A size as people read it: `64 MiB`. */
export function sizeText(bytes: number): string {
  if (bytes >= megabyte) return `${Math.round((bytes / megabyte) * 10) / 10} MiB`;
  return bytes >= 1024 ? `${Math.round((bytes / 1024) * 10) / 10} KiB` : `${bytes} bytes`;
}
