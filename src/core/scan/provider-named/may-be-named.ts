import { followers, isEveryday, namesKnown } from "./provider-before.ts";

/** How far before a value its provider may be named. */
export const reach = 100;

export type NameTables = {
  /** Which four letters names begin with (of a short one, with what follows it): one bit for each hash. */
  readonly beginnings: Uint8Array;
  /** Which four letters those names end with that may stand alone. */
  readonly ends: Uint8Array;
  /** The hashes of the names, each in the first free slot from its own on; the lowest bit says that the name is an everyday word. */
  readonly names: Uint32Array;
};

const hashBits = 16;
const lettersOfHash = 4;
const slotBits = 14;
const longestName = 24;

/** The hash of four letters, the first in the lowest bits. As in the kernel. */
const hashOf = (letters: number): number => Math.imul(letters, 0x9e3779b1) >>> (32 - hashBits);

/** Over all names of providers: thousands, so that the tables are kept with the program. */
export function nameTables(): NameTables {
  const beginnings = new Uint8Array(1 << (hashBits - 3));
  const ends = new Uint8Array(1 << (hashBits - 3));
  const known = namesKnown();
  for (const name of known) {
    if (name.length >= lettersOfHash) add(beginnings, name);
    else for (const word of followers) add(beginnings, name + word);
  }
  // These say enough by themselves.
  for (const name of known) if (!isEveryday(name)) add(ends, name.slice(-lettersOfHash));
  return { beginnings, ends, names: hashesOf(known) };
}

function hashesOf(known: readonly string[]): Uint32Array {
  const table = new Uint32Array(1 << slotBits);
  for (const name of known) {
    let hash = firstHash;
    for (let at = 0; at < name.length; at++) hash = withLetter(hash, name.charCodeAt(at));
    let slot = hash >>> (32 - slotBits);
    while (table[slot] !== 0 && (table[slot] ?? 0) >>> 1 !== hash >>> 1) slot = (slot + 1) & (table.length - 1);
    // Of two with the same hash the one counts of which less is asked.
    const everyday = isEveryday(name) && ((table[slot] ?? 1) & 1) === (table[slot] === 0 ? 0 : 1) ? 1 : 0;
    table[slot] = (((hash >>> 1) << 1) | everyday) >>> 0;
  }
  return table;
}

/** The hash of a name, letter by letter. As in the kernel. */
const firstHash = 0x811c9dc5;
const withLetter = (hash: number, letter: number): number => Math.imul(hash ^ letter, 0x01000193) >>> 0;

function add(table: Uint8Array, letters: string): void {
  const hash = hashOf(fourOf(letters, 0));
  table[hash >> 3] = (table[hash >> 3] ?? 0) | (1 << (hash & 7));
}

const fourOf = (letters: string, at: number): number =>
  letters.charCodeAt(at) |
  (letters.charCodeAt(at + 1) << 8) |
  (letters.charCodeAt(at + 2) << 16) |
  (letters.charCodeAt(at + 3) << 24);

const has = (table: Uint8Array, hash: number): boolean => (((table[hash >> 3] ?? 0) >> (hash & 7)) & 1) === 1;

/** Room for the letters before a value, as `flatten` of provider-before.ts makes them, and a 1 where a word of them begins. */
const letters = new Uint8Array(512);
const starts = new Uint8Array(512);
let count = 0;
let between = 0;
let divider = 0;

/** Names and credential words at the beginning of a run that are longer are not looked at. */
const longestNames = 100;

/**
 * Whether a value in a run that begins at a place may be named after a provider: `false` is the proof that it is not, wherever the text begins that
 * may name it. The plain form of the kernel in `kernels/providers.as.ts`, with the same functions.
 */
export function mayBeNamed(tables: NameTables, text: string, start: number): boolean {
  const from = windowStart(text, start);
  count = 0;
  between = 0;
  divider = 0;
  read(text, from, from, start);
  let isAlone = endsWithName(tables);
  // `acme-secret-3f1b…`: the value may begin behind any of the words.
  let stop = start;
  for (let next = pastWord(text, stop); next > stop; next = pastWord(text, stop)) {
    read(text, from, stop, next);
    stop = next;
    if (endsWithName(tables)) isAlone = true;
    if (stop > start + longestNames) return true;
  }
  close();
  return hasName(tables) && (isAlone || hasCredentialWord());
}

