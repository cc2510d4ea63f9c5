// What unpacks the objects of a pack, in AssemblyScript. `npm run build:kernels` compiles it to pack.wasm, which is committed; its plain forms are
// zlib and `applyDelta` of src/adapters/git/pack/delta.ts. Whatever is read or written lies in this memory with `SLACK` bytes behind it that
// may be read, and overwritten where something is written.

/** A longest match, and a vector more than that. */
export const SLACK: i32 = 320;

/** A code of up to 15 bits is looked up by its first bits, and what is longer once more in a table for those. */
const LITERAL_BITS: u32 = 10;
const DISTANCE_BITS: u32 = 8;
const LENGTH_BITS: u32 = 7;

/** Tables hold one number for each code: its length, how many bits follow, what it stands for. Above that what it is. */
const END: u32 = 0x2000;
const LITERAL: u32 = 0x4000;
const LONGER: u32 = 0x8000;
/** No code. */
const NONE: u32 = END | 0x10000;

/** More than a complete code can ask for with so many bits looked up first. */
const literals = memory.data(4 * 2048);
const distances = memory.data(4 * 1024);
const fixedLiterals = memory.data(4 * 1024);
const fixedDistances = memory.data(4 * 256);
/** How long the code of each symbol is: of literals and lengths, then distances. */
const lengths = memory.data(512);
const counts = memory.data(2 * 16);
const nexts = memory.data(2 * 16);
const sorted = memory.data(2 * 320);
const lengthValues = memory.data(4 * 29);
const distanceValues = memory.data(4 * 30);

enum Code {
  Literals,
  Distances,
  Lengths,
}

let isReady: bool = false;

function makeReady(): void {
  isReady = true;
  let value: u32 = 3;
  for (let symbol: u32 = 0; symbol < 28; symbol++) {
    const extra: u32 = symbol < 8 ? 0 : (symbol - 4) >> 2;
    store<u32>(lengthValues + (symbol << 2), (value << 16) | (extra << 8));
    value += 1 << extra;
  }
  store<u32>(lengthValues + (28 << 2), 258 << 16);
  value = 1;
  for (let symbol: u32 = 0; symbol < 30; symbol++) {
    const extra: u32 = symbol < 4 ? 0 : (symbol - 2) >> 1;
    store<u32>(distanceValues + (symbol << 2), (value << 16) | (extra << 8));
    value += 1 << extra;
  }
  memory.fill(lengths, 8, 144);
  memory.fill(lengths + 144, 9, 112);
  memory.fill(lengths + 256, 7, 24);
  memory.fill(lengths + 280, 8, 8);
  build(fixedLiterals, lengths, 288, LITERAL_BITS, Code.Literals);
  memory.fill(lengths, 5, 32);
  build(fixedDistances, lengths, 32, DISTANCE_BITS, Code.Distances);
}

function entryOf(symbol: u32, kind: Code): u32 {
  if (kind == Code.Lengths) return symbol << 16;
  if (kind == Code.Distances) return symbol < 30 ? load<u32>(distanceValues + (symbol << 2)) : NONE;
  if (symbol < 256) return LITERAL | (symbol << 16);
  if (symbol == 256) return END;
  return symbol < 286 ? load<u32>(lengthValues + ((symbol - 257) << 2)) : NONE;
}

