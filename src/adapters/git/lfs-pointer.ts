/** A Git LFS pointer: the content lives on another server. */
export type LfsPointer = { readonly oid: string; readonly size: number };

const pointer =
  /^version https?:\/\/(?:git-lfs|hawser)\.github\.com\/spec\/v1\n(?:ext-\d-[\w.-]+ sha256:[0-9a-f]{64}\n)*oid sha256:([0-9a-f]{64})\nsize (\d{1,15})\n?$/;

/** Nearly every file is known by it. */
const firstByte = "v".charCodeAt(0);

/**
 * Reads a pointer file (github.com/git-lfs/git-lfs, docs/spec.md: under 1024 bytes; version first, then keys in order, each
 * `key value` on a line). Null for anything that is not wholly one: that is read as any other content.
 */
export function parseLfsPointer(bytes: Uint8Array): LfsPointer | null {
  if (bytes.length >= 1024 || bytes.length < 100 || bytes[0] !== firstByte) return null;
  const match = pointer.exec(Buffer.from(bytes).toString("latin1"));
  return match === null ? null : { oid: match[1] ?? "", size: Number(match[2]) };
}