/**
 * Where the text may begin that names what begins at a place: its line or, if nothing stands before it there, the line above, if that is open. As
 * `windowStart` of provider-named-detector.ts, which may see less.
 */
function windowStart(text: string, start: number): number {
  const least = Math.max(0, start - reach);
  let at = start;
  while (at > least && byteAt(text, at - 1) !== 10) {
    if (isLetterOrDigit(byteAt(text, at - 1))) return lineStart(text, at, least);
    at--;
  }
  while (at > least && isSpace(byteAt(text, at - 1))) at--;
  return at > least && isOpen(byteAt(text, at - 1)) ? lineStart(text, at, least) : start;
}

function lineStart(text: string, from: number, least: number): number {
  let at = from;
  while (at > least && byteAt(text, at - 1) !== 10) at--;
  return at;
}

/** What `trimEnd` takes away. */
const isSpace = (byte: number): boolean => byte === 32 || byte === 160 || (byte >= 9 && byte <= 13);

/** > : = ( , | { [ \\ */
const isOpen = (byte: number): boolean =>
  byte === 62 ||
  byte === 58 ||
  byte === 61 ||
  byte === 40 ||
  byte === 44 ||
  byte === 124 ||
  byte === 123 ||
  byte === 91 ||
  byte === 92;

const byteAt = (text: string, at: number): number => (at < 0 || at >= text.length ? 0 : text.charCodeAt(at));
const letterAt = (at: number): number => letters[at] ?? 0;
const fourAt = (at: number): number =>
  letterAt(at) | (letterAt(at + 1) << 8) | (letterAt(at + 2) << 16) | (letterAt(at + 3) << 24);

const isSmall = (byte: number): boolean => byte >= 97 && byte <= 122;
const isCapital = (byte: number): boolean => byte >= 65 && byte <= 90;
const isDigit = (byte: number): boolean => byte >= 48 && byte <= 57;
const isLetterOrDigit = (byte: number): boolean => isSmall(byte) || isCapital(byte) || isDigit(byte);

/** After a word and the signs behind it, if both are there. */
function pastWord(text: string, from: number): number {
  if (!isSmall(byteAt(text, from)) && !isCapital(byteAt(text, from))) return from;
  let end = from;
  while (end < from + 25 && (isSmall(byteAt(text, end)) || isCapital(byteAt(text, end)) || isDigit(byteAt(text, end))))
    end++;
  let at = end;
  while (at < from + 30 && (byteAt(text, at) === 45 || byteAt(text, at) === 46 || byteAt(text, at) === 95)) at++;
  return at > end ? at : from;
}

/** Adds the letters between two places of a text that is read from `from` on; a line end divides phrases. */
function read(text: string, from: number, start: number, stop: number): void {
  for (let at = start; at < stop; at++) {
    const byte = byteAt(text, at);
    const isLetter = isSmall(byte) || isCapital(byte);
    if (!isLetter && !isDigit(byte)) {
      between++;
      divider = byte;
      continue;
    }
    const single =
      between === 0 || (between === 1 && (divider === 32 || divider === 95 || divider === 46 || divider === 45));
    if (!single && count > 0) {
      starts[count] = 1;
      letters[count++] = 10;
    }
    starts[count] = between > 0 || at === from || isHump(text, at) ? 1 : 0;
    letters[count++] = isLetter ? byte | 0x20 : byte;
    between = 0;
  }
}

/** Behind the letters nothing goes on. */
function close(): void {
  for (let at = count; at < count + 8; at++) {
    starts[at] = 1;
    letters[at] = 10;
  }
}

/** Whether a name begins with a word and ends with one, or a word follows that makes it one of a credential. */
function hasName({ beginnings, names }: NameTables): boolean {
  for (let at = 0; at + lettersOfHash <= count; at++)
    if (starts[at] === 1 && has(beginnings, hashOf(fourAt(at))) && isName(names, at)) return true;
  return false;
}