/** Fills the table of a code, from the length that each symbol has in it. False where there is no such code, or where it leaves something open. */
function build(table: usize, from: usize, symbols: u32, bits: u32, kind: Code): bool {
  memory.fill(counts, 0, 32);
  for (let symbol: u32 = 0; symbol < symbols; symbol++) {
    const place = counts + ((<usize>load<u8>(from + symbol)) << 1);
    store<u16>(place, load<u16>(place) + 1);
  }
  store<u16>(counts, 0);
  const size: u32 = 1 << bits;
  let longest: u32 = 15;
  while (longest > 0 && load<u16>(counts + (longest << 1)) == 0) longest--;
  let open: i32 = 1;
  let before: u32 = 0;
  for (let length: u32 = 1; length < 16; length++) {
    const count = <u32>load<u16>(counts + (length << 1));
    open = (open << 1) - <i32>count;
    if (open < 0) return false;
    store<u16>(nexts + (length << 1), <u16>before);
    before += count;
  }
  // As zlib: only a single code of one bit, or none of distances, may leave others without meaning.
  if (open > 0 && (kind == Code.Lengths || longest > 1)) return false;
  for (let symbol: u32 = 0; symbol < symbols; symbol++) {
    const place = nexts + ((<usize>load<u8>(from + symbol)) << 1);
    if (place == nexts) continue;
    const at = load<u16>(place);
    store<u16>(sorted + ((<usize>at) << 1), <u16>symbol);
    store<u16>(place, at + 1);
  }
  if (open > 0) for (let at: u32 = 0; at < size; at++) store<u32>(table + (at << 2), NONE | 1);
  fillTable(table, longest, bits, kind);
  return true;
}

/** Codes come with the first bit lowest. Those of one length fill a table of that many bits, which is doubled for each bit more. */
function fillTable(table: usize, longest: u32, bits: u32, kind: Code): void {
  const size: u32 = 1 << bits;
  let code: u32 = 0;
  let at: u32 = 0;
  let filled: u32 = 0;
  let part: u32 = size;
  let partBits: u32 = 0;
  let partOf: u32 = u32.MAX_VALUE;
  for (let length: u32 = 1; length <= longest; length++) {
    for (let left = <u32>load<u16>(counts + (length << 1)); left > 0; left--) {
      const entry = entryOf(load<u16>(sorted + (at << 1)), kind);
      at++;
      if (length <= bits) {
        // Doubling is put off until there is something to double.
        if (filled == 0) filled = length;
        for (; filled < length; filled++) memory.copy(table + (4 << filled), table, 4 << filled);
        store<u32>(table + (code << 2), entry | length);
      } else {
        for (; filled > 0 && filled < bits; filled++) memory.copy(table + (4 << filled), table, 4 << filled);
        const first = code & (size - 1);
        if (first != partOf) {
          partOf = first;
          part += partBits == 0 ? 0 : 1 << partBits;
          partBits = bitsOfPart(length, left, longest, bits);
          store<u32>(table + (first << 2), LONGER | (part << 16) | (partBits << 8) | bits);
        }
        const step: u32 = 1 << (length - bits);
        for (let rest = code >>> bits; rest < (<u32>1) << partBits; rest += step)
          store<u32>(table + ((part + rest) << 2), entry | (length - bits));
      }
      let bit: u32 = 1 << (length - 1);
      while (code & bit) {
        code ^= bit;
        bit >>>= 1;
      }
      code |= bit;
    }
  }
  for (; filled > 0 && filled < bits; filled++) memory.copy(table + (4 << filled), table, 4 << filled);
}

/** How many bits are looked up in a part: those of the longest code in it. */
function bitsOfPart(length: u32, left: u32, longest: u32, bits: u32): u32 {
  let most: u32 = length;
  let open: i32 = (1 << (length - bits)) - <i32>left;
  while (open > 0 && most < longest) {
    most++;
    open = (open << 1) - <i32>load<u16>(counts + (most << 1));
  }
  return most - bits;
}

/**
 * Unpacks a stream of zlib that makes so many bytes, no more and no less, and has their checksum behind it; what follows it in the
 * source does not matter. False for anything else.
 */
export function inflate(source: usize, sourceLength: i32, target: usize, length: i32): bool {
  if (!isReady) makeReady();
  if (sourceLength < 6) return false;
  const head = ((<u32>load<u8>(source)) << 8) | load<u8>(source, 1);
  // Compressed otherwise, with a window larger than any, or by a dictionary that nobody has.
  if (head % 31 != 0 || (head & 0x0f00) != 0x0800 || head >>> 12 > 7 || (head & 0x20) != 0) return false;
  const sourceEnd = source + <usize>sourceLength;
  const end = inflateBlocks(source + 2, sourceEnd, target, target + <usize>length);
  if (end == 0 || end + 4 > sourceEnd) return false;
  return bswap<u32>(load<u32>(end)) == checksum(target, length);
}

