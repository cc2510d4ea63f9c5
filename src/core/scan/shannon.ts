const counts = new Uint32Array(256);

/** Shannon entropy of a byte string's characters, in bits a character; 0 for the empty string. */
export function shannonEntropy(text: string): number {
  // Summed in the order in which characters are first met.
  const met: number[] = [];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at) & 0xff;
    const count = counts[code] ?? 0;
    if (count === 0) met.push(code);
    counts[code] = count + 1;
  }
  let bits = 0;
  for (const code of met) {
    const count = counts[code] ?? 0;
    counts[code] = 0;
    bits -= (count / text.length) * Math.log2(count / text.length);
  }
  return bits;
}
