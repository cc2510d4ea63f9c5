/**
 * Words are looked for without regard to case, by a fold that costs one instruction: bit 5 of each byte is set. It joins capitals and small
 * letters, and some signs besides (`@` and a backtick), so that a word is found too often and never too seldom.
 */
export const foldByte = (byte: number): number => byte | 0x20;

/** A byte string with each byte folded. */
export function folded(text: string): string {
  let out = "";
  for (let at = 0; at < text.length; at++) out += String.fromCharCode(foldByte(text.charCodeAt(at)));
  return out;
}