/** Gives where the blocks end; 0 if they cannot be unpacked. */
function inflateBlocks(from: usize, sourceEnd: usize, target: usize, targetEnd: usize): usize {
  let held: u64 = 0;
  let count: u32 = 0;
  let at = from;
  let out = target;
  /** Whoever reads from further on has used bits that are not there. */
  const readEnd = sourceEnd + 8;
  for (let isLast: u32 = 0; isLast == 0;) {
    if (at > readEnd) return 0;
    held |= load<u64>(at) << count;
    at += (63 - count) >> 3;
    count |= 56;
    isLast = (<u32>held) & 1;
    const kind = ((<u32>held) >>> 1) & 3;
    held >>= 3;
    count -= 3;
    if (kind == 0) {
      // It begins with the next whole byte.
      at -= count >> 3;
      held = 0;
      count = 0;
      if (at + 4 > sourceEnd) return 0;
      const size = <usize>load<u16>(at);
      if ((size ^ (<usize>load<u16>(at, 2))) != 0xffff) return 0;
      at += 4;
      if (at + size > sourceEnd || out + size > targetEnd) return 0;
      memory.copy(out, at, size);
      out += size;
      at += size;
      continue;
    }
    let literalsAt = fixedLiterals;
    let distancesAt = fixedDistances;
    if (kind == 3) return 0;
    if (kind == 2) {
      const literalCount = ((<u32>held) & 31) + 257;
      const distanceCount = ((<u32>(held >> 5)) & 31) + 1;
      const lengthCount = ((<u32>(held >> 10)) & 15) + 4;
      if (literalCount > 286 || distanceCount > 30) return 0;
      held >>= 14;
      count -= 14;
      memory.fill(lengths, 0, 19);
      for (let index: u32 = 0; index < lengthCount; index++) {
        if (count < 3) {
          held |= load<u64>(at) << count;
          at += (63 - count) >> 3;
          count |= 56;
        }
        store<u8>(lengths + placeOfLength(index), <u8>((<u32>held) & 7));
        held >>= 3;
        count -= 3;
      }
      if (!build(literals, lengths, 19, LENGTH_BITS, Code.Lengths)) return 0;
      const all = literalCount + distanceCount;
      for (let symbol: u32 = 0; symbol < all;) {
        if (at > readEnd) return 0;
        held |= load<u64>(at) << count;
        at += (63 - count) >> 3;
        count |= 56;
        const entry = load<u32>(literals + (((<u32>held) & 127) << 2));
        held >>= <u64>(entry & 255);
        count -= entry & 255;
        const length = entry >>> 16;
        if (length < 16) {
          store<u8>(lengths + symbol, <u8>length);
          symbol++;
          continue;
        }
        if (length == 16 && symbol == 0) return 0;
        const more: u32 = length == 16 ? 2 : length == 17 ? 3 : 7;
        const times = (length == 18 ? 11 : 3) + ((<u32>held) & ((1 << more) - 1));
        held >>= <u64>more;
        count -= more;
        if (symbol + times > all) return 0;
        memory.fill(lengths + symbol, length == 16 ? load<u8>(lengths + symbol - 1) : 0, times);
        symbol += times;
      }
      if (load<u8>(lengths, 256) == 0) return 0;
      if (!build(distances, lengths + literalCount, distanceCount, DISTANCE_BITS, Code.Distances)) return 0;
      if (!build(literals, lengths, literalCount, LITERAL_BITS, Code.Literals)) return 0;
      literalsAt = literals;
      distancesAt = distances;
    }
    for (;;) {
      if (out > targetEnd || at > readEnd) return 0;
      held |= load<u64>(at) << count;
      at += (63 - count) >> 3;
      count |= 56;
      let entry = load<u32>(literalsAt + (((<u32>held) & 1023) << 2));
      if (entry & LITERAL) {
        held >>= <u64>(entry & 255);
        count -= entry & 255;
        store<u8>(out++, <u8>(entry >>> 16));
        entry = load<u32>(literalsAt + (((<u32>held) & 1023) << 2));
        if (entry & LITERAL) {
          held >>= <u64>(entry & 255);
          count -= entry & 255;
          store<u8>(out++, <u8>(entry >>> 16));
          entry = load<u32>(literalsAt + (((<u32>held) & 1023) << 2));
          if (entry & LITERAL) {
            held >>= <u64>(entry & 255);
            count -= entry & 255;
            store<u8>(out++, <u8>(entry >>> 16));
            continue;
          }
        }
        if (count < 48) {
          held |= load<u64>(at) << count;
          at += (63 - count) >> 3;
          count |= 56;
        }
      }
      if (entry & LONGER) {
        held >>= LITERAL_BITS;
        count -= LITERAL_BITS;
        const rest = (<u32>held) & ((1 << ((entry >>> 8) & 15)) - 1);
        entry = load<u32>(literalsAt + (((entry >>> 16) + rest) << 2));
        if (entry & LITERAL) {
          held >>= <u64>(entry & 255);
          count -= entry & 255;
          store<u8>(out++, <u8>(entry >>> 16));
          continue;
        }
      }
      held >>= <u64>(entry & 255);
      count -= entry & 255;
      if (entry & END) {
        if (entry >>> 16) return 0;
        break;
      }
      let extra = (entry >>> 8) & 15;
      const size = <usize>((entry >>> 16) + ((<u32>held) & ((1 << extra) - 1)));
      held >>= <u64>extra;
      count -= extra;
      if (count < 30) {
        held |= load<u64>(at) << count;
        at += (63 - count) >> 3;
        count |= 56;
      }
      entry = load<u32>(distancesAt + (((<u32>held) & 255) << 2));
      if (entry & LONGER) {
        held >>= DISTANCE_BITS;
        count -= DISTANCE_BITS;
        const rest = (<u32>held) & ((1 << ((entry >>> 8) & 15)) - 1);
        entry = load<u32>(distancesAt + (((entry >>> 16) + rest) << 2));
      }
      if (entry & END) return 0;
      held >>= <u64>(entry & 255);
      count -= entry & 255;
      extra = (entry >>> 8) & 15;
      const distance = <usize>((entry >>> 16) + ((<u32>held) & ((1 << extra) - 1)));
      held >>= <u64>extra;
      count -= extra;
      if (distance > out - target) return 0;
      copyMatch(out, distance, size);
      out += size;
    }
  }
  return out == targetEnd ? at - (count >> 3) : 0;
}

