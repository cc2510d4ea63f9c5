import type { Match } from "../scan/finding.ts";
import { fromByteText, toByteText } from "../scan/byte-text.ts";

/** A shorter secret may be an ordinary word, so it is masked only where it was found. */
const longEnough = 8;

/** In bytes. */
type Stretch = { readonly start: number; readonly end: number; readonly mask: string };

/**
 * The text with `maskOf` in place of each match, also where the secret stands again without having been found there. What was found
 * in encoded text is masked with the whole of it. Everything else is kept, byte for byte.
 */
export function maskedText(text: string, matches: readonly Match[], maskOf: (match: Match) => string): string {
  const bytes = toByteText(text);
  const stretches = matches.flatMap((match) => stretchesOf(match, bytes, maskOf(match)));
  let out = "";
  let at = 0;
  // Of stretches that overlap, the first one's mask stands for all.
  for (const { start, end, mask } of stretches.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    if (start >= at) out += bytes.slice(at, start) + toByteText(mask);
    at = Math.max(at, end);
  }
  return fromByteText(out + bytes.slice(at));
}

function stretchesOf({ finding, secret }: Match, bytes: string, mask: string): readonly Stretch[] {
  const { offset, length } = finding.span;
  const stretches: Stretch[] = [{ start: offset, end: offset + length, mask }];
  const found = toByteText(secret.reveal());
  if (found.length < longEnough) return stretches;
  for (let at = bytes.indexOf(found); at >= 0; at = bytes.indexOf(found, at + found.length)) {
    stretches.push({ start: at, end: at + found.length, mask });
  }
  return stretches;
}
