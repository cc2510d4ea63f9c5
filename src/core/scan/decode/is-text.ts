// As much outside ASCII as a text in a western language may have; more is noise that happens to be free of control characters.
const mostAboveAscii = 1 / 8;

/** Whether decoded bytes are text: no control characters but white space, and little outside ASCII. */
export function isText(decoded: string): boolean {
  let above = 0;
  for (let at = 0; at < decoded.length; at++) {
    const byte = decoded.charCodeAt(at);
    if (byte >= 0x80) above += 1;
    else if (byte < 0x20 ? byte < 0x09 || byte > 0x0d : byte === 0x7f) return false;
  }
  return above <= decoded.length * mostAboveAscii;
}