/** The order in which lengths of the codes of lengths come: 16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15. */
function placeOfLength(index: u32): u32 {
  if (index < 3) return 16 + index;
  if (index == 3) return 0;
  const step = (index - 4) >> 1;
  return (index & 1) == 0 ? 8 + step : 7 - step;
}

/** May write a vector more than it should. */
function copyMatch(out: usize, distance: usize, size: usize): void {
  const end = out + size;
  let to = out;
  let from = out - distance;
  if (distance >= 16) {
    do {
      v128.store(to, v128.load(from));
      to += 16;
      from += 16;
    } while (to < end);
  } else if (distance >= 8) {
    do {
      store<u64>(to, load<u64>(from));
      to += 8;
      from += 8;
    } while (to < end);
  } else if (distance == 1) {
    const same = i8x16.splat(load<i8>(from));
    do {
      v128.store(to, same);
      to += 16;
    } while (to < end);
  } else {
    do store<u8>(to++, load<u8>(from++));
    while (to < end);
  }
}

/** Adler-32. */
function checksum(text: usize, length: i32): u32 {
  const firstWeights = i16x8(16, 15, 14, 13, 12, 11, 10, 9);
  const lastWeights = i16x8(8, 7, 6, 5, 4, 3, 2, 1);
  let sum: u32 = 1;
  let weighted: u32 = 0;
  let at = text;
  const end = text + <usize>length;
  while (end - at >= 16) {
    // So many vectors that no lane runs over.
    const vectors = min((end - at) >> 4, 128);
    let sums = i32x4.splat(0);
    let before = i32x4.splat(0);
    let weights = i32x4.splat(0);
    for (let vector: usize = 0; vector < vectors; vector++) {
      const bytes = v128.load(at);
      at += 16;
      before = i32x4.add(before, sums);
      sums = i32x4.add(sums, i32x4.extadd_pairwise_i16x8_u(i16x8.extadd_pairwise_i8x16_u(bytes)));
      weights = i32x4.add(weights, i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_u(bytes), firstWeights));
      weights = i32x4.add(weights, i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_u(bytes), lastWeights));
    }
    weighted = (weighted + <u32>(vectors << 4) * sum + 16 * sumOf(before) + sumOf(weights)) % 65521;
    sum = (sum + sumOf(sums)) % 65521;
  }
  for (; at < end; at++) {
    sum += load<u8>(at);
    weighted += sum;
  }
  return ((weighted % 65521) << 16) | (sum % 65521);
}

