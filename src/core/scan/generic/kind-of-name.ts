import { classes, joinedWords, keyQualifiers, split } from "./credential-names.ts";
import { spacedWords } from "./find-names.ts";

/** What a name may be of: nothing that is looked for, a plain key (`meaningOfName` would say `key`), or another credential. */
export type KindOfName = typeof ofNothing | typeof ofKey | typeof ofCredential;

export const ofNothing = 0;
export const ofKey = 1;
export const ofCredential = 2;

/** What is known of a word: bits. */
const isCredential = 1;
const isKey = 2;
const isQualifier = 4;
/** The last letters of `joinedWords`. */
const isTail = 8;
const isSpaced = 16;
const bits = isCredential | isKey | isQualifier | isTail | isSpaced;

const slotBits = 10;
const tailLength = 5;

/** The hash of a word, letter by letter. As in the kernel. */
const firstHash = 0x811c9dc5;
const withLetter = (hash: number, letter: number): number => Math.imul(hash ^ letter, 0x01000193) >>> 0;

/** Hashes of words, each in the first free slot from its own on; the lowest bits say what is known of the word. */
export const nameWordHashes: Uint32Array = hashesOfWords();

function hashesOfWords(): Uint32Array {
  const table = new Uint32Array(1 << slotBits);
  const add = (word: string, flags: number): void => {
    let hash = firstHash;
    for (let at = 0; at < word.length; at++) hash = withLetter(hash, word.charCodeAt(at));
    const slot = slotOf(table, hash);
    table[slot] = (((table[slot] ?? 0) & bits) | flags | (hash & ~bits)) >>> 0;
  };
  for (const [word, kind] of classes) add(word, kind === "key" ? isKey : isCredential);
  for (const [word, parts] of split)
    add(
      word,
      parts.every((part) => (classes.get(part) ?? "key") === "key" && !keyQualifiers.has(part)) ? isKey : isCredential,
    );
  for (const word of keyQualifiers) add(word, isQualifier);
  for (const word of joinedWords) add(word.slice(-tailLength), isTail);
  for (const word of spacedWords) add(word, isSpaced);
  return table;
}

function slotOf(table: Uint32Array, hash: number): number {
  let slot = hash >>> (32 - slotBits);
  while (table[slot] !== 0 && ((table[slot] ?? 0) & ~bits) !== (hash & ~bits)) slot = (slot + 1) & (table.length - 1);
  return slot;
}

/** What is known of the word between two places of a text, in whatever case. */
function knownOf(text: string, start: number, end: number): number {
  let hash = firstHash;
  for (let at = start; at < end; at++) hash = withLetter(hash, byteAt(text, at) | 0x20);
  return (nameWordHashes[slotOf(nameWordHashes, hash)] ?? 0) & bits;
}

const byteAt = (text: string, at: number): number => (at < text.length && at >= 0 ? text.charCodeAt(at) : 0);
const isSmall = (byte: number): boolean => byte >= 97 && byte <= 122;
const isCapital = (byte: number): boolean => byte >= 65 && byte <= 90;

/**
 * What the name between two places may be of: never less than `meaningOfName` says. The plain form of the kernel in `kernels/kinds.as.ts`,
 * with the same functions.
 */
export function kindOfName(text: string, start: number, end: number): KindOfName {
  let kind: KindOfName = ofNothing;
  let qualified = false;
  for (let at = start; at < end;) {
    const byte = byteAt(text, at);
    if (byte >= 0x80) return ofCredential;
    const stop = endOfWord(text, at, end);
    if (stop === at) {
      at++;
      continue;
    }
    const known = knownOf(text, at, stop);
    const tail = hasTail(text, at, stop);
    if ((known & isCredential) !== 0 || tail) {
      kind = ofCredential;
      qualified = true;
    } else if ((known & isKey) !== 0 || endsInKey(text, at, stop)) {
      kind = qualified || ((known & isKey) === 0 && isQualifying(text, at, stop - 3)) ? ofCredential : ofKey;
      qualified = true;
    } else if ((known & isQualifier) !== 0) qualified = true;
    at = stop;
  }
  return kind;
}

/** Where a word ends that begins at a place: letters of one case, with a capital before small ones. */
function endOfWord(text: string, start: number, end: number): number {
  let at = start;
  while (at < end && isCapital(byteAt(text, at))) at++;
  if (at - start > 1) return at < end && isSmall(byteAt(text, at)) ? at - 1 : at;
  while (at < end && isSmall(byteAt(text, at))) at++;
  return at;
}

/** Whether a word may end in one of `joinedWords`. */
function hasTail(text: string, start: number, end: number): boolean {
  if (end - start <= 3) return false;
  if (lastThree(text, end) === 0x707764) return true;
  return end - start > tailLength && (knownOf(text, end - tailLength, end) & isTail) !== 0;
}

const endsInKey = (text: string, start: number, end: number): boolean =>
  end - start > 3 && lastThree(text, end) === 0x6b6579;

const lastThree = (text: string, end: number): number =>
  (byteAt(text, end - 3) << 16) | (byteAt(text, end - 2) << 8) | byteAt(text, end - 1) | 0x202020;

const isQualifying = (text: string, start: number, end: number): boolean =>
  (knownOf(text, start, end) & (isCredential | isKey | isQualifier)) !== 0;

/** Whether one of the words ends here that may stand before a name, divided by a space. Gives where it begins, or -1. */
export function startOfSpaced(text: string, end: number): number {
  let start = end;
  while (end - start <= 12 && isSmall(byteAt(text, start - 1) | 0x20)) start--;
  if (start === end || isWordEnd(byteAt(text, start - 1))) return -1;
  return (knownOf(text, start, end) & isSpaced) === 0 ? -1 : start;
}

/** What no word may stand behind: a digit or `_`. */
const isWordEnd = (byte: number): boolean => byte === 95 || (byte >= 48 && byte <= 57);
