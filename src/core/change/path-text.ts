import { fromByteText, toByteText } from "../scan/byte-text.ts";

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

/**
 * A path, given as a byte string (one character a byte), as text: as it is when it is UTF-8, otherwise quoted the way git does:
 * `"caf\351.txt"`.
 */
export function pathText(bytes: string): string {
  const text = fromByteText(bytes);
  return !text.includes("\ufffd") || toByteText(text) === bytes ? text : quoted(bytes);
}

/** As `quote_c_style` in git's quote.c: C escapes where there are any, else three octal digits. */
function quoted(bytes: string): string {
  const characters = Array.from(bytes, (character) => {
    const byte = character.charCodeAt(0);
    const name = named[byte];
    if (name !== undefined) return name;
    return byte < 0x20 || byte >= 0x7f ? `\\${byte.toString(8).padStart(3, "0")}` : character;
  });
  return `"${characters.join("")}"`;
}