function sumOf(lanes: v128): u32 {
  return (
    i32x4.extract_lane(lanes, 0) +
    i32x4.extract_lane(lanes, 1) +
    i32x4.extract_lane(lanes, 2) +
    i32x4.extract_lane(lanes, 3)
  );
}

/** How many ranges the last call of `applyDelta` noted. */
export let rangeCount: i32 = 0;

/**
 * Makes what a delta says from its base, and notes what is new in it: pairs of begin and end, those that are no further apart than
 * `near` as one, and as one too when there is no more room. False where the delta is none of this base, or makes something of another length.
 */
export function applyDelta(
  delta: usize,
  deltaLength: i32,
  base: usize,
  baseLength: u32,
  target: usize,
  length: u32,
  ranges: usize,
  room: i32,
  near: u32,
): bool {
  let at = delta;
  const end = delta + <usize>deltaLength;
  let filled: u32 = 0;
  // Where the stretch of the base ends that was taken last; after bytes of its own no stretch goes on.
  let copied: u32 = 0;
  let noted: i32 = 0;
  // Both numbers in front were read before.
  while (at < end) {
    const command = <u32>load<u8>(at++);
    let from = filled;
    if (command & 0x80) {
      let offset: u32 = 0;
      let size: u32 = 0;
      if (command & 0x01) offset = load<u8>(at++);
      if (command & 0x02) offset |= (<u32>load<u8>(at++)) << 8;
      if (command & 0x04) offset |= (<u32>load<u8>(at++)) << 16;
      if (command & 0x08) offset |= (<u32>load<u8>(at++)) << 24;
      if (command & 0x10) size = load<u8>(at++);
      if (command & 0x20) size |= (<u32>load<u8>(at++)) << 8;
      if (command & 0x40) size |= (<u32>load<u8>(at++)) << 16;
      if (size == 0) size = 0x10000;
      if (at > end || offset > baseLength || size > baseLength - offset || size > length - filled) return false;
      copyBytes(target + filled, base + offset, size);
      filled += size;
      const isSeam = offset != copied;
      copied = offset + size;
      if (!isSeam) continue;
      noted = note(ranges, noted, room, near, from, from);
    } else {
      if (command == 0 || command > <u32>(end - at) || command > length - filled) return false;
      copyBytes(target + filled, at, command);
      at += command;
      filled += command;
      copied = u32.MAX_VALUE;
      noted = note(ranges, noted, room, near, from, filled);
    }
  }
  // What the base begins or ends with and the result does not is missing at an edge.
  if (copied != baseLength) noted = note(ranges, noted, room, near, filled, filled);
  rangeCount = noted;
  return filled == length;
}

function note(ranges: usize, noted: i32, room: i32, near: u32, from: u32, to: u32): i32 {
  const last = ranges + ((noted - 1) << 3);
  if (noted > 0 && (noted == room || from - load<u32>(last, 4) <= near)) {
    store<u32>(last, to, 4);
    return noted;
  }
  store<u32>(last, from, 8);
  store<u32>(last, to, 12);
  return noted + 1;
}

/** Short ones a vector at a time, which may write one more than it should. */
function copyBytes(target: usize, source: usize, size: u32): void {
  if (size > 256) {
    memory.copy(target, source, size);
    return;
  }
  const end = target + size;
  let from = source;
  for (let to = target; to < end; to += 16) {
    v128.store(to, v128.load(from));
    from += 16;
  }
}

