import { inflate } from "./inflate.ts";
import type { Opener } from "./opener.ts";
import { gapOf, type Part, type PartGap } from "./part.ts";

/** `app.tar.gz` holds `app.tar`. */
const endings: readonly (readonly [RegExp, string])[] = [
  [/\.t(?:gz|bz2?|xz|zst)$/i, ".tar"],
  [/\.svgz$/i, ".svg"],
  [/\.(?:gz|gzip|bz2|xz|zst|zstd)$/i, ""],
];

/** The name of what a compressed file holds, from the file's own. */
export function unpackedName(path: string): string {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const ending = endings.find(([pattern]) => pattern.test(name));
  const inner = ending === undefined ? "" : name.replace(ending[0], ending[1]);
  return inner === "" || inner === ".tar" ? "content" : inner;
}

export const openGzip: Opener = async function* openGzip({ bytes, path, allowance }) {
  const unpacked = await inflate("gzip", bytes, allowance.roomFor(bytes.length));
  yield* single(path, [unpacked.bytes], unpacked.gap);
};

/** RFC 8878 §3: frames one after another. Node unpacks one at a time. */
export const openZstd: Opener = async function* openZstd({ bytes, path, allowance }) {
  const room = allowance.roomFor(bytes.length);
  const pieces: Uint8Array[] = [];
  let used = 0;
  let gap: PartGap | null = null;
  for (let at = 0; at < bytes.length && gap === null;) {
    const frame = await inflate("zstd", bytes.subarray(at), room - used);
    pieces.push(frame.bytes);
    used += frame.bytes.length;
    at += frame.consumed;
    gap =
      frame.gap ??
      (allowance.millisLeft() > 0 ? null : gapOf("", "timeout", "Unpacking its many frames took too long."));
  }
  yield* single(path, pieces, gap);
};

function* single(path: string, pieces: readonly Uint8Array[], gap: PartGap | null): Generator<Part | PartGap> {
  const bytes = pieces.length === 1 ? pieces[0] : Buffer.concat(pieces);
  if (bytes !== undefined && bytes.length > 0) yield { kind: "part", name: unpackedName(path), bytes };
  if (gap !== null) yield gap;
}