function isName(names: Uint32Array, from: number): boolean {
  const stop = Math.min(count, from + longestName);
  let hash = firstHash;
  for (let at = from; at < stop && letterAt(at) !== 10; at++) {
    hash = withLetter(hash, letterAt(at));
    if (at === from) continue;
    const found = slotOf(names, hash);
    if (found === 0) continue;
    if (isFollowed(at + 1) || ((found & 1) === 0 && starts[at + 1] === 1)) return true;
  }
  return false;
}

/** What is known of a hash; 0: it is of no name. */
function slotOf(names: Uint32Array, hash: number): number {
  let slot = hash >>> (32 - slotBits);
  while (names[slot] !== 0 && (names[slot] ?? 0) >>> 1 !== hash >>> 1) slot = (slot + 1) & (names.length - 1);
  return names[slot] ?? 0;
}

/** Whether one of `followers` may begin here: by its first two letters. */
function isFollowed(at: number): boolean {
  const [first, second] = [letterAt(at) - 97, letterAt(at + 1) - 97];
  return first >= 0 && first < 26 && second >= 0 && second < 26 && (((followerPairs[first] ?? 0) >> second) & 1) === 1;
}

/** For each letter, a bit for each that comes after it at the beginning of a follower. */
const followerPairs: readonly number[] = Array.from("abcdefghijklmnopqrstuvwxyz", (letter) =>
  followers
    .filter((word) => word.startsWith(letter))
    .reduce((bits, word) => bits | (1 << (word.charCodeAt(1) - 97)), 0),
);

/** Whether the letters end with what may be a name, or with a word that stands between a name and its value where a client is made. */
function endsWithName({ ends }: NameTables): boolean {
  if (count < lettersOfHash) return false;
  if (has(ends, hashOf(fourAt(count - lettersOfHash)))) return true;
  const last = fourAt(count - 3) & 0xffffff;
  // new, init, initialize, setup, configure, client
  if (last === 0x77656e || last === 0x74696e || last === 0x657a69) return true;
  return last === 0x707574 || last === 0x657275 || last === 0x746e65;
}

/** Whether a word of a camelCase name begins here. */
function isHump(text: string, at: number): boolean {
  if (!isCapital(byteAt(text, at))) return false;
  const last = byteAt(text, at - 1);
  return isSmall(last) || isDigit(last) || (isCapital(last) && isSmall(byteAt(text, at + 1)));
}

/** Whether one of the words that make a name that of a credential may stand among the letters. */
function hasCredentialWord(): boolean {
  for (let at = 0; at + 3 <= count; at++) {
    const three = fourAt(at) & 0xffffff;
    const fourth = letterAt(at + 3);
    // key pwd jwt tkn dsn
    if (three === 0x79656b || three === 0x647770 || three === 0x74776a || three === 0x6e6b74) return true;
    if (three === 0x6e7364) return true;
    // toke(n) bear(er) secr(et) pass cred priv(ate) acces(s) login
    if (three === 0x6b6f74 && fourth === 101) return true;
    if (three === 0x616562 && fourth === 114) return true;
    if (three === 0x636573 && fourth === 114) return true;
    if (three === 0x736170 && fourth === 115) return true;
    if (three === 0x657263 && fourth === 100) return true;
    if (three === 0x697270 && fourth === 118) return true;
    if (three === 0x636361 && fourth === 101 && letterAt(at + 4) === 115) return true;
    if (three === 0x676f6c && fourth === 105 && letterAt(at + 4) === 110) return true;
    // api(?!s), pat(?![a-z]): the letter may belong to a name that begins there.
    if (three === 0x697061 && (fourth !== 115 || starts[at + 3] === 1)) return true;
    if (three === 0x746170 && (!isSmall(fourth) || starts[at + 3] === 1)) return true;
    // aut(h), not author and authent
    if (three === 0x747561 && fourth === 104 && !goesOn(at + 4)) return true;
  }
  return false;
}

/** `or` or `ent`, of the same word. */
function goesOn(at: number): boolean {
  if (starts[at] === 1 || starts[at + 1] === 1) return false;
  if (letterAt(at) === 111) return letterAt(at + 1) === 114;
  return letterAt(at) === 101 && letterAt(at + 1) === 110 && letterAt(at + 2) === 116 && starts[at + 2] === 0;
}