/** Of the entry that was read last: its mode, and where its name begins. */
let entryMode: u32 = 0;
let entryName: usize = 0;
/** Five numbers for each entry that is told. */
const ENTRY: i32 = 20;

/** Gives where the id of an entry of a tree begins, which is where its name has ended; 0 for what is no entry. */
function readEntry(from: usize, end: usize, idLength: usize): usize {
  let at = from;
  let mode: u32 = 0;
  for (; at < end; at++) {
    const digit = <u32>load<u8>(at);
    if (digit == 0x20) break;
    if (digit < 0x30 || digit > 0x37) return 0;
    mode = (mode << 3) + (digit - 0x30);
  }
  if (at == from) return 0;
  entryMode = mode;
  entryName = ++at;
  const zeros = i8x16.splat(0);
  for (; at < end; at += 16) {
    const found = i8x16.bitmask(i8x16.eq(v128.load(at), zeros));
    if (found == 0) continue;
    const id = at + <usize>ctz(found) + 1;
    return id - 1 > entryName && id + idLength <= end ? id : 0;
  }
  return 0;
}

/** As git: what is neither a file, a symbolic link nor a tree links to a commit. */
function entryKind(mode: u32): i32 {
  const type = mode & 0o170000;
  return type == 0o40000 ? 1 : type == 0o100000 || type == 0o120000 ? 0 : 2;
}

/** How many bytes two texts have in common at their beginnings. */
function commonLength(one: usize, other: usize, most: usize): usize {
  let at: usize = 0;
  for (; at < most; at += 16) {
    const same = i8x16.bitmask(i8x16.eq(v128.load(one + at), v128.load(other + at)));
    if (same != 0xffff) return min(most, at + <usize>ctz(~same));
  }
  return most;
}

/** Git's order of names, in which that of a tree goes on with a slash. */
function nameOrder(one: usize, oneEnd: usize, oneIsTree: bool, other: usize, otherEnd: usize, otherIsTree: bool): i32 {
  const length = min(oneEnd - one, otherEnd - other);
  const same = commonLength(one, other, length);
  const first = one + same < oneEnd ? <i32>load<u8>(one + same) : oneIsTree ? 0x2f : 0;
  const second = other + same < otherEnd ? <i32>load<u8>(other + same) : otherIsTree ? 0x2f : 0;
  return first - second;
}

/**
 * The entries of a tree that another tree has not in the same way. Of each it writes what it is (0: a file, 1: a tree, 2: a link to a commit), where its
 * name begins and ends, where its id is, and where the id is that the other tree has for a tree of this name (0: nowhere). Gives how many
 * they are; -1 if one of both is no tree, or where there is no room. Of trees that are not in git's order more is told than is new.
 */
export function newEntries(
  tree: usize,
  length: usize,
  other: usize,
  otherLength: usize,
  idLength: usize,
  out: usize,
  room: i32,
): i32 {
  const end = tree + length;
  const otherEnd = other + otherLength;
  let at = tree;
  let beside = other;
  let told = out;
  while (at < end) {
    const same = at + commonLength(at, beside, min(end - at, otherEnd - beside));
    let id = readEntry(at, end, idLength);
    while (id != 0 && id + idLength <= same) {
      beside += id + idLength - at;
      at = id + idLength;
      if (at == end) return <i32>(told - out) / ENTRY;
      id = readEntry(at, end, idLength);
    }
    if (id == 0) return -1;
    const name = entryName;
    const kind = entryKind(entryMode);
    let otherId: usize = 0;
    if (beside < otherEnd) {
      const besideId = readEntry(beside, otherEnd, idLength);
      if (besideId == 0) return -1;
      const besideKind = entryKind(entryMode);
      const order = nameOrder(name, id - 1, kind == 1, entryName, besideId - 1, besideKind == 1);
      if (order >= 0) beside = besideId + idLength;
      if (order > 0) continue;
      if (order == 0 && kind == 1 && besideKind == 1) otherId = besideId;
    }
    if (<i32>(told - out) >= room * ENTRY) return -1;
    store<i32>(told, kind);
    store<u32>(told, <u32>name, 4);
    store<u32>(told, <u32>id - 1, 8);
    store<u32>(told, <u32>id, 12);
    store<u32>(told, <u32>otherId, 16);
    told += ENTRY;
    at = id + idLength;
  }
  return <i32>(told - out) / ENTRY;
}

