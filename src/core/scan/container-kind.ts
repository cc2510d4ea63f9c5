/** Containers that can be opened. */
export type OpenableKind =
  "zip" | "tar" | "gzip" | "bzip2" | "xz" | "zstd" | "ar" | "sqlite" | "pdf" | "notebook" | "compound-file";

/** Containers that are known by sight only. */
export type SealedKind = "7z" | "rar" | "lz4" | "lzip" | "lzma" | "compress" | "cab" | "rpm";

export type ContainerKind = OpenableKind | SealedKind;

type Magic = { readonly kind: ContainerKind; readonly at: number; readonly bytes: readonly number[] };

const magic = (kind: ContainerKind, text: string, at = 0): Magic => ({
  kind,
  at,
  bytes: codesOf(text),
});

function codesOf(text: string): number[] {
  return Array.from(text, (char) => char.charCodeAt(0));
}

/** Signatures as the formats' specifications have them. */
const magics: readonly Magic[] = [
  magic("zip", "PK\x03\x04"),
  magic("zip", "PK\x05\x06"),
  magic("gzip", "\x1f\x8b\x08"),
  magic("bzip2", "BZh"),
  magic("xz", "\xfd7zXZ\x00"),
  magic("zstd", "\x28\xb5\x2f\xfd"),
  magic("ar", "!<arch>\n"),
  magic("sqlite", "SQLite format 3\x00"),
  magic("pdf", "%PDF-"),
  magic("compound-file", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
  magic("7z", "7z\xbc\xaf\x27\x1c"),
  magic("rar", "Rar!\x1a\x07"),
  magic("lz4", "\x04\x22\x4d\x18"),
  magic("lzip", "LZIP\x01"),
  magic("lzma", "\x5d\x00\x00"),
  magic("compress", "\x1f\x9d"),
  magic("cab", "MSCF\x00\x00\x00\x00"),
  magic("rpm", "\xed\xab\xee\xdb"),
];

const ustar = magic("tar", "ustar", 257);

/** By the first byte, so that nearly every text is done with one look. */
const magicsByFirstByte: readonly (readonly Magic[])[] = Array.from({ length: 256 }, (_, byte) =>
  magics.filter(({ bytes }) => bytes[0] === byte),
);

/**
 * What container some bytes are, by their signature; `null` for anything else. Looks at a few bytes only. The name has a say for
 * notebooks alone, which are JSON and have no signature.
 */
export function containerKindOf(bytes: Uint8Array, path = ""): ContainerKind | null {
  for (const { kind, at, bytes: expected } of magicsByFirstByte[bytes[0] ?? 0] ?? []) {
    if (hasBytes(bytes, at, expected) && isPlausible(kind, bytes)) return kind;
  }
  if (hasBytes(bytes, ustar.at, ustar.bytes)) return "tar";
  if (endsAsZip(bytes)) return "zip";
  if (isOldTar(bytes)) return "tar";
  return isNotebook(bytes, path) ? "notebook" : null;
}

function hasBytes(bytes: Uint8Array, at: number, expected: readonly number[]): boolean {
  return bytes[at] === expected[0] && expected.every((byte, offset) => bytes[at + offset] === byte);
}

function textOf(bytes: Uint8Array, from: number, to: number): string {
  let text = "";
  for (let at = Math.max(0, from); at < Math.min(to, bytes.length); at++) text += String.fromCharCode(bytes[at] ?? 0);
  return text;
}

/** Short signatures that prose could begin with need a second look. */
function isPlausible(kind: ContainerKind, bytes: Uint8Array): boolean {
  // RFC 1952 §2.3.1: the upper three flag bits are zero.
  if (kind === "gzip") return ((bytes[3] ?? 0) & 0xe0) === 0;
  // The level, then the first block's signature (the digits of pi) or, of an empty file, the end's (those of its root).
  if (kind === "bzip2") return /^BZh[1-9](?:1AY&SY|\x17rE8P\x90)/.test(textOf(bytes, 0, 10));
  // The size of what is packed, in eight bytes: unknown, or less than 2^40.
  if (kind === "lzma") return /^(?:[^]{5}\0{3}|\xff{8})$/.test(textOf(bytes, 5, 13));
  // Maximum bits of a code, 9 to 16, and two reserved bits.
  if (kind === "compress") return ((bytes[2] ?? 0) & 0x60) === 0 && ((bytes[2] ?? 0) & 0x1f) >= 9;
  return true;
}

const zipEnd = [0x50, 0x4b, 0x05, 0x06];

/** A program or picture with a zip archive behind it (self-extracting archives, executable jars, browser extensions). */
function endsAsZip(bytes: Uint8Array): boolean {
  const end = bytes.length - 22;
  return hasBytes(bytes, end, zipEnd);
}

/** Archives from before POSIX.1-1988 have no signature, but a checksum in octal that is hard to meet by chance. */
function isOldTar(bytes: Uint8Array): boolean {
  if (bytes.length < 512 || bytes[0] === 0 || (bytes[155] !== 0x20 && bytes[155] !== 0)) return false;
  const stored = /^ *([0-7]{3,6})[ \0]/.exec(textOf(bytes, 148, 156));
  if (stored === null) return false;
  let sum = 8 * 0x20;
  for (let at = 0; at < 512; at++) sum += at >= 148 && at < 156 ? 0 : (bytes[at] ?? 0);
  return sum === Number.parseInt(stored[1] ?? "", 8);
}

/** Jupyter's format: an object with `cells` (`worksheets` before version 4) and, mostly at its end, `nbformat`. */
function isNotebook(bytes: Uint8Array, path: string): boolean {
  if (path.endsWith(".ipynb")) return bytes.some((byte) => byte > 0x20);
  if (bytes[0] !== 0x7b) return false;
  // Both are looked for without making strings, as every JSON file passes here.
  const isVersioned = mentions(bytes, nbformat, bytes.length - 256, bytes.length) || mentions(bytes, nbformat, 0, 512);
  return isVersioned && (mentions(bytes, cells, 0, 512) || mentions(bytes, worksheets, 0, 512));
}

const [nbformat, cells, worksheets] = ['"nbformat"', '"cells"', '"worksheets"'].map(codesOf) as [
  number[],
  number[],
  number[],
];

function mentions(bytes: Uint8Array, word: readonly number[], from: number, to: number): boolean {
  const end = Math.min(to, bytes.length - word.length + 1);
  for (let at = Math.max(0, from); at < end; at++) {
    if (bytes[at] === word[0] && bytes[at + 1] === word[1] && hasBytes(bytes, at, word)) return true;
  }
  return false;
}
