const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

const named: Readonly<Record<number, string>> = {
  7: "\\a",
  8: "\\b",
  9: "\\t",
  10: "\\n",
  11: "\\v",
  12: "\\f",
  13: "\\r",
  34: '\\"',
  92: "\\\\",
};

/** A path's bytes as text: as they are when they are UTF-8, otherwise quoted the way git does: `"caf\351.txt"`. */
export function pathText(bytes: Uint8Array): string {
  try {
    return strict.decode(bytes);
  } catch {
    return quoted(bytes);
  }
}

/** As `quote_c_style` in git's quote.c: C escapes where there are any, else three octal digits. */
function quoted(bytes: Uint8Array): string {
  const characters = Array.from(bytes, (byte) => {
    const name = named[byte];
    if (name !== undefined) return name;
    return byte < 0x20 || byte >= 0x7f ? `\\${byte.toString(8).padStart(3, "0")}` : String.fromCharCode(byte);
  });
  return `"${characters.join("")}"`;
}