/** Numbers that nobody knows beforehand, whom `makeSecret` is given them from: by them lines are told from each other. */
export const secretSize: i32 = 8 * 66;
const secret = memory.data(8 * 66);
const powers = memory.data(8 * 2048);
/** Lines around the one that is looked at: where each begins, and the sum of all before it. At most 1,025 of them matter at once. */
const lineStarts = memory.data(4 * 2048);
const lineSums = memory.data(8 * 2048);
const RING: i32 = 2047;
/** Keys of lines that are looked for, with where these begin and end. */
const BATCH: i32 = 128;
const batch = memory.data(16 * 128);
/** `pieceContext` of src/core/scan/pieces.ts. */
const CONTEXT: i32 = 512;
/** Longer lines are not remembered. */
const LONGEST: i32 = 4096;
/** Keys that begin alike lie in one of so many rows of eight. */
const ROW_BITS: u64 = 18;

let scale: u64 = 0;
let base: u64 = 0;
let table: usize = 0;
let pending: usize = 0;
let pendingRoom: i32 = 0;
let pendingCount: i32 = 0;
let turn: u32 = 0;

/** Takes the secret from `from`, and where the table (2^21 keys) and keys that may come into it have their place. */
export function useLines(from: usize, tableAt: usize, pendingAt: usize, room: i32): void {
  memory.copy(secret, from, secretSize);
  scale = load<u64>(secret, 8 * 64) | 1;
  base = load<u64>(secret, 8 * 65) | 1;
  let power: u64 = 1;
  for (let at: usize = 0; at < 2048; at++) {
    store<u64>(powers + (at << 3), power);
    power *= base;
  }
  table = tableAt;
  pending = pendingAt;
  pendingRoom = room;
  pendingCount = 0;
}

/**
 * Of ranges in a text, the lines in them that were not seen in the same surroundings: pairs of begin and end, noted as `applyDelta` does.
 * Gives how many. Their keys wait for `keepLines`.
 */
export function freshLines(
  text: usize,
  length: i32,
  ranges: usize,
  count: i32,
  out: usize,
  room: i32,
  near: u32,
  kind: u32,
): i32 {
  pendingCount = 0;
  let noted: i32 = 0;
  for (let range: i32 = 0; range < count; range++) {
    const from = load<i32>(ranges + (range << 3));
    const to = load<i32>(ranges + (range << 3), 4);
    const first = lineStart(text, max(0, from - 1));
    const start = first < 0 ? -1 : lineStart(text, max(0, first - CONTEXT));
    if (start < 0) {
      noted = note(out, noted, room, near, from, to);
      continue;
    }
    store<i32>(lineStarts, start);
    store<u64>(lineSums, 0);
    let left: i32 = 0;
    let read: i32 = 0;
    let readTo = start;
    let batched: i32 = 0;
    for (let line: i32 = 0; ; line++) {
      if (line == read) {
        if (readTo >= length) break;
        readTo = readLine(text, length, read++, readTo);
      }
      const begin = load<i32>(lineStarts + ((line & RING) << 2));
      const end = load<i32>(lineStarts + (((line + 1) & RING) << 2));
      if (begin > to) break;
      if (begin < first) continue;
      while (readTo < length && readTo < end + CONTEXT) readTo = readLine(text, length, read++, readTo);
      while (load<i32>(lineStarts + (((left + 1) & RING) << 2)) + CONTEXT <= begin) left++;
      const before = load<u64>(lineSums + ((left & RING) << 3)) * load<u64>(powers + ((read - left) << 3));
      const window = load<u64>(lineSums + ((read & RING) << 3)) - before;
      const entry = batch + (batched << 4);
      store<u64>(entry, mixed(window + <u64>kind * base + <u64>(line - left) * scale) | 1);
      store<i32>(entry, begin, 8);
      store<i32>(entry, end, 12);
      if (++batched < BATCH) continue;
      noted = noteBatch(batched, from, to, out, noted, room, near);
      batched = 0;
    }
    noted = noteBatch(batched, from, to, out, noted, room, near);
  }
  return noted;
}

