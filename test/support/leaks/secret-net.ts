/**
 * Finds secrets, or a piece of one that is longer than a mask shows, in whatever was written, in every form text takes on its way: as
 * it is, in JSON, percent-encoded, in base64 at any offset, in hex. All secrets are looked for in one pass.
 */
export type SecretNet = {
  readonly plant: (secret: string) => void;
  readonly size: () => number;
  /** Where pieces of planted secrets begin; the first hundred. */
  readonly find: (bytes: Uint8Array) => readonly number[];
};

/** A mask shows four characters of what is secret; this many in a row are no accident. */
const width = 12;
/** What is no longer than this is looked for as a whole. */
const shortWidth = 8;
/** Of sixteen different digits, it takes more to rule out an accident. */
const hexWidth = 20;
/** Pieces begin at each fourth character: whatever is fifteen long has one within. */
const stride = 4;
const bits = 24;

/** A net without secrets. */
export function createSecretNet(): SecretNet {
  const planted = new Set<string>();
  const marked = new Uint8Array(1 << (bits - 3));
  const pieces = new Map<string, Set<string>>();
  const mark = (piece: string): void => {
    const head = piece.slice(0, piece.length < width ? shortWidth : width);
    const hash = ended(mixed(Buffer.from(head, "latin1"), 0, head.length, 0));
    marked[hash >>> 3] = (marked[hash >>> 3] ?? 0) | (1 << (hash & 7));
    pieces.set(head, (pieces.get(head) ?? new Set()).add(piece));
  };
  return {
    plant: (secret) => {
      if (planted.has(secret)) return;
      planted.add(secret);
      for (const form of formsOf(secret)) for (const piece of piecesOf(form)) mark(piece);
    },
    size: () => planted.size,
    find: (bytes) => {
      const found: number[] = [];
      const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      const isAt = (at: number): boolean => {
        const known = [shortWidth, width].flatMap((long) => [
          ...(pieces.get(text.toString("latin1", at, at + long)) ?? []),
        ]);
        return known.some((piece) => text.toString("latin1", at, at + piece.length) === piece);
      };
      forEachCandidate(text, marked, (at) => {
        if (found.length < 100 && isAt(at)) found.push(at);
      });
      return found;
    },
  };
}

/**
 * Calls `look` with places whose characters may be those of a piece. Whatever is no graphic character ends what a secret may be in:
 * the next window begins behind it.
 */
function forEachCandidate(bytes: Uint8Array, marked: Uint8Array, look: (at: number) => void): void {
  let known = 0;
  const isMarked = (hash: number): boolean => ((marked[hash >>> 3] ?? 0) & (1 << (hash & 7))) !== 0;
  for (let at = 0; at + shortWidth <= bytes.length; at += 1) {
    let gap = at + shortWidth - 1;
    while (gap >= known && isGraphic(bytes[gap] ?? 0)) gap -= 1;
    const isGap = gap >= known;
    known = at + shortWidth;
    if (isGap) {
      at = gap;
      continue;
    }
    const short = mixed(bytes, at, shortWidth, 0);
    if (isMarked(ended(short)) || isMarked(ended(mixed(bytes, at + shortWidth, width - shortWidth, short)))) look(at);
  }
}

const isGraphic = (byte: number): boolean => byte > 32 && byte < 127;

function mixed(bytes: Uint8Array, at: number, length: number, before: number): number {
  let hash = before;
  for (let from = at; from < at + length; from += 1) hash = Math.imul(hash ^ (bytes[from] ?? 0), 0x01000193);
  return hash;
}

function ended(mixed: number): number {
  const hash = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) >>> (32 - bits);
}

function formsOf(secret: string): ReadonlySet<string> {
  const bytes = Buffer.from(secret);
  const base64 = [0, 1, 2].map((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString("base64");
    // The characters at both ends hold bits of what stands beside it.
    return text.slice(offset === 0 ? 0 : offset + 1, text.length - (text.endsWith("=") ? 4 : 0));
  });
  const url = base64.map((text) => text.replaceAll("+", "-").replaceAll("/", "_"));
  const hex = bytes.toString("hex");
  const json = JSON.stringify(secret).slice(1, -1);
  return new Set([secret, json, encodeURIComponent(secret), ...base64, ...url, hex, hex.toUpperCase()]);
}

function piecesOf(form: string): readonly string[] {
  if (form.length < width) return form.length < shortWidth || isHexLike(form) ? [] : [form];
  const pieces: string[] = [];
  for (let at = 0; at + width <= form.length; at += stride) {
    const head = form.slice(at, at + width);
    const isHex = isHexLike(head);
    const piece = isHex ? form.slice(at, at + hexWidth) : head;
    if (piece.length === (isHex ? hexWidth : width)) pieces.push(piece);
  }
  return pieces;
}

/** Mostly digits of hexadecimal numbers, which stand everywhere: short ones may be alike by chance. */
const isHexLike = (text: string): boolean => text.replace(/[0-9a-f-]/gi, "").length < 3;
