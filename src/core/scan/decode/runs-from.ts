/**
 * The matches of a pattern in a text, in order and without overlap, where each begins with a certain sign, and no more than four of it: a search for one sign is
 * much quicker than one for a pattern. `pattern` is sticky.
 */
export function* runsFrom(sign: string, pattern: RegExp, text: string): Generator<RegExpExecArray> {
  const tooMany = sign.repeat(5);
  for (let at = text.indexOf(sign); at >= 0;) {
    pattern.lastIndex = at;
    const found = text.startsWith(tooMany, at) ? null : pattern.exec(text);
    if (found !== null) yield found;
    at = text.indexOf(sign, found === null ? at + 1 : at + found[0].length);
  }
}