/** Looks for keys one right after the other: each waits for memory, and the processor for several at once. */
function noteBatch(batched: i32, from: i32, to: i32, out: usize, before: i32, room: i32, near: u32): i32 {
  let noted = before;
  for (let at: i32 = 0; at < batched; at++) {
    const entry = batch + (at << 4);
    const key = load<u64>(entry);
    if (isKept(key)) continue;
    const begin = load<i32>(entry, 8);
    const end = load<i32>(entry, 12);
    if (end - begin > LONGEST) {
      noted = note(out, noted, room, near, max(begin, from), max(begin, min(end, to)));
      continue;
    }
    noted = note(out, noted, room, near, begin, end);
    if (pendingCount < pendingRoom) store<u64>(pending + (pendingCount++ << 3), key);
  }
  return noted;
}

/** The lines that were told last are remembered from now on; the oldest that lie where they do are forgotten. */
export function keepLines(): void {
  for (let at: i32 = 0; at < pendingCount; at++) {
    const key = load<u64>(pending + (at << 3));
    const row = rowOf(key);
    store<u64>(row + (placeIn(row) << 3), key);
  }
  pendingCount = 0;
}

/** One that is empty, if there is one. */
function placeIn(row: usize): usize {
  for (let at: usize = 0; at < 8; at++) if (load<u64>(row + (at << 3)) == 0) return at;
  return turn++ & 7;
}

/** Where the line begins that has this byte; -1 if that is too far away. */
function lineStart(text: usize, place: i32): i32 {
  const least = max(0, place - LONGEST);
  for (let at = place; at > least; at--) if (load<u8>(text + at - 1) == 0x0a) return at;
  return least == 0 ? 0 : -1;
}

/** Gives where the line ends. */
function readLine(text: usize, length: i32, line: i32, from: i32): i32 {
  const newlines = i8x16.splat(0x0a);
  let end = length;
  for (let at = from; at < length; at += 16) {
    const found = i8x16.bitmask(i8x16.eq(v128.load(text + at), newlines));
    if (found == 0) continue;
    end = min(length, at + ctz(found) + 1);
    break;
  }
  const sum = load<u64>(lineSums + ((line & RING) << 3)) * base + hashOf(text + from, end - from);
  store<u64>(lineSums + (((line + 1) & RING) << 3), sum);
  store<i32>(lineStarts + (((line + 1) & RING) << 2), end);
  return end;
}

/** What two texts have in common only by chance, for who does not know the secret. */
function hashOf(text: usize, size: i32): u64 {
  let sum: u64 = <u64>size * scale;
  let left = size;
  let at = text;
  let key: usize = 0;
  for (; left > 0; left -= 8) {
    let word = load<u64>(at);
    if (left < 8) {
      const bits: u64 = left << 3;
      word &= ((<u64>1) << bits) - 1;
    }
    const own = word ^ load<u64>(secret + (key << 3));
    sum = rotl(sum, 19) * scale + (own & 0xffffffff) * (own >> 32);
    at += 8;
    key = (key + 1) & 63;
  }
  return mixed(sum);
}

function mixed(sum: u64): u64 {
  const once = (sum ^ (sum >> 32)) * scale;
  return once ^ (once >> 29);
}

function rowOf(key: u64): usize {
  return table + ((<usize>(key >> (64 - ROW_BITS))) << 6);
}

function isKept(key: u64): bool {
  const row = rowOf(key);
  const wanted = i64x2.splat(key);
  const found = v128.or(
    v128.or(i64x2.eq(v128.load(row), wanted), i64x2.eq(v128.load(row, 16), wanted)),
    v128.or(i64x2.eq(v128.load(row, 32), wanted), i64x2.eq(v128.load(row, 48), wanted)),
  );
  return v128.any_true(found);
}
