/**
 * A plain bzip2 encoder for small texts: one block, every symbol with a code of nine bits. Written from the format's description in
 * J. Tsai, "Bzip2: Format Specification" (2016).
 */
export function bzip2Of(content: string | Uint8Array): Buffer {
  const body = Buffer.from(content);
  const runs = withRuns(body);
  const { last, origin } = burrowsWheeler(runs);
  const used = [...new Set(runs)].sort((a, b) => a - b);
  const symbols = moveToFront(last, used);
  const out = createBitWriter();
  out.text("BZh9");
  out.bytes([0x31, 0x41, 0x59, 0x26, 0x53, 0x59]);
  const checksum = crcOf(body);
  out.bits(checksum, 32);
  out.bits(0, 1);
  out.bits(origin, 24);
  for (const bit of Array.from({ length: 16 }, (_, row) => used.some((byte) => byte >> 4 === row)))
    out.bits(bit ? 1 : 0, 1);
  for (const row of new Set(used.map((byte) => byte >> 4))) {
    for (let column = 0; column < 16; column++) out.bits(used.includes(row * 16 + column) ? 1 : 0, 1);
  }
  writeSymbols(out, symbols, used.length + 2);
  out.bytes([0x17, 0x72, 0x45, 0x38, 0x50, 0x90]);
  out.bits(checksum, 32);
  return out.end();
}

/** Four equal bytes are followed by how many more there are. */
function withRuns(body: Buffer): Buffer {
  const out: number[] = [];
  for (let at = 0; at < body.length;) {
    const byte = body[at] ?? 0;
    let run = 1;
    while (run < 259 && body[at + run] === byte) run++;
    out.push(...Array<number>(Math.min(4, run)).fill(byte), ...(run >= 4 ? [run - 4] : []));
    at += run;
  }
  return Buffer.from(out);
}

function burrowsWheeler(bytes: Buffer): { readonly last: Buffer; readonly origin: number } {
  const twice = Buffer.concat([bytes, bytes]);
  const rotations = Array.from(bytes.keys()).sort((a, b) =>
    Buffer.compare(twice.subarray(a, a + bytes.length), twice.subarray(b, b + bytes.length)),
  );
  const last = Buffer.from(rotations.map((start) => twice[start + bytes.length - 1] ?? 0));
  return { last, origin: rotations.indexOf(0) };
}

/** Positions in the list of recent bytes; runs of the first one as numbers in bijective base 2 (symbols 0 and 1). */
function moveToFront(bytes: Buffer, alphabet: readonly number[]): readonly number[] {
  const recent = [...alphabet];
  const out: number[] = [];
  let run = 0;
  const flush = (): void => {
    for (; run > 0; run = (run - (run % 2 === 1 ? 1 : 2)) / 2) out.push(run % 2 === 1 ? 0 : 1);
  };
  for (const byte of bytes) {
    const position = recent.indexOf(byte);
    if (position === 0) {
      run++;
      continue;
    }
    flush();
    out.push(position + 1);
    recent.splice(position, 1);
    recent.unshift(byte);
  }
  flush();
  return [...out, alphabet.length + 1];
}

const groupSymbols = 50;
const codeBits = 9;

function writeSymbols(out: BitWriter, symbols: readonly number[], alphabetSize: number): void {
  const selectors = Math.ceil(symbols.length / groupSymbols);
  out.bits(2, 3);
  out.bits(selectors, 15);
  for (let at = 0; at < selectors; at++) out.bits(0, 1);
  for (let table = 0; table < 2; table++) {
    out.bits(codeBits, 5);
    for (let at = 0; at < alphabetSize; at++) out.bits(0, 1);
  }
  for (const symbol of symbols) out.bits(symbol, codeBits);
}

type BitWriter = ReturnType<typeof createBitWriter>;

function createBitWriter() {
  const out: number[] = [];
  let held = 0;
  let count = 0;
  const bits = (value: number, width: number): void => {
    for (let at = width - 1; at >= 0; at--) {
      held = (held << 1) | ((value >>> at) & 1);
      if (++count === 8) {
        out.push(held & 0xff);
        held = count = 0;
      }
    }
  };
  const bytes = (values: readonly number[]): void => values.forEach((value) => bits(value, 8));
  return {
    bits,
    bytes,
    text: (value: string) => bytes(Array.from(value, (char) => char.charCodeAt(0))),
    end: (): Buffer => {
      if (count > 0) bits(0, 8 - count);
      return Buffer.from(out);
    },
  };
}

/** CRC-32 with the highest bit first. */
function crcOf(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte << 24;
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x80000000 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  }
  return ~crc >>> 0;
}
