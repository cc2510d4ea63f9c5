/**
 * The same text, in memory of its own. What is cut out of a text keeps all of it alive, so whoever remembers a piece of a file remembers the file, and
 * whatever secret is in it.
 */
export function ownText(piece: string): string {
  // Put together it is made anew, and what is cut out of that keeps alive only that.
  return `\0${piece}`.slice(1);
}
