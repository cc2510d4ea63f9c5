import { fromByteText, toByteText } from "../byte-text.ts";
import type { Span } from "../finding.ts";
import { createLineIndex } from "../line-index.ts";

/** A text in another encoding, as UTF-8, with the way back to its spans. */
export type Transcoded = {
  readonly text: string;
  readonly via: readonly string[];
  readonly spanOf: (start: number, end: number) => Span;
};

/** Reads UTF-16 with a byte order mark; `null` for everything else, which is scanned as it is. */
export function transcoded(bytes: string): Transcoded | null {
  const little = bytes.startsWith("\xff\xfe");
  if (!little && !bytes.startsWith("\xfe\xff")) return null;
  const units: string[] = [];
  for (let at = 2; at + 1 < bytes.length; at += 2) {
    const [first, second] = [bytes.charCodeAt(at), bytes.charCodeAt(at + 1)];
    units.push(String.fromCharCode(little ? first | (second << 8) : (first << 8) | second));
  }
  const text = toByteText(units.join(""));
  const lines = createLineIndex(text);
  const stored = (offset: number): number => 2 + 2 * fromByteText(text.slice(0, offset)).length;
  const spanOf = (start: number, end: number): Span => {
    const offset = stored(start);
    return { ...lines.spanOf(start, end), offset, length: stored(end) - offset };
  };
  return { text, via: [little ? "utf-16le" : "utf-16be"], spanOf };
}
