/** A Unix archive, ar(5), of texts or bytes by name. */
export function arOf(entries: Readonly<Record<string, string | Uint8Array>>): Buffer {
  const pieces = Object.entries(entries).map(([name, content]) => {
    const body = Buffer.from(content);
    const header = `${`${name}/`.padEnd(16)}${"0".padEnd(12)}${"0".padEnd(6)}${"0".padEnd(6)}${"644".padEnd(8)}${String(body.length).padEnd(10)}\`\n`;
    return Buffer.concat([Buffer.from(header), body, Buffer.from(body.length % 2 === 1 ? "\n" : "")]);
  });
  return Buffer.concat([Buffer.from("!<arch>\n"), ...pieces]);
}
